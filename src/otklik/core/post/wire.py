"""One connection to a server that speaks in lines: nothing it sends can fill the memory."""

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from otklik.core.post.trouble import Kind, Trouble, words_of

PATIENCE_SECONDS: Final = 60.0
"""So long may a server be silent in the middle of an answer."""
SLOWEST: Final = 100
"""Bytes a second, over ten times the patience: who sends less than that drips."""
PATIENCES: Final = 10
REACHING_SECONDS: Final = 20.0
GREETING_SECONDS: Final = 15.0
PIECE: Final = 64 * 1024
LONGEST_LINE: Final = 8 * 1024 * 1024
"""The numbers of a million letters are one line."""
ALIVE_AFTER_SECONDS: Final = 60


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    security: Security = Security.TLS
    protocol: str = "IMAP"

    def trouble(self, kind: Kind, said: bytes | str = "", folder: str = "") -> Trouble:
        return Trouble(kind, self.host, self.port, self.protocol, folder, words_of(said))


class Wire:
    """Reads lines and counted bytes. One thread uses it; any may `close` it."""

    def __init__(
        self,
        server: Server,
        patience: float = PATIENCE_SECONDS,
        reached: socket.socket | None = None,
    ) -> None:
        """Reach the server, unless a socket is there that does. Raises Trouble."""
        self.server = server
        self._patience = patience
        self._kept = bytearray()
        self._waited = 0.0  # for this answer so far, and what came of it
        self._came = 0
        self._socket = reached or self._reached()
        if server.security is Security.TLS:
            self.secure()

    def secure(self) -> None:
        """Begin TLS; what came before it is forgotten (CVE-2011-0411)."""
        self._kept.clear()
        context = ssl.create_default_context()
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=self.server.host)
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise self.server.trouble(Kind.CERTIFICATE, error.verify_message) from None
        except ssl.SSLError as error:
            self.close()
            raise self.server.trouble(Kind.PROTOCOL, error.reason or "") from None
        except TimeoutError:
            self.close()
            raise self.server.trouble(Kind.PROTOCOL) from None
        except (OSError, ValueError):
            self.close()
            raise self.server.trouble(Kind.CUT) from None

    @property
    def is_secure(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket)

    def send(self, raw: bytes) -> None:
        self._waited, self._came = 0.0, 0
        try:
            self._socket.sendall(raw)
        except OSError:
            raise self.server.trouble(Kind.CUT) from None

    def greeting(self) -> None:
        """Wait for the first word: who says none speaks another protocol, or waits for TLS."""
        if not self.has_more(min(GREETING_SECONDS, self._patience)):
            raise self.server.trouble(Kind.PROTOCOL)

    def line(self, most: int = LONGEST_LINE) -> bytes:
        """Return the next line without its end. Raises Trouble where it is endless or cut."""
        searched = 0
        while (end := self._kept.find(b"\n", searched)) < 0:
            searched = len(self._kept)
            if searched > most:
                raise self.server.trouble(Kind.PROTOCOL, "a line without an end")
            self._more()
        found = bytes(self._kept[:end])
        del self._kept[: end + 1]
        return found.removesuffix(b"\r")

    def part_of_line(self) -> tuple[bytes, bool]:
        """Return the next line without its end, and True; of a long one a part, and False.

        An empty part is possible only of an empty line.
        """
        searched = 0
        while (end := self._kept.find(b"\n", searched)) < 0:
            searched = len(self._kept)
            if searched > PIECE:
                part = bytes(self._kept).removesuffix(b"\r")  # which may belong to the end
                del self._kept[: len(part)]
                return part, False
            self._more()
        found = bytes(self._kept[:end])
        del self._kept[: end + 1]
        return found.removesuffix(b"\r"), True

    def counted(self, size: int) -> Iterator[bytes]:
        """Give exactly `size` bytes, in pieces."""
        while size > 0:
            if not self._kept:
                self._more()
            piece = bytes(self._kept[:size])
            del self._kept[:size]
            size -= len(piece)
            yield piece

    def has_more(self, seconds: float) -> bool:
        """Wait so long at most for something to read; an end is something too."""
        if self._kept:
            return True
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        try:
            poll = select.poll()
            poll.register(self._socket, select.POLLIN)
            return bool(poll.poll(max(0, int(seconds * 1000))))
        except (OSError, ValueError):
            raise self.server.trouble(Kind.CUT) from None

    def close(self) -> None:
        """End it at once, also for a thread that waits on it."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _more(self) -> None:
        began = time.monotonic()
        try:
            piece = self._socket.recv(PIECE)
        except TimeoutError:
            raise self.server.trouble(Kind.SILENT) from None
        except (OSError, ValueError):
            raise self.server.trouble(Kind.CUT) from None
        if not piece:
            raise self.server.trouble(Kind.CUT)
        self._kept += piece
        self._waited += time.monotonic() - began
        self._came += len(piece)
        if self._waited > self._patience * PATIENCES:
            if self._came < self._waited * SLOWEST:
                raise self.server.trouble(Kind.SILENT)
            self._waited, self._came = 0.0, 0

    def _reached(self) -> socket.socket:
        place = (self.server.host, self.server.port)
        try:
            reached = socket.create_connection(place, timeout=REACHING_SECONDS)
        except (socket.gaierror, UnicodeError):
            raise self.server.trouble(Kind.HOST) from None
        except TimeoutError:
            raise self.server.trouble(Kind.SILENT) from None
        except ConnectionRefusedError:
            raise self.server.trouble(Kind.PORT) from None
        except OSError as error:
            raise self.server.trouble(Kind.SILENT, error.strerror or "") from None
        reached.settimeout(self._patience)
        reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reached.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, ALIVE_AFTER_SECONDS)
        return reached
