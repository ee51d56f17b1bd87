"""Whether what a process keeps of the configuration still holds: by one stamp for all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from uuid import UUID

from otklik.core.prepared import prepared_cursor

STAMP: Final = "SELECT value FROM tickets_configurationstamp"
"""For a statement around it: what is asked at each request anyway brings the stamp along."""
_AS_ASKED: Final = ContextVar[UUID | None]("stamp_as_asked", default=None)


def configuration_stamp() -> UUID | None:
    """Return what changes whenever the configuration does, as it is now."""
    with prepared_cursor() as cursor:
        cursor.execute(STAMP)
        row: tuple[UUID] | None = cursor.fetchone()
    return row[0] if row else None


def stamp_as_asked() -> UUID | None:
    """Return the stamp of the moment at which the desk learned who asks; None outside a request.

    For pages, and for what begins with a request. Not for what has just changed the configuration:
    that asks for the stamp of now.
    """
    return _AS_ASKED.get()


def read_with_asker(stamp: UUID | None) -> None:
    """Keep the stamp that came along with who asks, until the request ends."""
    _AS_ASKED.set(stamp)


@contextmanager
def one_request() -> Iterator[None]:
    """Forget at the end what was read with who asks."""
    before = _AS_ASKED.set(None)
    try:
        yield
    finally:
        _AS_ASKED.reset(before)
