"""Heads of requests that come slowly, on a real server."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import uvicorn

from otklik.core.heads import PromptHeads

SECONDS = 0.5
WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Hurried(PromptHeads):
    head_seconds = SECONDS


class Slow:
    """A site that answers after longer than a head may take."""

    seconds: ClassVar = 2 * SECONDS

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(self.seconds)
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    settings = uvicorn.Config(Slow(), http=Hurried, lifespan="off", log_config=None, loop="asyncio")
    server = uvicorn.Server(settings)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(20)


@contextlib.contextmanager
def line(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
        yield opened


def closed_after(opened: socket.socket) -> float:
    begun = time.monotonic()
    try:
        while opened.recv(1000):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - begun


@pytest.mark.parametrize("head", [b"", WHOLE[:20]])
def test_a_head_that_never_ends_ends_its_connection(port: int, head: bytes) -> None:
    with line(port) as opened:
        opened.sendall(head)
        assert SECONDS / 2 < closed_after(opened) < 10 * SECONDS


def test_a_head_that_trickles_gets_no_more_time(port: int) -> None:
    begun = time.monotonic()
    with line(port) as opened, contextlib.suppress(OSError):
        opened.sendall(WHOLE[:-2])
        while time.monotonic() - begun < 20 * SECONDS:
            opened.sendall(b"x: y\r\n")
            time.sleep(SECONDS / 10)
    assert time.monotonic() - begun < 10 * SECONDS


def test_the_second_head_of_a_connection_has_its_time_too(port: int) -> None:
    with line(port) as opened:
        opened.sendall(WHOLE)
        assert opened.recv(1000).startswith(b"HTTP/1.1 200")
        time.sleep(2 * SECONDS)  # at rest, which is another time's business
        opened.sendall(WHOLE[:20])
        assert closed_after(opened) < 10 * SECONDS


def test_bodies_and_answers_take_the_time_they_take(port: int) -> None:
    with line(port) as opened:
        opened.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\na")
        time.sleep(2 * SECONDS)
        opened.sendall(b"b")
        assert opened.recv(1000).startswith(b"HTTP/1.1 200")
