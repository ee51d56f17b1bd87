"""Letters read by children that may neither grow nor last, and may die without harm.

A child lives long and reads one letter after another. One that outstays its time is killed, and
what it died of is the letter's reason to be looked at by a person. While one child is at a
letter that takes long, the others read on, and more are started when all are at such letters.
"""

import contextlib
import fcntl
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final, Self

import otklik
from otklik.core.letters.child import LENGTH, NO_MEMORY, SECONDS
from otklik.core.letters.letter import Letter, Quarantine
from otklik.core.letters.wire import from_wire

WALL_SECONDS: Final = 3.0 * SECONDS
"""Of waiting: longer than the kernel gives of CPU, so that a busy machine costs no letter."""
PATIENCE_SECONDS: Final = 0.3
"""So long a letter waits for a child that is free before another one is started."""
STARTING_SECONDS: Final = 30.0
MOST_CHILDREN: Final = 8
AHEAD: Final = 1
LETTERS_A_CHILD: Final = 5000
MOST_ANSWER: Final = 64 * 1024 * 1024
_CHUNK: Final = 1024 * 1024
_OF_CHILDREN: Final = frozenset({Quarantine.TOOK_TOO_MUCH_MEMORY, Quarantine.READER_FAILED})
_ROOT: Final = str(Path(otklik.__file__).parents[1])
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from otklik.core.letters.child import main; main(sys.argv[2])"
)


class Died(Exception):
    """A child ended, or was ended, over a letter."""

    def __init__(self, reason: Quarantine) -> None:
        super().__init__(reason)
        self.reason = reason


class Reader:
    """One child, started when it is needed; for one thread at a time."""

    def __init__(self, desk: str = "") -> None:
        self._desk = desk
        self._child: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._number = 0  # of the letter that was last sent to any child

    def read(self, raw: bytes) -> Letter:
        """Read one letter; one that was too much for a used child is tried by a fresh one."""
        was_fresh = self._read == 0
        letter = self._try(raw)
        if letter.quarantine in _OF_CHILDREN and not was_fresh:
            self.close()
            letter = self._try(raw)
        return letter

    def close(self) -> None:
        """End the child, if there is one; the next letter starts another."""
        child, self._child, self._read = self._child, None, 0
        if child is not None:
            _end(child)

    def _try(self, raw: bytes) -> Letter:
        """Ask once. A child that was not heard out is ended: its answer would be the next one's."""
        with contextlib.ExitStack() as unanswered:
            unanswered.callback(self.close)
            try:
                letter = self._ask(raw)
            except Died as death:
                return Letter(quarantine=death.reason)
            unanswered.pop_all()
        self._read += 1
        if self._read >= LETTERS_A_CHILD or letter.quarantine in _OF_CHILDREN:
            self.close()
        return letter

    def _ask(self, raw: bytes) -> Letter:
        child = self._child = self._child or self._started()
        until = time.monotonic() + WALL_SECONDS
        self._number += 1
        number = self._number.to_bytes(LENGTH)
        _send(child, number + len(raw).to_bytes(LENGTH), until)
        _send(child, raw, until)
        answered = _received(child, LENGTH, until)
        length = int.from_bytes(_received(child, LENGTH, until))
        if answered != number or length > MOST_ANSWER:
            raise Died(Quarantine.READER_FAILED)
        try:
            return from_wire(_received(child, length, until))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Died(Quarantine.READER_FAILED) from wrong

    def _started(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(  # noqa: S603  # our own program with our own paths
            [sys.executable, "-I", "-c", _START, _ROOT, self._desk],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={},
        )
        with contextlib.ExitStack() as unready:
            unready.callback(_end, child)
            for pipe in (child.stdin, child.stdout):
                os.set_blocking(_number(pipe), False)
                with contextlib.suppress(OSError, AttributeError):  # a kernel that can, and may
                    fcntl.fcntl(_number(pipe), fcntl.F_SETPIPE_SZ, _CHUNK)
            _received(child, LENGTH, time.monotonic() + STARTING_SECONDS)
            unready.pop_all()
        return child


class Readers:
    """Children that share what comes in; for any number of threads."""

    def __init__(self, *, desk: str = "", count: int = 2) -> None:
        self._desk = desk
        self._count = count
        self._all = [Reader(desk) for _number in range(count)]
        self._free: queue.LifoQueue[Reader] = queue.LifoQueue()
        self._growing = threading.Lock()
        for reader in self._all:
            self._free.put(reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        for reader in self._all:
            reader.close()

    def read(self, raw: bytes) -> Letter:
        """Read one letter by a child that is free. Never raises for any bytes."""
        reader = self._one()
        try:
            return reader.read(raw)
        finally:
            self._free.put(reader)

    def read_in_order(self, sources: Iterable[Callable[[], bytes]]) -> Iterator[Letter]:
        """Read letters side by side and give them in their order.

        A source is asked for its bytes when its turn comes; one that raises OSError is unreadable.
        """
        waiting: deque[Future[Letter]] = deque()
        with ThreadPoolExecutor(self._count) as threads:
            for source in sources:
                waiting.append(threads.submit(self._read_from, source))
                if len(waiting) > self._count * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _read_from(self, source: Callable[[], bytes]) -> Letter:
        try:
            raw = source()
        except OSError:
            return Letter(quarantine=Quarantine.UNREADABLE)
        return self.read(raw)

    def _one(self) -> Reader:
        try:
            return self._free.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            pass
        with self._growing:
            if len(self._all) < MOST_CHILDREN:
                self._all.append(Reader(self._desk))
                return self._all[-1]
        return self._free.get()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    child.wait()


def _send(child: subprocess.Popen[bytes], content: bytes, until: float) -> None:
    number, rest = _number(child.stdin), memoryview(content)
    while rest:
        _wait(child, number, select.POLLOUT, until)
        try:
            rest = rest[os.write(number, rest[:_CHUNK]) :]
        except BlockingIOError:
            continue
        except BrokenPipeError:
            raise Died(_cause(child)) from None


def _received(child: subprocess.Popen[bytes], length: int, until: float) -> bytes:
    number, found = _number(child.stdout), bytearray()
    while len(found) < length:
        _wait(child, number, select.POLLIN, until)
        piece = os.read(number, min(_CHUNK, length - len(found)))
        if not piece:
            raise Died(_cause(child))
        found += piece
    return bytes(found)


def _wait(child: subprocess.Popen[bytes], number: int, event: int, until: float) -> None:
    asked = select.poll()
    asked.register(number, event)
    if not asked.poll(max(0.0, until - time.monotonic()) * 1000):
        raise Died(Quarantine.TOOK_TOO_LONG)


def _cause(child: subprocess.Popen[bytes]) -> Quarantine:
    try:
        ended = child.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return Quarantine.READER_FAILED
    if ended == -signal.SIGXCPU:
        return Quarantine.TOOK_TOO_LONG
    has_no_memory = ended in {NO_MEMORY, -signal.SIGABRT}  # the latter is how nh3 says it
    return Quarantine.TOOK_TOO_MUCH_MEMORY if has_no_memory else Quarantine.READER_FAILED


def _number(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise Died(Quarantine.READER_FAILED)
    return pipe.fileno()
