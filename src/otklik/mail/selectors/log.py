"""Where a letter is: found by who wrote it, to whom, its subject, Message-ID or time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from otklik.core.prepared import Given, Prepared, among
from otklik.mail.models import Letter, Mailbox
from otklik.mail.policies import tended_letters
from otklik.people.models import Actor
from otklik.tickets.models import Message

PAGE: Final = 50
FEWEST_SIGNS: Final = 3
"""Of words that are looked for anywhere: shorter ones are in most letters."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for; what is empty does not matter."""

    text: str = ""
    mailbox_id: int | None = None
    end: str = ""  # an outcome or a state
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None  # letters older than this one


@dataclass(frozen=True)
class Found:
    """A page of letters, the newest first, and where the next one begins."""

    rows: Sequence[Letter]
    next: int | None


def find_letters(actor: Actor, wanted: Wanted) -> Found:
    """Return the letters that an actor looks after and that fit. One query."""
    found = list(sought_letters(actor, wanted)[: PAGE + 1])
    return Found(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def sought_letters(actor: Actor, wanted: Wanted) -> QuerySet[Letter]:
    """Return all of them, the newest first."""
    rows = _narrowed(tended_letters(actor), wanted)
    return rows.select_related("mailbox", "ticket").order_by("-pk")


def _narrowed(rows: QuerySet[Letter], wanted: Wanted) -> QuerySet[Letter]:
    text = wanted.text.strip().lower()
    if text.startswith("<") and text.endswith(">"):
        rows = rows.filter(header_id=wanted.text.strip())
    elif text:
        rows = rows.filter(pk__in=_said(text))
    if wanted.mailbox_id is not None:
        rows = rows.filter(mailbox=wanted.mailbox_id)
    if wanted.end:
        rows = rows.filter(Q(outcome=wanted.end) | Q(state=wanted.end))
    if wanted.since is not None:
        rows = rows.filter(received_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(received_at__lt=wanted.until)
    return rows.filter(pk__lt=wanted.before) if wanted.before is not None else rows


def _said(text: str) -> QuerySet[Letter, int]:
    return Letter.objects.filter(look_up__contains=text).values_list("pk", flat=True)


def quarantined_letters(actor: Actor) -> QuerySet[Letter]:
    """Return the letters that wait for the actor, the newest first."""
    rows = tended_letters(actor).filter(state=Letter.State.QUARANTINED)
    return rows.select_related("mailbox").order_by("-pk")


def letters_of(ticket_id: int) -> QuerySet[Letter]:
    """Return the letters that came to a ticket or were taken apart for it, the newest first."""
    behind = Q(ticket=ticket_id) | Q(apart=ticket_id)
    return Letter.objects.filter(behind).select_related("mailbox").order_by("-pk")


def waiting_count(actor: Actor) -> int:
    return tended_letters(actor).filter(state=Letter.State.QUARANTINED).count()


def tended_mailboxes(actor: Actor) -> QuerySet[Mailbox]:
    """Return the mailboxes whose letters an actor looks after."""
    if actor.is_administrator:
        return Mailbox.objects.all()
    return Mailbox.objects.filter(department__in=actor.led_departments)


_DOUBTFUL: Final = Prepared(
    lambda: (
        Letter.objects.filter(
            among("message", Given("messages")),
            ticket__in=Message.objects.filter(among("id", Given("messages"))).values("ticket"),
        )
        .exclude(warnings=[])
        .order_by("pk")
    )
)


def doubtful_letters(messages: Sequence[int]) -> list[Letter]:
    """Return the letters behind messages of which a reader should know more. One query."""
    return _DOUBTFUL.rows(messages=list(messages))
