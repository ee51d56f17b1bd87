"""Children that may neither grow nor last, and may die without harm: each answers bytes with bytes.

A child lives long and is asked one thing after another. One that outstays its time is killed.
"""

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Final

import otklik
from otklik.core.letters.child import LENGTH, NO_MEMORY, SECONDS
from otklik.core.letters.letter import Quarantine

WALL_SECONDS: Final = 3.0 * SECONDS
"""Of waiting: longer than the kernel gives of CPU, so that a busy machine costs no letter."""
STARTING_SECONDS: Final = 30.0
MOST_ANSWER: Final = 64 * 1024 * 1024
_CHUNK: Final = 1024 * 1024
_ROOT: Final = str(Path(otklik.__file__).parents[1])


class Died(Exception):
    """A child ended, or was ended, over what it was asked."""

    def __init__(self, reason: Quarantine) -> None:
        super().__init__(reason)
        self.reason = reason


class Child:
    """One child, started when it is needed; for one thread at a time.

    It runs `program`, given where our modules are and `word`.
    """

    def __init__(self, program: str, word: str = "") -> None:
        self._start = (program, word)
        self._child: subprocess.Popen[bytes] | None = None
        self._number = 0  # of what was last asked of any child
        self.answered = 0
        """How often the child that lives now has answered."""

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def ask(self, content: bytes) -> bytes:
        """Ask once. Raises Died.

        A child that was not heard out is ended: its answer would be the next one's.
        """
        with contextlib.ExitStack() as unanswered:
            unanswered.callback(self.close)
            found = self._ask(content)
            unanswered.pop_all()
        self.answered += 1
        return found

    def close(self) -> None:
        """End the child, if there is one; the next question starts another."""
        child, self._child, self.answered = self._child, None, 0
        if child is not None:
            _end(child)

    def _ask(self, content: bytes) -> bytes:
        child = self._child = self._child or self._started()
        until = time.monotonic() + WALL_SECONDS
        self._number += 1
        number = self._number.to_bytes(LENGTH)
        _send(child, number + len(content).to_bytes(LENGTH), until)
        _send(child, content, until)
        answered = _received(child, LENGTH, until)
        length = int.from_bytes(_received(child, LENGTH, until))
        if answered != number or length > MOST_ANSWER:
            raise Died(Quarantine.READER_FAILED)
        return _received(child, length, until)

    def _started(self) -> subprocess.Popen[bytes]:
        program, word = self._start
        child = subprocess.Popen(  # noqa: S603  # our own program with our own paths
            [sys.executable, "-I", "-c", program, _ROOT, word],
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
