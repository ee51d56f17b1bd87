"""Request bodies that are whole: a body that broke off is an error, never a shorter text."""

from collections.abc import Iterable
from typing import Any, BinaryIO


class BrokenOff(ConnectionError):
    """The client went away before it had sent all that it announced."""


class WholeBodies:
    """A WSGI layer that turns a body's early end into an error.

    Servers differ: some only return nothing, and half a form looks like a form.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        announced = str(environ.get("CONTENT_LENGTH") or "")
        if announced.isdecimal():
            environ["wsgi.input"] = _Whole(environ["wsgi.input"], int(announced))
        answer: Iterable[bytes] = self.application(environ, start_response)
        return answer


class _Whole:
    def __init__(self, source: BinaryIO, length: int) -> None:
        self.source = source
        self.left = length

    def read(self, size: int | None = -1) -> bytes:
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        parts = []
        while wanted > 0:
            part = self._counted(self.source.read(wanted))
            wanted -= len(part)
            parts.append(part)
        return b"".join(parts)

    def readline(self, size: int | None = -1) -> bytes:
        most = self.left if size is None or size < 0 else min(size, self.left)
        return self._counted(self.source.readline(most)) if most else b""

    def _counted(self, content: bytes) -> bytes:
        if not content:
            raise BrokenOff
        self.left -= len(content)
        return content
