"""What the database holds: tickets put straight into it, and the configuration to compare."""

from typing import Any

from django.db.models import QuerySet

from otklik.core import clock
from otklik.people.tests.factories import Cast
from otklik.tickets.models import (
    Category,
    Choice,
    Field,
    Flow,
    FormField,
    Priority,
    Status,
    Ticket,
    TicketType,
    Transition,
)
from otklik.tickets.tests.factories import Configuration


def make_stored_ticket(cast: Cast, made: Configuration, **more: Any) -> Ticket:
    """Make a ticket as the database holds it, without the actions of tickets."""
    ticket = unstored_ticket(cast, made, number=f"T-{Ticket.objects.count() + 1}", **more)
    ticket.save()
    return ticket


def unstored_ticket(cast: Cast, made: Configuration, **more: Any) -> Ticket:
    """Give a ticket that is yet to be stored, perhaps with many others at once."""
    now = clock.now()
    columns: dict[str, Any] = {
        "subject": "Printer",
        "type": made.types["equipment"],
        "priority": made.priorities[3],
        "department": cast.it,
        "requester_id": cast.cy.person_id,
        "creator_id": cast.cy.person_id,
        "status": made.statuses["new"],
        "phase": "new",
        "created_at": now,
        "updated_at": now,
        "public_at": now,
        "entered_at": now,
    }
    return Ticket(**columns | more)


def configuration() -> list[Any]:
    """Return the whole configuration, to compare."""
    everything: list[QuerySet[Any]] = [
        Category.objects.all(),
        Choice.objects.all(),
        Field.objects.all(),
        Flow.objects.all(),
        FormField.objects.all(),
        Priority.objects.all(),
        Status.objects.all(),
        TicketType.objects.all(),
        Transition.objects.all(),
    ]
    needed = Status.objects.exclude(required_fields=None).order_by("pk", "required_fields")
    rows = [list(found.order_by("pk").values()) for found in everything]
    return [*rows, list(needed.values_list("pk", "required_fields"))]
