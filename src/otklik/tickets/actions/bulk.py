"""One change made to many tickets, each on its own: a refusal of one does not stop the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.core.errors import DomainError, NotAllowed
from otklik.people.models import Actor
from otklik.tickets.actions.changing import Changes, Retagging, change_ticket
from otklik.tickets.actions.moving import Move, move_ticket
from otklik.tickets.actions.talking import Words
from otklik.tickets.models import Status, Ticket
from otklik.tickets.policies import staff_moves

MOST = 200

Change = Callable[[Ticket], object]


@dataclass(frozen=True)
class Outcome:
    """What became of one ticket: changed, or refused and why."""

    ticket: Ticket
    refusal: str = ""


def change_each(*, actor: Actor, ticket_ids: Sequence[int], change: Change) -> list[Outcome]:
    """Make a change to each of the tickets that the actor sees, in the order given.

    Every ticket has its own transaction. Safe to repeat when `change` is.
    """
    wanted = list(dict.fromkeys(ticket_ids))[:MOST]
    seen = {ticket.pk: ticket for ticket in Ticket.objects.worked_by(actor).filter(pk__in=wanted)}
    return [_outcome(seen[pk], change) for pk in wanted if pk in seen]


def _outcome(ticket: Ticket, change: Change) -> Outcome:
    try:
        change(ticket)
    except DomainError as error:
        return Outcome(ticket, error.message or str(error))
    return Outcome(ticket)


def move_to_status_keyed(actor: Actor, ticket: Ticket, key: str, words: Words | None) -> None:
    """Bring a ticket to the status of its own flow that has this key.

    The words go to the customer or to colleagues, as the way demands. Raises as `move_ticket`.
    """
    flow = Status.objects.filter(pk=ticket.status_id).values("flow")
    target = Status.objects.filter(flow__in=flow, key=key).first()
    if target is None:
        raise NotAllowed(_("The stages of this ticket are others."))
    way = next((one for one in staff_moves(actor, ticket) if one.target_id == target.pk), None)
    move = Move(
        target_id=target.pk,
        reply=words if way and way.demands_message else None,
        note=words if way and way.demands_note else None,
    )
    move_ticket(actor=actor, ticket_id=ticket.pk, move=move)


def retag(actor: Actor, ticket: Ticket, add: Sequence[str], remove: Sequence[str]) -> None:
    """Add and take away tags, leaving the others. Raises as `change_ticket`."""
    retagging = Retagging(add=tuple(add), remove=tuple(remove))
    change_ticket(actor=actor, ticket_id=ticket.pk, changes=Changes(fields={"tags": retagging}))
