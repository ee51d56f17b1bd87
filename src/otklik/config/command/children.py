"""Starting, watching and stopping the processes of one desk."""

import contextlib
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Final, Self

import click

from otklik.config.command.group import Refused
from otklik.core import embedded

STOPPING_SECONDS: Final = 20.0
LONGEST_REST: Final = 10.0
ASKING_SECONDS: Final = 5.0
"""So often is asked whether a part that does not run is wanted by now."""
STEADY_SECONDS: Final = 30.0
"""A part that lived so long starts again at once."""
TRIES: Final = 3
"""So often may a part die before it was ever ready."""
ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Part:
    """One process that is kept running; it writes to the given descriptor when it is ready."""

    name: str
    run: Callable[[int], None]
    pid: int | None = None
    ready: int | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = field(default=0.0)
    wanted: Callable[[], bool] | None = None
    """Asked now and then while it does not run; None: it always runs."""


class Watch:
    """Watches over parts and server until it is told to end. For the main thread."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._server: embedded.Server | None = None
        self._start_server: Callable[[], embedded.Server] | None = None
        self._server_deaths = 0  # as it was being started again
        self._server_due = 0.0
        self._ending = False
        self._wake_read, self._wake_write = os.pipe()

    def __enter__(self) -> Self:
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in (*ENDING, signal.SIGCHLD):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks
                signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end_children()

    def tend(self, server: embedded.Server, start: Callable[[], embedded.Server]) -> None:
        self._server, self._start_server = server, start

    def tended_server(self) -> embedded.Server:
        if self._server is None:
            raise LookupError
        return self._server

    def once(self, name: str, run: Callable[[], None]) -> None:
        """Run to its end in a process of its own, whose memory goes with it."""
        pid = _fork(name, run)
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                break
            if self._ending:
                os.kill(pid, signal.SIGTERM)
            self._sleep(1.0)
        if status and not self._ending:
            raise Refused(f"The desk could not be made ready (step {name}); see above.")

    def keep(self, part: Part) -> None:
        self._parts.append(part)
        if not self._ending:
            self._start_wanted(part)

    def wait_until_ready(self, name: str) -> bool:
        """Wait for the part's word; False if the desk was told to end before."""
        part = next(part for part in self._parts if part.name == name)
        while not self._ending:
            if part.ready is not None and select.select([part.ready], [], [], 0)[0]:
                if os.read(part.ready, 1):
                    return True
                os.close(part.ready)
                part.ready = None
            if part.deaths >= TRIES:
                raise Refused(f"The {name} process does not start; see above.")
            self._turn(0.05)
        return False

    def run(self) -> None:
        """Keep everything running until SIGINT, SIGTERM or SIGHUP."""
        while not self._ending:
            self._turn(1.0)
        click.echo("\nStopping.")

    def end_children(self) -> None:
        """Ask all parts to end, wait, and end those that do not; twice does nothing."""
        self._ending = True
        for part in self._parts:
            if part.pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(part.pid, signal.SIGTERM)
        until = time.monotonic() + STOPPING_SECONDS
        while any(part.pid for part in self._parts):
            self._reap()
            if time.monotonic() > until:
                for part in self._parts:
                    if part.pid is not None:
                        os.kill(part.pid, signal.SIGKILL)
            self._sleep(0.1)

    def _turn(self, seconds: float) -> None:
        self._sleep(seconds)
        self._reap()
        if self._ending:
            return
        self._tend_server()
        now = time.monotonic()
        for part in self._parts:
            if part.pid is None and now >= part.due:
                self._start_wanted(part)

    def _tend_server(self) -> None:
        """Start the database again whenever it has ended, as long as that takes.

        It may be killed again as it starts, or find the disk full until somebody makes room.
        """
        if self._server is None or self._server.process.poll() is None or not self._start_server:
            return
        if time.monotonic() < self._server_due:
            return
        click.echo("otklik: the database ended and is started again", err=True)
        try:
            self._server = self._start_server()
            self._server_deaths = 0
        except embedded.EmbeddedError as error:
            self._server_deaths += 1
            rest = min(LONGEST_REST, 0.25 * 2**self._server_deaths)
            self._server_due = time.monotonic() + rest
            click.echo(f"otklik: {error} It is tried again.", err=True)

    def _start_wanted(self, part: Part) -> None:
        if part.wanted is None or part.wanted():
            self._start(part)
        else:
            part.due = time.monotonic() + ASKING_SECONDS

    def _start(self, part: Part) -> None:
        read, write = os.pipe()
        part.pid = _fork(part.name, lambda: part.run(write), closing=[read])
        os.close(write)
        if part.ready is not None:
            os.close(part.ready)
        part.ready, part.started = read, time.monotonic()

    def _reap(self) -> None:
        for part in self._parts:
            if part.pid is None:
                continue
            done, status = os.waitpid(part.pid, os.WNOHANG)
            if not done:
                continue
            part.pid = None
            if part.wanted is not None and os.WIFEXITED(status) and not os.WEXITSTATUS(status):
                part.due = time.monotonic() + ASKING_SECONDS  # it had nothing left to do
                continue
            lived = time.monotonic() - part.started
            part.deaths = 1 if lived > STEADY_SECONDS else part.deaths + 1
            rest = 0.0 if part.deaths == 1 else min(LONGEST_REST, 0.25 * 2**part.deaths)
            part.due = time.monotonic() + rest
            if not self._ending:
                click.echo(f"otklik: the {part.name} process ended and is started again", err=True)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number in ENDING:
            self._ending = True

    def _sleep(self, seconds: float) -> None:
        if select.select([self._wake_read], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake_read, 4096)


def _fork(name: str, run: Callable[[], None], closing: list[int] | None = None) -> int:
    """Run in a child that ends with its parent and leaves Ctrl-C to it."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setsid()
        embedded.end_with_parent(signal.SIGKILL)  # the database ends too: nothing to end well
        signal.set_wakeup_fd(-1)
        for number in (*ENDING, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        for descriptor in closing or []:
            os.close(descriptor)
        run()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever ended it, it is said
        click.echo(f"otklik: the {name} process failed:", err=True)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
