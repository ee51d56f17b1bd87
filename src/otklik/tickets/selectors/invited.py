"""Invitations among the files of a conversation, in words for who reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from otklik.core.files.scan import is_withheld
from otklik.core.files.store import store
from otklik.core.filters import Reading, full_date
from otklik.core.invitations import MOST_BYTES, Invitation, invitation_in
from otklik.tickets.models import Attachment

MOST_SHOWN: Final = 5
"""Of one message."""


@dataclass(frozen=True)
class Invited:
    """An invitation, and when it is by the reader's clock."""

    said: Invitation
    when: str


def invited(files: Iterable[Attachment], read: Reading) -> tuple[Invited, ...]:
    """Return what the files of a message invite to."""
    wanted = [file for file in files if _may_invite(file)][:MOST_SHOWN]
    found = (_kept(file.blob.sha256) for file in wanted)
    return tuple(Invited(one, _when(one, read)) for one in found if one is not None)


def _may_invite(file: Attachment) -> bool:
    is_small = file.blob.size <= MOST_BYTES
    return is_small and file.name.lower().endswith(".ics") and not is_withheld(file.blob)


@lru_cache(maxsize=500)
def _kept(sha256: str) -> Invitation | None:
    try:
        with store().open(sha256) as file:
            return invitation_in(file.read())
    except FileNotFoundError:
        return None


def _when(one: Invitation, read: Reading) -> str:
    if one.starts is None:
        return ""
    begins = _moment(one.starts, read)
    if one.ends is None:
        return begins
    if isinstance(one.ends, datetime) and _day_of(one.ends, read) == _day_of(one.starts, read):
        return f"{begins}–{_local(one.ends, read):%H:%M}"
    return f"{begins} – {_moment(one.ends, read)}"


def _moment(at: date | datetime, read: Reading) -> str:
    if not isinstance(at, datetime):
        return full_date(at)
    local = _local(at, read)
    return f"{full_date(local.date())}, {local:%H:%M}"


def _local(at: datetime, read: Reading) -> datetime:
    """Return a moment by the reader's clock; a time without a zone as it was written."""
    return at if at.tzinfo is None else at.astimezone(read.zone)


def _day_of(at: date | datetime, read: Reading) -> date:
    return _local(at, read).date() if isinstance(at, datetime) else at
