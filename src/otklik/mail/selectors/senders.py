"""Which addresses a sender writes from and is answered at."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from otklik.mail.models import Sender
from otklik.people.models import Actor
from otklik.people.policies import ensure_administrator

_LONGEST_LOCAL: Final = 64


@dataclass(frozen=True)
class _Known:
    stamp: UUID
    is_any: bool


_known: _Known | None = None


def writes_letters(stamp: UUID) -> bool:
    """Say whether the desk may have sent letters: a sender is never removed while it has any.

    `stamp` is the configuration's, as a page has read it: one query after each of its changes.
    It is read before the senders are, so one that is added in between is seen with the next.
    """
    global _known  # noqa: PLW0603  # one small cache
    known = _known
    if known is None or known.stamp != stamp:
        known = _known = _Known(stamp, Sender.objects.exists())
    return known.is_any


def all_senders(actor: Actor) -> QuerySet[Sender]:
    """Return every sender for the administrator, the one for all first."""
    ensure_administrator(actor)
    return Sender.objects.select_related("department").order_by(
        F("department__position").asc(nulls_first=True), "pk"
    )


def local_fits(sender: Sender, token: str) -> str:
    """Return the sender's address with a token behind a plus, or "" where that cannot be."""
    local, _at, domain = sender.address.rpartition("@")
    tagged = f"{local}+{token}"
    fits = sender.has_plus and len(tagged.encode()) <= _LONGEST_LOCAL and "+" not in local
    return f"{tagged}@{domain}" if fits else ""
