"""By hand to a higher level, and back."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid
from otklik.core.text import MOST_CODE_POINTS, clean_line, count_graphemes
from otklik.people.models import Actor
from otklik.tickets.actions.recording import Fact, Kind, keep, record, tell
from otklik.tickets.actions.talking import Words, write_note
from otklik.tickets.events import EscalationEnded, TicketEscalated
from otklik.tickets.models import Ticket
from otklik.tickets.policies import ensure_open, lock_ticket

REASON_LIMIT: Final = 200  # grapheme clusters
LONGEST_REASON: Final = REASON_LIMIT * MOST_CODE_POINTS


@transaction.atomic
def escalate_ticket(
    *, actor: Actor, ticket_id: int, reason: str = "", note: Words | None = None
) -> Ticket:
    """Raise a ticket to the heads of its department; they are told the reason, one line.

    Escalating an escalated ticket only adds the note, and another reason, which is told too.
    Publishes TicketEscalated. Raises NotFound, Invalid, NotAllowed when closed.
    """
    ticket = lock_ticket(actor, ticket_id)
    ensure_open(ticket)
    why = _checked(reason)
    if note is not None:
        write_note(actor, ticket, note, is_part=not ticket.is_escalated)
    if ticket.is_escalated and (not why or _said_before(actor, ticket, why)):
        return ticket
    if not ticket.is_escalated:
        ticket.escalated_at, ticket.escalated_by_id = clock.now(), actor.person_id
    keep(ticket, "escalated_at", "escalated_by", is_internal=True)
    record(actor, ticket, Fact(kind=Kind.ESCALATED, new=why or None, is_internal=True))
    tell(TicketEscalated, actor, ticket, is_internal=True)
    return ticket


def _checked(reason: str) -> str:
    try:
        line = clean_line(reason)
    except Invalid as refusal:
        raise Invalid(fields={"reason": refusal.message}) from refusal
    if len(line) > LONGEST_REASON or count_graphemes(line) > REASON_LIMIT:
        why = _("At most %(limit)d characters fit here.") % {"limit": REASON_LIMIT}
        raise Invalid(fields={"reason": why})
    return line


def _said_before(actor: Actor, ticket: Ticket, reason: str) -> bool:
    """Tell whether the actor gave this reason already since the ticket was escalated."""
    said = ticket.history.filter(kind=Kind.ESCALATED, actor=actor.person_id, new=reason)
    return said.filter(at__gte=ticket.escalated_at).exists()


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
