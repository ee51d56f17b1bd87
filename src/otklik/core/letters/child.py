"""Run alone: answer what the standard input asks under hard limits, one thing after another.

In comes the number of what is asked, its length, eight bytes each, and its bytes, a letter; out
the same number, and the length of the answer, and that. Ends with its input. What outgrows a limit
kills it, and whoever started it draws the conclusion; signals that ask to end are left to that one.
"""

import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO, Final

from otklik.core.letters.parsing import read_letter
from otklik.core.letters.wire import to_wire

MEMORY: Final = 256 * 1024 * 1024
SECONDS: Final = 5
"""Of CPU for a letter at most; the kernel counts whole ones."""
LENGTH: Final = 8
NO_MEMORY: Final = 3
"""The exit status of a child that met its limit outside of what reads."""


def main(desk: str) -> None:
    """Read letters until the input ends."""
    serve(lambda raw: to_wire(read_letter(raw, desk=desk)))


def serve(answer: Callable[[bytes], bytes]) -> None:
    """Say with a length of nothing that all is loaded, and answer until the input ends."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # meant for whoever started it, too
        signal.signal(ending, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.freeze()  # what was loaded stays, and need not be looked through with each letter
    asked, answered = sys.stdin.buffer, os.fdopen(1, "wb", buffering=1024 * 1024)
    answered.write(bytes(LENGTH))
    answered.flush()
    try:
        while len(number := asked.read(LENGTH)) == LENGTH:
            content = asked.read(int.from_bytes(asked.read(LENGTH)))
            _allow_seconds()
            _answer(number, answer(content), answered)
    except MemoryError:
        os._exit(NO_MEMORY)


def _answer(number: bytes, said: bytes, answered: BinaryIO) -> None:
    answered.write(number)
    answered.write(len(said).to_bytes(LENGTH))
    answered.write(said)
    answered.flush()


def _allow_seconds() -> None:
    """Let the next letter have its seconds on top of what was used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    whole = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (whole, resource.RLIM_INFINITY))
