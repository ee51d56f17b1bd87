"""The four commands of the Redis protocol that the bus needs: AUTH, PUBLISH, SUBSCRIBE, PING.

https://redis.io/docs/latest/develop/reference/protocol-spec/ (RESP2, which Valkey,
KeyDB and Dragonfly speak too).
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from io import BufferedReader
from typing import Final, Self
from urllib.parse import unquote, urlsplit

WAIT_SECONDS: Final = 3.0
PROBE_SECONDS: Final = 5.0
LONGEST_REPLY: Final = 1_000_000

Reply = bytes | int | list["Reply"] | None


class BusLost(Exception):
    """The server that carries the hints cannot be reached."""


@dataclass(frozen=True)
class _Address:
    host: str
    port: int
    path: str
    words: tuple[str, ...]
    """AUTH's arguments; none when the server asks for no password."""
    secure: bool

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `redis[s]://[user][:password]@host:port` or `unix:///path`."""
        parts = urlsplit(url)
        words = tuple(unquote(word) for word in (parts.username, parts.password) if word)
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or 6379,
            path=unquote(parts.path) if parts.scheme == "unix" else "",
            words=words,
            secure=parts.scheme == "rediss",
        )


class RedisBus:
    """PUBLISH and SUBSCRIBE on connections of its own."""

    def __init__(self, url: str, channel: str) -> None:
        self._address = _Address.parse(url)
        self._channel = channel
        self._sending: tuple[socket.socket, BufferedReader] | None = None

    def send(self, payload: str) -> None:
        try:
            line, replies = self._sending = self._sending or self._connect()
            _ask(line, replies, "PUBLISH", self._channel, payload)
        except OSError as error:
            self.close()
            raise BusLost(str(error)) from error

    def close(self) -> None:
        if self._sending is not None:
            line, replies = self._sending
            self._sending = None
            replies.close()
            line.close()

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[str]]:
        reader, writer = await self._subscribed()
        heard = asyncio.Event()
        probe = asyncio.create_task(_probe(writer, heard))
        try:
            yield self._payloads(reader, heard)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise BusLost(str(error)) from error
        finally:
            probe.cancel()
            writer.close()

    async def _subscribed(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect and subscribe: a server that takes calls and says nothing is lost, too."""
        with ExitStack() as unless_subscribed:
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    reader, writer = await self._open()
                    unless_subscribed.callback(writer.close)
                    await self._greet(reader, writer)
            except (OSError, asyncio.IncompleteReadError) as error:
                raise BusLost(str(error) or "the bus does not answer") from error
            unless_subscribed.pop_all()
        return reader, writer

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._address.words:
            writer.write(_command("AUTH", *self._address.words))
            await _read(reader)
        writer.write(_command("SUBSCRIBE", self._channel))
        await _read(reader)

    async def _payloads(
        self, reader: asyncio.StreamReader, heard: asyncio.Event
    ) -> AsyncIterator[str]:
        while True:
            reply = await _read(reader)
            heard.set()
            match reply:
                case [b"message", _, bytes(payload)]:
                    yield payload.decode(errors="replace")
                case _:
                    pass

    def _connect(self) -> tuple[socket.socket, BufferedReader]:
        at = self._address
        if at.path:
            line = socket.socket(socket.AF_UNIX)
        else:
            line = socket.create_connection((at.host, at.port), timeout=WAIT_SECONDS)
        try:
            if at.path:
                line.settimeout(WAIT_SECONDS)
                line.connect(at.path)
            if at.secure:
                line = ssl.create_default_context().wrap_socket(line, server_hostname=at.host)
            replies = line.makefile("rb")
            if at.words:
                _ask(line, replies, "AUTH", *at.words)
        except OSError:
            line.close()
            raise
        return line, replies

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        at = self._address
        if at.path:
            return await asyncio.open_unix_connection(at.path)
        context = ssl.create_default_context() if at.secure else None
        return await asyncio.open_connection(at.host, at.port, ssl=context)


def _command(*words: str) -> bytes:
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        raw = word.encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(raw), raw))
    return b"".join(parts)


def _ask(line: socket.socket, replies: BufferedReader, *words: str) -> None:
    """Send a command whose answer is one line."""
    line.sendall(_command(*words))
    answer = replies.readline(LONGEST_REPLY)
    if not answer.startswith((b"+", b":")):
        raise OSError(answer.decode(errors="replace").strip() or "the bus hung up")


async def _probe(writer: asyncio.StreamWriter, heard: asyncio.Event) -> None:
    """Cut a line that stays silent although it was asked to speak."""
    while True:
        heard.clear()
        writer.write(_command("PING"))
        await asyncio.sleep(PROBE_SECONDS)
        if not heard.is_set():
            writer.transport.abort()
            return


async def _read(reader: asyncio.StreamReader) -> Reply:
    """Read one answer. Whoever says what is none is no bus: raises BusLost."""
    try:
        return await _answer(reader)
    except (ValueError, RecursionError, asyncio.LimitOverrunError) as error:
        raise BusLost(f"the bus says what is no answer: {error}") from error


async def _answer(reader: asyncio.StreamReader) -> Reply:
    kind, rest = await _line(reader)
    match kind:
        case b"-":
            raise BusLost(rest.decode(errors="replace"))
        case b"+":
            return rest
        case b":":
            return int(rest)
        case b"$":
            size = _size(rest)
            return None if size < 0 else (await reader.readexactly(size + 2))[:-2]
        case b"*":
            return [await _answer(reader) for _ in range(_size(rest))]
        case _:
            raise ValueError(kind)


def _size(text: bytes) -> int:
    size = int(text)
    if size > LONGEST_REPLY:
        raise ValueError(size)
    return size


async def _line(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    line = (await reader.readuntil(b"\r\n"))[:-2]
    return line[:1], line[1:]
