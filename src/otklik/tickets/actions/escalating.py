"""By hand to a higher level, and back."""

from django.db import transaction

from otklik.core import clock
from otklik.people.models import Actor
from otklik.tickets.actions.recording import Fact, Kind, keep, record, tell
from otklik.tickets.actions.talking import Words, write_note
from otklik.tickets.events import EscalationEnded, TicketEscalated
from otklik.tickets.models import Ticket
from otklik.tickets.policies import ensure_open, lock_ticket


@transaction.atomic
def escalate_ticket(*, actor: Actor, ticket_id: int, note: Words | None = None) -> Ticket:
    """Raise a ticket to the heads of its department, with a note that says why.

    Escalating an escalated ticket only adds the note. Publishes TicketEscalated.
    Raises NotFound, NotAllowed when closed.
    """
    ticket = lock_ticket(actor, ticket_id)
    ensure_open(ticket)
    if note is not None:
        write_note(actor, ticket, note, is_part=not ticket.is_escalated)
    if ticket.is_escalated:
        return ticket
    ticket.escalated_at, ticket.escalated_by_id = clock.now(), actor.person_id
    keep(ticket, "escalated_at", "escalated_by", is_internal=True)
    record(actor, ticket, Fact(kind=Kind.ESCALATED, is_internal=True))
    tell(TicketEscalated, actor, ticket, is_internal=True)
    return ticket


@transaction.atomic
def end_escalation(*, actor: Actor, ticket_id: int) -> Ticket:
    """Take a ticket back to its usual way. Does nothing when it is not escalated.

    Publishes EscalationEnded. Raises NotFound.
    """
    ticket = lock_ticket(actor, ticket_id)
    if not ticket.is_escalated:
        return ticket
    ticket.escalated_at, ticket.escalated_by = None, None
    keep(ticket, "escalated_at", "escalated_by", is_internal=True)
    record(actor, ticket, Fact(kind=Kind.CALMED, is_internal=True))
    tell(EscalationEnded, actor, ticket, is_internal=True)
    return ticket
