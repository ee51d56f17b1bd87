"""Which addresses a sender writes from and is answered at."""

from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from otklik.core.configuration import configuration_stamp
from otklik.core.kept import KeptUnder
from otklik.mail.models import Sender
from otklik.people.models import Actor
from otklik.people.policies import ensure_administrator

_LONGEST_LOCAL: Final = 64


def writes_letters(stamp: UUID) -> bool:
    """Say whether the desk may have sent letters: a sender is never removed while it has any.

    `stamp` is the configuration's, as a page has read it: asked after each of its changes.
    """
    return _WRITES.at(stamp)


_WRITES: Final = KeptUnder(configuration_stamp, Sender.objects.exists)


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
