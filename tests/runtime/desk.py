"""A desk run by the real command in a process of its own."""

import http.client
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, Self

import psycopg

from otklik.core import embedded

SOURCE = Path(__file__).resolve().parents[2] / "src"
STARTING_SECONDS = 180  # a machine that does much else is no fault
STOPPING_SECONDS = 60  # the parts have 20 and the database as much as it needs
PARTS = 2  # web and worker
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(data: Path, **settings: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {"PYTHONPATH": str(SOURCE), "OTKLIK_CONFIG": os.devnull, "OTKLIK_DATA": str(data)}
    return kept | own | settings


def otklik(data: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "otklik.config.command", *words],
        env=surroundings(data, **settings),
        capture_output=True,
        text=True,
        timeout=STARTING_SECONDS * 2,
        check=False,
    )


def begun(
    word: str, environment: dict[str, str], *, stdout: "IO[str] | int"
) -> "subprocess.Popen[str]":
    """Begin one command, in a process of its own, and let it run."""
    return subprocess.Popen(  # noqa: S603  # nothing of a stranger's: our own command
        [sys.executable, "-m", "otklik.config.command", word],
        env=environment,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_hear_ctrl_c,  # noqa: PLW1509  # it sets one signal and takes no lock
    )


def _hear_ctrl_c() -> None:
    """Undo what a shell does to commands in the background: they ignore SIGINT, and so do we."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Desk:
    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.port = int(settings.get("PORT") or free_port())
        self.settings = settings | {"PORT": str(self.port)}
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()

    def __enter__(self) -> Self:
        environment = surroundings(self.data, **self.settings)
        self.process = begun("serve", environment, stdout=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.wait_for("answers at")
        except AssertionError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.stop()
        self._reader.join(10)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        try:
            return self.process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            left = [Path(f"/proc/{pid}/cmdline").read_text() for pid in self.below()]
            raise AssertionError(f"still there: {left}; said: {''.join(self.said)}") from None

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            line = self._lines.get(timeout=STARTING_SECONDS)
            if line is None:
                break
            self.said.append(line)
            if words in line:
                return
        raise AssertionError("".join(self.said))

    def ensure_lives(self) -> None:
        """Fail with what it said if the watching process has ended."""
        if self.process.poll() is not None:
            self._reader.join(10)
            said = [line for line in self._lines.queue if line]
            raise AssertionError("it has ended: " + "".join([*self.said, *said][-40:]))

    def get(self, path: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def wait_until_ready(self) -> None:
        """Wait until the desk answers and what it did but once, its welcome, has ended."""
        until = time.monotonic() + STARTING_SECONDS
        while not (self.is_ready() and len(self.parts()) == PARTS):
            assert time.monotonic() < until, "".join(self.said)
            time.sleep(0.1)

    def parts(self) -> list[int]:
        """Name the processes below the watching one, the database's not among them."""
        return [pid for pid in self.below() if "otklik.config.command" in _command(pid)]

    def below(self) -> list[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in task.read_text().split()]

    def database(self) -> "psycopg.Connection[tuple[Any, ...]]":
        return connect(self.data)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.database() as connection:
            return connection.execute(query.encode(), values).fetchall()

    def number(self, query: str, *values: object) -> int:
        """Return the one number that a query asks for."""
        return int(self.rows(query, *values)[0][0])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self.process.stdout.close()
        self._lines.put(None)


def connect(data: Path) -> "psycopg.Connection[tuple[Any, ...]]":
    url = embedded.running(data / "postgres")
    assert url is not None
    return psycopg.connect(url)


def lives(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def wait_until_gone(pids: list[int]) -> None:
    until = time.monotonic() + 30
    while any(lives(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.05)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
