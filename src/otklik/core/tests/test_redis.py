"""The bus over a real Redis-protocol server, where the machine has one."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.core import redis
from otklik.core.bus import BusLost, bus_at
from otklik.core.redis import RedisBus

SERVERS = ("redis-server", "valkey-server")
SERVER = next((name for name in SERVERS if shutil.which(name)), "")
PASSWORD = "пароль: 1/2@3"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SERVER, reason="there is no Redis-protocol server on this machine"),
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Start a server with a password, on a socket file of its own."""
    place = tmp_path / "bus"
    command = [SERVER, "--port", "0", "--unixsocket", str(place), "--requirepass", PASSWORD]
    server = subprocess.Popen(  # noqa: S603 - our own words
        [*command, "--save", ""], stdout=subprocess.DEVNULL, cwd=tmp_path
    )
    until = time.monotonic() + 5
    while not place.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    yield f"unix://:%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%3A%201%2F2%403@{place}"
    server.kill()
    server.wait()


def test_what_is_sent_is_heard_whole_and_in_order(address: str) -> None:
    said = ["one", "второй\r\n", "x" * 7_900]
    assert asyncio.run(hear(address, said, len(said))) == said


async def hear(address: str, said: list[str], count: int) -> list[str]:
    sender = bus_at(conninfo="", bus_url=address, secret="a desk")
    foreign = bus_at(conninfo="", bus_url=address, secret="another desk")
    heard: list[str] = []
    async with (
        asyncio.timeout(5),
        bus_at(conninfo="", bus_url=address, secret="a desk").listen() as payloads,
    ):
        foreign.send("not for us")
        for payload in said:
            sender.send(payload)
        async for payload in payloads:
            heard.append(payload)
            if len(heard) == count:
                break
    sender.close()
    foreign.close()
    return heard


def test_a_quiet_line_is_proved_and_kept(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "PROBE_SECONDS", 0.1)

    async def wait() -> str:
        bus = RedisBus(address, "quiet")
        async with asyncio.timeout(5), bus.listen() as payloads:
            heard = asyncio.ensure_future(anext(payloads))
            await asyncio.sleep(0.5)
            bus.send("still here")
            bus.close()
            return await heard

    assert asyncio.run(wait()) == "still here"


def test_a_cut_line_is_a_lost_bus(address: str) -> None:
    async def wait() -> None:
        bus = RedisBus(address, "cut")
        async with asyncio.timeout(5), bus.listen() as payloads:
            line, replies = bus._connect()  # noqa: SLF001 - to be the operator who cuts the others
            with line, replies:
                redis._ask(line, replies, "CLIENT", "KILL", "TYPE", "pubsub")  # noqa: SLF001  # as above
            await anext(payloads)

    with pytest.raises(BusLost):
        asyncio.run(wait())


def test_a_wrong_password_is_a_lost_bus(address: str) -> None:
    async def wait(bus: RedisBus) -> None:
        async with bus.listen():
            pass

    wrong = RedisBus(address.replace("%403", "%404"), "any")
    with pytest.raises(BusLost, match="WRONGPASS"):
        wrong.send("x")
    with pytest.raises(BusLost, match="WRONGPASS"):
        asyncio.run(wait(wrong))
