"""Servers that take a call and then misbehave, before a subscription stands."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.core import redis
from otklik.core.bus import BusLost
from otklik.core.redis import RedisBus


@pytest.fixture
def silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, socket.socket]]:
    monkeypatch.setattr(redis, "WAIT_SECONDS", 0.2)
    place = tmp_path / "silent"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()
        yield f"unix://:word@{place}", listener


async def listen(address: str) -> None:
    async with asyncio.timeout(5), RedisBus(address, "any").listen():
        raise AssertionError


def test_a_server_that_never_answers_is_a_lost_bus(silent: tuple[str, socket.socket]) -> None:
    begun = time.monotonic()
    with pytest.raises(BusLost, match="does not answer"):
        asyncio.run(listen(silent[0]))
    assert time.monotonic() - begun < 3
    with pytest.raises(BusLost):
        RedisBus(silent[0], "any").send("x")


def test_a_server_that_hangs_up_at_the_greeting_is_a_lost_bus(
    silent: tuple[str, socket.socket],
) -> None:
    def hang_up() -> None:
        line, _peer = silent[1].accept()
        with line, contextlib.suppress(OSError):
            line.recv(100)

    peer = threading.Thread(target=hang_up)
    peer.start()
    with pytest.raises(BusLost):
        asyncio.run(listen(silent[0]))
    peer.join()


GARBAGE = {
    "a web server": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a number that is none": b":many\r\n",
    "a length that is none": b"$x\r\n",
    "a length without end": b"$99999999999999999999\r\n",
    "a list without end": b"*99999999999999999999\r\n",
    "a list in a list for ever": b"*1\r\n" * 50_000,
    "a line without end": b"+" + b"x" * 100_000,
    "an empty line": b"\r\n",
}


@pytest.fixture(params=list(GARBAGE))
def garbage(request: pytest.FixtureRequest) -> bytes:
    return GARBAGE[request.param]


@contextlib.contextmanager
def answering(listener: socket.socket, *answers: bytes) -> Iterator[None]:
    """Take one call, give an answer for each thing that is heard, and then stay on the line."""
    ended = threading.Event()

    def serve() -> None:
        line, _peer = listener.accept()
        with line, contextlib.suppress(OSError):
            for answer in answers:
                line.recv(1_000)
                line.sendall(answer)
            ended.wait(5)

    peer = threading.Thread(target=serve)
    peer.start()
    yield
    ended.set()
    peer.join()


def test_nonsense_for_a_greeting_is_a_lost_bus(
    silent: tuple[str, socket.socket], garbage: bytes
) -> None:
    with answering(silent[1], garbage), pytest.raises(BusLost):
        asyncio.run(listen(silent[0]))


def test_nonsense_once_the_subscription_stands_is_a_lost_bus(
    silent: tuple[str, socket.socket], garbage: bytes
) -> None:
    async def hear() -> None:
        async with asyncio.timeout(5), RedisBus(silent[0], "any").listen() as payloads:
            await anext(payloads)

    subscribed = b"*3\r\n$9\r\nsubscribe\r\n$3\r\nany\r\n:1\r\n"
    with answering(silent[1], b"+OK\r\n", subscribed, garbage), pytest.raises(BusLost):
        asyncio.run(hear())


def test_what_is_sent_to_no_bus_is_not_taken_for_sent(
    silent: tuple[str, socket.socket], garbage: bytes
) -> None:
    if garbage.startswith((b":", b"+")):  # what a bus may say, but for its end
        garbage = b"?" + garbage
    with answering(silent[1], b"+OK\r\n", garbage), pytest.raises(BusLost):
        RedisBus(silent[0], "any").send("x")


def test_bytes_that_are_no_text_are_heard_as_what_they_are_not(
    silent: tuple[str, socket.socket],
) -> None:
    """The gateway takes down that it is no message of ours, and hears on."""

    async def hear() -> str:
        async with asyncio.timeout(5), RedisBus(silent[0], "any").listen() as payloads:
            return await anext(payloads)

    message = b"*3\r\n$7\r\nmessage\r\n$3\r\nany\r\n$1\r\n\xff\r\n"
    with answering(silent[1], b"+OK\r\n", b"+OK\r\n", message):
        assert asyncio.run(hear()) == "\ufffd"
