"""What a process reads once, for all its threads."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """One thing, until it is dropped or no longer good.

    What was being read as it was dropped is given to who read it, and to nobody else.
    """

    def __init__(self) -> None:
        self._era = object()
        self._kept: tuple[object, T] | None = None

    def found(self, is_good: Callable[[T], bool]) -> T | None:
        """Return the thing as it is kept, None if it has to be read."""
        kept = self._kept
        return kept[1] if kept and kept[0] is self._era and is_good(kept[1]) else None

    def get(self, is_good: Callable[[T], bool], read: Callable[[], T]) -> T:
        """Return the thing as it is kept, or else as it is read now."""
        thing = self.found(is_good)
        if thing is None:
            era = self._era
            thing = read()
            self._kept = era, thing
        return thing

    def last(self) -> T | None:
        """Return the thing as it was last read, however long ago; None once it was dropped."""
        return self._kept[1] if self._kept else None

    def drop(self) -> None:
        """Let it be read at the next look: this process has just changed it."""
        self._era, self._kept = object(), None


class KeptUnder(Generic[T]):
    """One thing, for as long as its stamp says that nothing of it has changed."""

    def __init__(self, stamp: Callable[[], object | None], read: Callable[[], T]) -> None:
        self._stamp, self._read = stamp, read
        self._kept: tuple[object | None, T] | None = None

    def at(self, stamp: object | None) -> T:
        """Return the thing under a stamp, or as it is now when that is another.

        Its own stamp is read before it: a change that comes between costs one more reading, never
        an old thing under a new stamp.
        """
        kept = self._kept
        if kept is None or stamp is None or kept[0] != stamp:
            now = self._stamp()
            kept = self._kept = now, self._read()
        return kept[1]
