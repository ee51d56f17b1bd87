"""Who gets a copy of what is said: proposed by letters, confirmed by people."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from otklik.core import clock
from otklik.core.errors import NotFound
from otklik.core.prepared import Given, Prepared, prepared_cursor, typed
from otklik.core.together import insert_one
from otklik.people.actions import find_or_register_requester
from otklik.people.models import Actor
from otklik.tickets.actions.recording import Fact, Kind, keep, record, tell
from otklik.tickets.events import TicketChanged
from otklik.tickets.models import Copied, Ticket
from otklik.tickets.policies import (
    copies_of_requester,
    ensure_requester,
    lock_request,
    lock_ticket,
)

MOST: Final = 50  # proposed in one ticket
_HELD: Final = Prepared(
    lambda: Ticket.objects.select_for_update(of=("self",)).filter(pk=Given("ticket")).order_by()
)
_KNOWN: Final = """
    SELECT address FROM tickets_copied WHERE ticket_id = %s
    UNION ALL SELECT address FROM people_emailaddress WHERE person_id = %s
"""


@transaction.atomic(savepoint=False)
def propose_copies(
    *, actor: Actor, ticket_id: int, named: Iterable[tuple[str, str]]
) -> list[Copied]:
    """Keep whom a letter names beside the desk, as (canonical address, name).

    Gives them nothing. Whoever was proposed, confirmed or declined before stays as they are, and
    the requester needs no copy. Safe to repeat. Returns who is new. Raises NotFound.
    """
    ticket = _HELD.first(ticket=ticket_id)
    if ticket is None:
        raise NotFound
    known = _known(ticket)
    wanted = {address: name for address, name in named if address not in known}
    now = clock.now()
    fresh = [
        Copied(
            ticket=ticket,
            address=address,
            name=name[:300],
            proposed_by_id=actor.person_id,
            proposed_at=now,
        )
        for address, name in list(wanted.items())[: max(0, MOST - len(known))]
    ]
    if fresh:
        for one in fresh:
            insert_one(one)
        _say(actor, ticket, Fact(kind=Kind.COPIED, field="proposed", new=_listed(fresh)))
    return fresh


def _known(ticket: Ticket) -> set[str]:
    """Return the addresses that were named before, and those of who asked."""
    with prepared_cursor() as cursor:
        cursor.execute(_KNOWN, typed([ticket.pk, ticket.requester_id]))
        return {address for (address,) in cursor.fetchall()}


@transaction.atomic
def confirm_copy(
    *, actor: Actor, ticket_id: int, copied_id: int, as_customer: bool = False
) -> Copied:
    """Let somebody get copies: a colleague who works on it, or who asked. Twice does nothing.

    `as_customer`: also a colleague decides as who asked. Publishes TicketChanged. Raises NotFound,
    NotAllowed.
    """
    side = _of_requester if as_customer or not actor.is_staff else _of_colleague
    return _decide(actor, *side(actor, ticket_id), copied_id, Copied.State.CONFIRMED)


@transaction.atomic
def decline_copy(
    *, actor: Actor, ticket_id: int, copied_id: int, as_customer: bool = False
) -> Copied:
    """Let somebody get no copies, or none any more; as `confirm_copy`."""
    side = _of_requester if as_customer or not actor.is_staff else _of_colleague
    return _decide(actor, *side(actor, ticket_id), copied_id, Copied.State.DECLINED)


def _of_colleague(actor: Actor, ticket_id: int) -> tuple[Ticket, QuerySet[Copied]]:
    """Return a ticket, held, and the copies that a colleague decides about."""
    ticket = lock_ticket(actor, ticket_id)
    return ticket, Copied.objects.filter(ticket=ticket)


def _of_requester(actor: Actor, ticket_id: int) -> tuple[Ticket, QuerySet[Copied]]:
    """Return a ticket, held, and the copies that who asked decides about."""
    ticket = lock_request(actor, ticket_id)
    ensure_requester(actor, ticket)
    return ticket, copies_of_requester(ticket.pk, ticket.requester_id)


def _decide(
    actor: Actor, ticket: Ticket, among: QuerySet[Copied], copied_id: int, state: Copied.State
) -> Copied:
    one = among.filter(pk=copied_id).first()
    if one is None:
        raise NotFound
    if one.state == state:
        return one
    if state == Copied.State.CONFIRMED:
        one.person = find_or_register_requester(actor=None, email=one.address, name=one.name)
    fact = Fact(kind=Kind.COPIED, old=_gets(one))
    one.state = state
    one.decided_by_id, one.decided_at = actor.person_id, clock.now()
    one.save(update_fields=["state", "person", "decided_by", "decided_at"])
    _say(actor, ticket, replace(fact, new=_gets(one)))
    return one


def _gets(one: Copied) -> str | None:
    """Return the address of who gets copies now."""
    return one.address if one.state == Copied.State.CONFIRMED else None


def _listed(copies: Iterable[Copied]) -> str:
    return ", ".join(one.address for one in copies)


def _say(actor: Actor, ticket: Ticket, fact: Fact) -> None:
    keep(ticket, is_internal=True)
    record(actor, ticket, replace(fact, is_internal=True))
    tell(TicketChanged, actor, ticket, fields=("copied",), is_internal=True)
