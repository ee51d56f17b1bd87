"""Bodies and answers of slow clients wait beside the threads, never in one.

A thread of the pages, and the database connection it has, are for work: a request reaches one
when its body is here whole, and leaves it when the answer is made. How long the client takes
for either costs a socket and some memory; what is large lies in a temporary file meanwhile.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final, cast
from wsgiref.util import FileWrapper

from a2wsgi import WSGIMiddleware

from otklik.core.patience import Message, Receive, Send

MEMORY: Final = 256 * 1024
"""Bytes of a body or an answer that stay in memory."""
CHUNK: Final = 64 * 1024
GRACE_SECONDS: Final = 30.0
"""Before the least rate counts, and the longest pause within a body."""
LEAST_RATE: Final = 4 * 1024
"""Bytes a second that a body must come with."""
DEADLINE_SECONDS: Final = 3600.0
MOST_TOGETHER: Final = 4 * 1024**3
"""Bytes that all bodies on the disk may take."""
_BUSY, _SLOW = 503, 408
_NO_ROOM: Final = "There is no room for this request now."
_HERE: Final = "otklik.exchange"

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Unhurried:
    """The ASGI application that gives whole requests to a WSGI one in threads.

    `fits` is asked in a thread whether a body may have that length and media type. A body
    that may not goes to the application unread, which refuses it in its own words.
    """

    def __init__(
        self,
        application: WsgiApplication,
        *,
        threads: int,
        folder: Path,
        fits: Callable[[int, str], bool],
    ) -> None:
        pages = WSGIMiddleware(cast("Any", _beside(application)), workers=threads)
        self._application = cast("Any", pages)
        self._bodies = Bodies(folder)
        self._folder = folder
        self._fits = fits

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        length, kind = _announced(scope)
        body: BinaryIO | None = None
        if 0 < length <= MEMORY or (length and await asyncio.to_thread(self._fits, length, kind)):
            try:
                body = await self._bodies.take(receive, length)
            except Unwelcome as refused:
                await _refuse(send, refused)
                return
        try:
            await self._answer(_Exchange(body, send, self._folder), scope, receive)
        finally:
            if body is not None:
                self._bodies.drop(body)

    async def _answer(self, exchange: "_Exchange", scope: Message, receive: Receive) -> None:
        sending = asyncio.create_task(exchange.send_all())
        try:
            try:
                await self._application({**scope, _HERE: exchange}, receive, exchange.put)
            finally:
                exchange.end()
            await sending
        finally:
            sending.cancel()
            try:
                await asyncio.gather(sending, return_exceptions=True)
            finally:  # also where the server ends just now
                exchange.close()


class Unwelcome(Exception):
    """A body that is not taken, and the status and words to say so."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Bodies:
    """Takes request bodies in, each with a least rate and to a deadline."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: dict[BinaryIO, int] = {}

    async def take(self, receive: Receive, length: int) -> BinaryIO:
        """Return the whole body, at its start; `drop` it afterwards. Raises Unwelcome."""
        try:
            file: BinaryIO = BytesIO() if length <= MEMORY else await _temporary(self._folder)
        except OSError:
            raise Unwelcome(_BUSY, _NO_ROOM) from None
        self._sizes[file] = 0
        with ExitStack() as unless_whole:
            unless_whole.callback(self.drop, file)
            await self._fill(file, receive)
            file.seek(0)
            unless_whole.pop_all()
        return file

    def drop(self, file: BinaryIO) -> None:
        del self._sizes[file]
        file.close()

    async def _fill(self, file: BinaryIO, receive: Receive) -> None:
        begun, size, parts = time.monotonic(), 0, bytearray()
        more = True
        while more:
            message = await _in_time(receive, begun, size)
            more = message.get("more_body", False)
            part = message.get("body", b"")
            parts += part
            size += len(part)
            if len(parts) >= MEMORY or not more:
                await self._write(file, bytes(parts))
                parts.clear()

    async def _write(self, file: BinaryIO, content: bytes) -> None:
        if isinstance(file, BytesIO):
            file.write(content)
            return
        self._sizes[file] += len(content)
        if sum(self._sizes.values()) > MOST_TOGETHER:
            raise Unwelcome(_BUSY, _NO_ROOM)
        try:
            await asyncio.to_thread(file.write, content)
        except OSError:
            raise Unwelcome(_BUSY, _NO_ROOM) from None


async def _in_time(receive: Receive, begun: float, size: int) -> Message:
    """Wait for the next part of a body. Raises Unwelcome once it comes too slowly, or never."""
    now = time.monotonic()
    until = min(begun + GRACE_SECONDS + size / LEAST_RATE, begun + DEADLINE_SECONDS)
    try:
        async with asyncio.timeout(min(until - now, GRACE_SECONDS)):
            message = await receive()
    except TimeoutError:
        raise Unwelcome(_SLOW, "The request came too slowly.") from None
    if message["type"] == "http.disconnect":
        raise Unwelcome(_SLOW, "The request broke off.")
    return message


class _Exchange:
    """One request in its thread: its body, and its answer on the way to the client."""

    def __init__(self, body: BinaryIO | None, send: Send, folder: Path) -> None:
        self.body = body
        self._send = send
        self._folder = folder
        self._waiting: asyncio.Queue[Message | slice | None] = asyncio.Queue()
        self._held = 0
        self._stored: BinaryIO | None = None
        self._end = 0
        self._lent: BinaryIO | None = None
        self._length: int | None = None
        self._is_closed = False

    async def put(self, message: Message) -> None:
        """Take a part of the answer without waiting for the client."""
        content = message.get("body", b"")
        if message["type"] == "http.response.start":
            self._length = _length(message["headers"])
        if self._held + len(content) > MEMORY and await self._store(content):
            message = {**message, "body": b""}
        self._held += len(message.get("body", b""))
        self._waiting.put_nowait(message)

    async def _store(self, content: bytes) -> bool:
        """Put bytes on the disk; where it has no room for them they stay in memory."""
        start, end = self._end, self._end + len(content)
        try:
            stored = self._stored = self._stored or await _temporary(self._folder)
            if await asyncio.to_thread(os.pwrite, stored.fileno(), content, start) < len(content):
                return False
        except OSError:
            return False
        self._end = end
        for at in range(start, end, CHUNK):
            self._waiting.put_nowait(slice(at, min(at + CHUNK, end)))
        return True

    def end(self) -> None:
        self._waiting.put_nowait(None)

    async def send_all(self) -> None:
        """Send what is put, and before its last word the file that was lent."""
        while (part := await self._waiting.get()) is not None:
            if isinstance(part, slice) and self._stored is not None:
                number, size = self._stored.fileno(), part.stop - part.start
                await self._say(await asyncio.to_thread(os.pread, number, size, part.start))
                continue
            message = cast("Message", part)
            self._held -= len(message.get("body", b""))
            if self._lent is not None and message["type"] == "http.response.body":
                await self._send_file(self._lent)
            await self._send(message)

    def lend(self, file: Any, block_size: int) -> Iterable[bytes]:
        """Take a file over from the thread (`wsgi.file_wrapper` of PEP 3333)."""
        try:
            lent = os.fdopen(os.dup(file.fileno()), "rb")
        except (AttributeError, OSError):
            return FileWrapper(file, block_size)
        lent.seek(file.tell())
        self._lent = lent
        if self._is_closed:  # its client left before the thread came so far
            lent.close()
        return _Nothing(file.close)

    def close(self) -> None:
        self._is_closed = True
        for file in (self._stored, self._lent):
            if file is not None:
                file.close()

    async def _send_file(self, file: BinaryIO) -> None:
        left = self._length
        while left is None or left > 0:
            wanted = CHUNK if left is None else min(CHUNK, left)
            content = await asyncio.to_thread(file.read, wanted)
            if not content:
                return
            left = None if left is None else left - len(content)
            await self._say(content)

    async def _say(self, content: bytes) -> None:
        await self._send({"type": "http.response.body", "body": content, "more_body": True})


class _Nothing:
    """The answer of a thread that has lent its file: no bytes, only the end of the request."""

    def __init__(self, close: Callable[[], None]) -> None:
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter(())


def _beside(application: WsgiApplication) -> WsgiApplication:
    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        exchange = environ["asgi.scope"][_HERE]
        if exchange.body is not None:
            environ["wsgi.input"] = exchange.body
        environ["wsgi.file_wrapper"] = exchange.lend
        return application(environ, start_response)

    return call


async def _temporary(folder: Path) -> BinaryIO:
    """Open a file that has no name and goes with the process."""

    def open_one() -> BinaryIO:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cast("BinaryIO", TemporaryFile(dir=folder))

    return await asyncio.to_thread(open_one)


def _announced(scope: Message) -> tuple[int, str]:
    """Return the length and the media type of the body; 0 where none is announced."""
    kinds = [value for name, value in scope["headers"] if name == b"content-type"]
    kind = kinds[0].decode("latin-1").split(";")[0].strip().lower() if kinds else ""
    return _length(scope["headers"]) or 0, kind


def _length(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    said = [value for name, value in headers if name == b"content-length"]
    return int(said[0]) if said and said[0].isdigit() else None


async def _refuse(send: Send, refused: Unwelcome) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{refused}\n".encode()})
