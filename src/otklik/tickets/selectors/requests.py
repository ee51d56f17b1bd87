"""What customers see: their requests, each as a conversation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject

from otklik.core import clock
from otklik.people.models import Actor, Department
from otklik.tickets.models import Copied, Draft, Phase, Rating, Ticket, TicketType
from otklik.tickets.policies import copies_of_requester, customer_moves
from otklik.tickets.selectors.card import CopyRow
from otklik.tickets.selectors.timeline import LATEST, Stretch, Timeline, customer_timeline
from otklik.tickets.selectors.values import ValueRow, value_rows

PAGE = 25
SORTS = {
    "news": ("-public_at", "-id"),
    "newest": ("-created_at", "-id"),
    "oldest": ("created_at", "id"),
    "status": ("status__position", "-public_at", "-id"),
}


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """One request as its customer sees it."""

    ticket: Ticket
    timeline: Timeline
    values: list[ValueRow]
    rating: Rating | None
    copies: list[CopyRow]  # who gets copies, or is proposed to; for who asked alone
    expected_at: datetime | None  # when a solution may be hoped for, while one is worked on
    is_late: bool
    is_own: bool  # asked by the actor, not by a colleague
    may_confirm: bool
    may_reject: bool
    may_close: bool
    may_reopen: bool
    may_reply: bool


def my_requests(
    actor: Actor, *, shown: str = "open", sort: str = "news", text: str = ""
) -> QuerySet[Ticket]:
    """Return the actor's requests (and shared ones), filtered and sorted."""
    rows = Ticket.objects.requested_by(actor).select_related("status", "type", "requester")
    wanted = {
        "open": ~Q(phase=Phase.CLOSED),
        "answer": Q(turn=Ticket.Turn.THEIRS) & ~Q(phase=Phase.CLOSED),
        "solved": Q(phase=Phase.RESOLVED),
        "closed": Q(phase=Phase.CLOSED),
    }.get(shown, Q())
    if words := text.replace("\0", "").strip()[:100]:
        wanted &= Q(subject__icontains=words) | Q(number=words.upper())
    return rows.filter(wanted).order_by(*SORTS.get(sort, SORTS["news"]))


def request_page(actor: Actor, ticket: Ticket, stretch: Stretch = LATEST) -> RequestPage:
    """Collect the page of a request that the actor was allowed to find."""
    own = ticket.requester_id == actor.person_id
    ways = {way.target.phase for way in customer_moves(ticket)} if own else set()
    solved = ticket.phase == Phase.RESOLVED
    closed = ticket.phase == Phase.CLOSED
    waits = solved or closed or ticket.phase == Phase.PENDING
    expected_at = None if waits else ticket.expected_at or ticket.solve_due_at
    back = {Phase.REOPENED, Phase.PROGRESS, Phase.NEW} & ways
    rating, copies = _rating_and_copies(ticket)
    return RequestPage(
        ticket=ticket,
        timeline=customer_timeline(actor, ticket, stretch),
        values=value_rows(ticket, for_customer=True),
        rating=rating,
        copies=copies if own else [],
        expected_at=expected_at,
        is_late=expected_at is not None and expected_at < clock.now(),
        is_own=own,
        may_confirm=solved and Phase.CLOSED in ways,
        may_reject=solved and bool(back),
        may_close=not solved and not closed and Phase.CLOSED in ways,
        may_reopen=closed and bool(back),
        may_reply=not closed,
    )


def _rating_and_copies(ticket: Ticket) -> tuple[Rating | None, list[CopyRow]]:
    """Return what the customer thought of it, and whom their letters named. One query."""
    named = copies_of_requester(ticket.pk, ticket.requester_id)
    line = JSONObject(pk="pk", address="address", name="name", state="state")
    rows = named.exclude(state=Copied.State.DECLINED).values(json=line)
    found = Ticket.objects.select_related("rating").annotate(named=ArraySubquery(rows))
    row: Any = found.get(pk=ticket.pk)
    rating: Rating | None = getattr(row, "rating", None)
    present = rating if rating and rating.is_of_present_solution(ticket) else None
    return present, [CopyRow(**one) for one in row.named]


def own_draft(actor: Actor, ticket: Ticket) -> Draft:
    """Return what the customer has typed under their request and not sent yet; it may be empty."""
    mine = Draft.objects.filter(ticket=ticket.pk, author=actor.person_id, as_customer=True)
    return mine.first() or Draft(ticket=ticket)


def offered_types() -> list[TicketType]:
    return list(TicketType.objects.filter(is_active=True, is_public=True))


def offered_departments() -> list[Department]:
    return list(Department.objects.filter(is_active=True, is_public=True))


def open_count(actor: Actor) -> int:
    """Count the actor's requests that are not closed."""
    return Ticket.objects.requested_by(actor).open().count()
