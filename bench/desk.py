"""A whole desk: seconds to its first page, and memory at rest with many tickets.

python bench/desk.py [TICKETS]
"""

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICKETS = 100_000
RESTING_SECONDS = 75
"""Idle database connections are given back after a minute."""
BARS = {"s to start again": 3.0, "MB at rest, sum of PSS": 300.0}


def main() -> None:
    """Measure and print; 1 when a bar is missed."""
    count = sys.argv[1] if sys.argv[1:] else str(TICKETS)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder) / "data", count)
    for name, value in rows.items():
        bar = BARS.get(name)
        print(f"{name:<34}{value:>12.1f}{f'   at most {bar}' if bar else ''}")
    sys.exit(any(rows[name] > bar for name, bar in BARS.items()))


def measure(data: Path, tickets: str) -> dict[str, float]:
    rows: dict[str, float] = {}
    with running(data) as (process, seconds):
        rows["s to start, empty folder"] = seconds
        subprocess.run([*command(), "demo", "--tickets", tickets], env=settings(data), check=True)
        time.sleep(RESTING_SECONDS)
        parts = {pid: proportional_kb(pid) for pid in family(process.pid)}
        names = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in parts}
        database = sum(kb for pid, kb in parts.items() if "postgres" in names[pid])
        rows["MB of the database"] = database / 1024
        rows["MB at rest, sum of PSS"] = sum(parts.values()) / 1024
    with running(data) as (_process, seconds):
        rows["s to start again"] = seconds
    return rows


@contextmanager
def running(data: Path) -> Iterator[tuple["subprocess.Popen[bytes]", float]]:
    began = time.monotonic()
    with subprocess.Popen(
        [*command(), "serve"], env=settings(data), stdout=subprocess.PIPE
    ) as desk:
        assert desk.stdout is not None
        try:
            said = b""
            while b"answers at" not in said:
                select.select([desk.stdout], [], [])
                block = os.read(desk.stdout.fileno(), 4096)
                assert block, "the desk does not start"
                said += block
            yield desk, time.monotonic() - began
        finally:
            desk.send_signal(signal.SIGTERM)


def command() -> list[str]:
    return [sys.executable, "-m", "otklik.config.command"]


def settings(data: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    return os.environ | {"OTKLIK_DATA": str(data), "PORT": port, "DEMO": "0"}


def family(pid: int) -> list[int]:
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += family(int(child))
    return found


def proportional_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
