"""The one clock: everything that asks for the time asks here, so tests can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """Return the present in UTC, or the moment that `moved_to` holds."""
    return _moved.get() or datetime.now(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment for the present task."""
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
