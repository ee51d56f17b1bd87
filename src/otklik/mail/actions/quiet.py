"""While a letter is taken in that no machine may answer, none does (RFC 3834, 2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def quietly(*, is_quiet: bool) -> Iterator[None]:
    """Have nobody answer automatically what happens in the block."""
    before = _QUIET.set(is_quiet or _QUIET.get())
    try:
        yield
    finally:
        _QUIET.reset(before)


def is_quiet() -> bool:
    return _QUIET.get()
