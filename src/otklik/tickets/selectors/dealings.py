"""What was with a person or a company: their tickets, as far as the actor may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper

from otklik.people.models import Actor
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import OPEN, TicketQuerySet

LATEST = 20


@dataclass(frozen=True)
class Dealings:
    """How many tickets there are, and the latest of them, open ones first."""

    open_count: int
    count: int
    latest: Sequence[Ticket]  # with status, department, requester and assignee


def dealings_with_person(actor: Actor, person_id: int) -> Dealings:
    """Return the tickets that a person asked for. Two queries."""
    return _dealings(Ticket.objects.worked_by(actor).filter(requester=person_id))


def dealings_with_organization(actor: Actor, organization_id: int) -> Dealings:
    """Return the tickets that a company's people asked for. Two queries."""
    asked = Ticket.objects.worked_by(actor).filter(requester__organization=organization_id)
    return _dealings(asked)


def _dealings(tickets: TicketQuerySet) -> Dealings:
    counts = tickets.order_by().aggregate(count=Count("pk"), still_open=Count("pk", filter=OPEN))
    latest = tickets.select_related("status", "department", "requester", "assignee")
    is_closed = ExpressionWrapper(~OPEN, BooleanField())
    rows = latest.order_by(is_closed, "-created_at", "-pk")[:LATEST]
    return Dealings(counts["still_open"], counts["count"], list(rows))
