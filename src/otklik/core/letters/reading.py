"""Letters read by children: what one of them dies of is the letter's reason to be looked at.

While one child is at a letter that takes long, the others read on, and more are started when all
are at such letters.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

from otklik.core.letters.children import Child, Died
from otklik.core.letters.letter import Letter, Quarantine
from otklik.core.letters.wire import from_wire

PATIENCE_SECONDS: Final = 0.3
"""So long a letter waits for a child that is free before another one is started."""
MOST_CHILDREN: Final = 8
AHEAD: Final = 1
LETTERS_A_CHILD: Final = 5000
_OF_CHILDREN: Final = frozenset({Quarantine.TOOK_TOO_MUCH_MEMORY, Quarantine.READER_FAILED})
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from otklik.core.letters.child import main; main(sys.argv[2])"
)


class Reader:
    """One child that reads letters; for one thread at a time."""

    def __init__(self, desk: str = "") -> None:
        self._child = Child(_START, desk)

    def read(self, raw: bytes) -> Letter:
        """Read one letter; one that was too much for a used child is tried by a fresh one."""
        was_fresh = self._child.answered == 0
        letter = self._try(raw)
        if letter.quarantine in _OF_CHILDREN and not was_fresh:
            self.close()
            letter = self._try(raw)
        return letter

    @property
    def pid(self) -> int | None:
        return self._child.pid

    def close(self) -> None:
        """End the child, if there is one; the next letter starts another."""
        self._child.close()

    def _try(self, raw: bytes) -> Letter:
        try:
            letter = from_wire(self._child.ask(raw))
        except Died as death:
            return Letter(quarantine=death.reason)
        except (ValueError, KeyError, TypeError):
            letter = Letter(quarantine=Quarantine.READER_FAILED)
        if self._child.answered >= LETTERS_A_CHILD or letter.quarantine in _OF_CHILDREN:
            self.close()
        return letter


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
                waiting.append(threads.submit(self.read_from, source))
                if len(waiting) > self._count * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def read_from(self, source: Callable[[], bytes]) -> Letter:
        """Read what a source gives; one that raises OSError is unreadable."""
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
