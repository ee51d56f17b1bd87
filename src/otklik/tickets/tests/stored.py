"""Tickets put straight into the database, for tests of what stands around them."""

from typing import Any

from otklik.core import clock
from otklik.people.tests.factories import Cast
from otklik.tickets.models import Ticket
from otklik.tickets.tests.factories import Configuration


def make_stored_ticket(cast: Cast, made: Configuration, **more: Any) -> Ticket:
    """Make a ticket as the database holds it, without the actions of tickets."""
    now = clock.now()
    columns: dict[str, Any] = {
        "number": f"T-{Ticket.objects.count() + 1}",
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
        "entered_at": now,
    }
    return Ticket.objects.create(**columns | more)
