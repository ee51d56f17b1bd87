"""Many open pages on one gateway: memory, time to reach all of them, time to cut them off.

python bench/live.py [SOCKETS]
"""

import asyncio
import json
import resource
import socket
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from otklik.core.bus import PostgresBus, bus_at
from otklik.core.embedded import start_temporary
from otklik.core.gateway import SERVER_OPTIONS, GatewaySettings, make_gateway
from otklik.core.grants import make_grant, now_ms, seal
from otklik.core.hub import SETTLE_MS

KEY = "a key of measurements, known to all"
SOCKETS = 3_000
FEW_HINTS = 200
AT_ONCE = 100
BARS = {"KB a socket": 25, "ms to reach all": 500, "ms to one page, median": 20}


def main() -> None:
    """Measure and print; 1 when a bar is missed."""
    if sys.argv[1:2] == ["serve"]:
        serve(conninfo=sys.argv[2], port=int(sys.argv[3]))
        return
    count = int(sys.argv[1]) if sys.argv[1:] else SOCKETS
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with start_temporary() as conninfo, socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
        place.close()
        command = [sys.executable, __file__, "serve", conninfo, str(port)]
        with subprocess.Popen(command) as gateway:
            try:
                rows = asyncio.run(measure(conninfo, port, gateway.pid, count))
            finally:
                gateway.terminate()
    for name, value in rows.items():
        bar = BARS.get(name)
        print(f"{name:<34}{value:>12.1f}{f'   at most {bar}' if bar else ''}")
    sys.exit(any(rows[name] > bar for name, bar in BARS.items()))


def serve(*, conninfo: str, port: int) -> None:
    settings = GatewaySettings(secret_key=KEY, conninfo=conninfo, allowed_hosts=["127.0.0.1"])
    options = {"host": "127.0.0.1", "port": port, "log_level": "warning", **SERVER_OPTIONS}
    uvicorn.run(make_gateway(settings), **options)


async def measure(conninfo: str, port: int, pid: int, count: int) -> dict[str, float]:
    bus = bus_at(conninfo=conninfo, bus_url=None, secret=KEY)
    assert isinstance(bus, PostgresBus)
    await until_up(port)
    rows: dict[str, float] = {"sockets": count, "MB of the gateway, empty": memory_kb(pid) / 1024}
    empty = memory_kb(pid)
    async with AsyncExitStack() as stack:
        began = time.perf_counter()
        pages = await open_pages(stack, port, count)
        rows["ms to let all in"] = since(began)
        await asyncio.sleep(1)
        rows["MB of the gateway, full"] = memory_kb(pid) / 1024
        rows["KB a socket"] = (memory_kb(pid) - empty) / count

        reached = [await reach_all(bus, pages, version) for version in range(5)]
        rows["ms to reach all"] = median(reached)
        rows["ms to reach all, slowest of 5"] = max(reached)

        single = [
            await reach_one(bus, pages[version % count], version % count, version)
            for version in range(FEW_HINTS)
        ]
        rows["ms to one page, median"] = median(single)
        rows["ms to one page, 99 of 100"] = sorted(single)[int(FEW_HINTS * 0.99)]

        began = time.perf_counter()
        bus.send(json.dumps({"orders": [["topic", "desk", now_ms()]]}))
        await asyncio.gather(*(closed(page) for page in pages))
        rows["ms to cut all off"] = since(began)
    bus.close()
    return rows


async def until_up(port: int) -> None:
    while True:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await asyncio.sleep(SETTLE_MS / 1000 + 0.5)
            return


async def open_pages(stack: AsyncExitStack, port: int, count: int) -> list[ClientConnection]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_page(number: int) -> ClientConnection:
        async with gate:
            page = await stack.enter_async_context(
                connect(
                    f"ws://127.0.0.1:{port}/live/",
                    additional_headers={"Origin": f"http://127.0.0.1:{port}"},
                    compression=None,
                    ping_interval=None,
                )
            )
            grant = make_grant(
                account_id=number,
                session=f"session-{number}",
                topics=["desk", f"account:{number}", "department:1", f"ticket:{number}"],
            )
            await page.send(seal(grant, KEY))
            assert "ready" in json.loads(await page.recv())
            return page

    return await asyncio.gather(*(open_page(number) for number in range(count)))


async def reach_all(bus: PostgresBus, pages: list[ClientConnection], version: int) -> float:
    began = time.perf_counter()
    bus.send(json.dumps({"hints": [{"topic": "desk", "version": version}]}))
    await asyncio.gather(*(heard(page, version) for page in pages))
    return since(began)


async def reach_one(bus: PostgresBus, page: ClientConnection, number: int, version: int) -> float:
    began = time.perf_counter()
    bus.send(json.dumps({"hints": [{"topic": f"ticket:{number}", "version": version}]}))
    await heard(page, version)
    return since(began)


async def heard(page: ClientConnection, version: int) -> None:
    while json.loads(await page.recv()).get("version") != version:
        pass


async def closed(page: ClientConnection) -> None:
    try:
        while True:
            await page.recv()
    except ConnectionClosed:
        return


def since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def memory_kb(pid: int) -> int:
    """Proportional set size: what the process alone costs, its part of shared pages included."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError("this system does not tell the memory of a process")


if __name__ == "__main__":
    main()
