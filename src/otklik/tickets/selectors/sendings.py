"""What became of what a page sent as it was left: nobody was there to hear."""

from dataclasses import dataclass

from otklik.core import once
from otklik.core.errors import NotFound
from otklik.people.models import Actor
from otklik.tickets.models import Ticket
from otklik.tickets.policies import find_ticket


def key_owner(actor: Actor, ticket_id: int, *, as_customer: bool = False) -> str:
    """Return whose keys those are by which the actor writes under a ticket."""
    return f"{'ask' if as_customer else 'say'}:{actor.account_id}:{ticket_id}"


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A reply that was sent under a ticket, as far as it is known."""

    ticket: Ticket | None  # none: out of the actor's sight by now
    is_known: bool
    went: bool
    why: str  # it did not go


def find_sending(actor: Actor, ticket_id: int, key: str) -> Sending:
    """Return what became of the actor's own sending; of others' nothing is known."""
    known = once.outcome(key_owner(actor, ticket_id), key)
    if known and known.went:
        return Sending(ticket=None, is_known=True, went=True, why="")
    try:
        ticket = find_ticket(actor, ticket_id)
    except NotFound:
        ticket = None
    return Sending(
        ticket=ticket, is_known=known is not None, went=False, why=known.why if known else ""
    )
