"""Children that find out where letters come from; for any number of threads."""

import contextlib
import json
import os
import queue
import signal
import threading
from typing import Final

from otklik.core.letters.children import Child, Died
from otklik.core.letters.proving.spf import Sending
from otklik.core.letters.verdicts import Result

MOST_CHILDREN: Final = 4
LETTERS_A_CHILD: Final = 2000
UNPROVEN: Final = (Result("dmarc", "temperror"),)
"""What is said of a letter that nothing could be found out about."""
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from otklik.core.letters.proving.child import main; main(sys.argv[2])"
)


class Provers:
    """A few children at most, each started when all others have a letter."""

    def __init__(self, server: str = "") -> None:
        self._server = server
        self._free: queue.LifoQueue[Child] = queue.LifoQueue()
        self._all: list[Child] = []
        self._growing = threading.Lock()

    def prove(self, raw: bytes, sending: Sending) -> tuple[Result, ...]:
        """Return what was found out. Never raises for any letter."""
        child = self._one()
        try:
            said = child.ask(json.dumps(sending).encode() + b"\n" + raw)
            return tuple(Result(*one) for one in json.loads(said))
        except (Died, ValueError, TypeError):
            return UNPROVEN
        finally:
            if child.answered >= LETTERS_A_CHILD:
                child.close()
            self._free.put(child)

    def stop(self) -> None:
        """End every child where it is; what it was asked stays unproven."""
        for child in self._all:
            if (pid := child.pid) is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """End the children, when nothing is asked any more."""
        for child in self._all:
            child.close()

    def _one(self) -> Child:
        with self._growing:
            if self._free.empty() and len(self._all) < MOST_CHILDREN:
                self._all.append(Child(_START, self._server))
                return self._all[-1]
        return self._free.get()
