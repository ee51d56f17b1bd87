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
