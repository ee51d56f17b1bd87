"""A ticket that is none, or not the right one, closed without what closing demands."""

from django.db import transaction

from otklik.people.models import Actor
from otklik.tickets.actions.bulk import retag
from otklik.tickets.actions.moving import enter_status
from otklik.tickets.models import Phase, Status, Ticket
from otklik.tickets.policies import lock_ticket


@transaction.atomic
def shelve_ticket(*, actor: Actor, ticket_id: int, tag: str = "") -> Status | None:
    """Tag a ticket and close it; return where it stood, None where it was closed already.

    For upper apps, which say who may. Asks for no way of the flow and for nothing that such a
    way demands, for that would be a word to the customer. The history tells both. Publishes
    TicketChanged and StatusChanged. Raises NotFound.
    """
    ticket = lock_ticket(actor, ticket_id)
    if tag:
        retag(actor, ticket, [tag], [])
        ticket = lock_ticket(actor, ticket_id)
    if not ticket.is_open:
        return None
    before = ticket.status
    statuses = Status.objects.filter(flow=before.flow_id, phase=Phase.CLOSED)
    enter_status(actor, ticket, statuses.order_by("position", "pk")[0])  # every flow has one
    return before


@transaction.atomic
def unshelve_ticket(*, actor: Actor, ticket_id: int, tag: str, back_to: Status | None) -> Ticket:
    """Take the tag away, and bring a ticket that is still closed back to where it stood.

    Who works on it now may have changed: it goes to where nobody needs to be assigned then.
    Publishes TicketChanged and StatusChanged. Raises NotFound.
    """
    ticket = lock_ticket(actor, ticket_id)
    retag(actor, ticket, [], [tag])
    ticket = lock_ticket(actor, ticket_id)
    if back_to is not None and not ticket.is_open and back_to.flow_id == ticket.status.flow_id:
        enter_status(actor, ticket, _fit(ticket, back_to))
    return ticket


def _fit(ticket: Ticket, wanted: Status) -> Status:
    if wanted.phase != Phase.ASSIGNED or ticket.assignee_id is not None:
        return wanted
    return Status.objects.get(flow=wanted.flow_id, is_first=True)
