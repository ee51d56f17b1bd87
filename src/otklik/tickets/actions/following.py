from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid
from otklik.people.models import Actor
from otklik.tickets.actions.recording import Fact, Kind, keep, record, tell
from otklik.tickets.events import TicketChanged
from otklik.tickets.models import Follow, Ticket, TicketLink
from otklik.tickets.policies import find_ticket_numbered, lock_ticket


@transaction.atomic
def follow_ticket(*, actor: Actor, ticket_id: int) -> None:
    """Hear of a ticket as long as one may see it. Raises NotFound."""
    ticket = lock_ticket(actor, ticket_id)
    Follow.objects.get_or_create(ticket=ticket, person_id=actor.person_id)


@transaction.atomic
def unfollow_ticket(*, actor: Actor, ticket_id: int) -> None:
    """Hear of it no more; works also when one may not see it now."""
    Follow.objects.filter(ticket=ticket_id, person=actor.person_id).delete()


@transaction.atomic
def link_tickets(
    *, actor: Actor, ticket_id: int, other_number: str, kind: TicketLink.Kind
) -> TicketLink:
    """Say that two tickets, both in sight, have to do with each other. Linking twice does nothing.

    The history of both says so. Publishes TicketChanged of both. Raises NotFound, Invalid for
    a ticket and itself.
    """
    other_id = find_ticket_numbered(actor, other_number.strip()).pk
    _hold(ticket_id, other_id)
    ticket, other = lock_ticket(actor, ticket_id), lock_ticket(actor, other_id)
    if other.pk == ticket.pk:
        raise Invalid(fields={"link": _("A ticket cannot be linked to itself.")})
    link, is_new = TicketLink.objects.get_or_create(
        source=ticket,
        target=other,
        kind=kind,
        defaults={"creator_id": actor.person_id, "created_at": clock.now()},
    )
    if is_new:
        _note(actor, ticket, new=_end(other, kind))
        _note(actor, other, new=_end(ticket, kind, is_source=True))
    return link


@transaction.atomic
def link_follow_up(*, actor: Actor, ticket_id: int, closed_id: int) -> TicketLink:
    """Say that a new ticket goes on from a closed one; colleagues see it, the asker does not.

    For the desk itself: asks nobody's sight. Publishes TicketChanged of both.
    """
    _hold(ticket_id, closed_id)
    both = Ticket.objects.in_bulk([ticket_id, closed_id])
    ticket, closed = both[ticket_id], both[closed_id]
    return _link(actor, ticket, closed, TicketLink.Kind.RELATED)


def merge_into(actor: Actor, ticket: Ticket, other: Ticket) -> None:
    """Say that a ticket goes on as another one, both of them held or new.

    For the desk itself: asks nobody's sight. Publishes TicketChanged of both.
    """
    _link(actor, ticket, other, TicketLink.Kind.MERGED)


def _link(actor: Actor, ticket: Ticket, other: Ticket, kind: TicketLink.Kind) -> TicketLink:
    link = TicketLink.objects.create(
        source=ticket,
        target=other,
        kind=kind,
        creator_id=actor.person_id,
        created_at=clock.now(),
    )
    _note(actor, ticket, new=_end(other, kind))
    _note(actor, other, new=_end(ticket, kind, is_source=True))
    return link


@transaction.atomic
def unlink_tickets(*, actor: Actor, ticket_id: int, link_id: int) -> Ticket:
    """Take a link away; the history of both tickets keeps it. Unlinking twice does nothing.

    The other end need not be in sight. Publishes TicketChanged of both. Raises NotFound.
    """
    found = TicketLink.objects.filter(pk=link_id, source=ticket_id)
    _hold(ticket_id, *found.values_list("target_id", flat=True))
    ticket = lock_ticket(actor, ticket_id)
    link = found.select_related("target").first()
    if link is not None:
        other, kind = link.target, TicketLink.Kind(link.kind)
        link.delete()
        _note(actor, ticket, old=_end(other, kind))
        _note(actor, other, old=_end(ticket, kind, is_source=True))
    return ticket


def _hold(*tickets: int) -> None:
    """Hold tickets in one order, so that two who link them to each other take turns."""
    held = Ticket.objects.select_for_update().filter(pk__in=tickets).order_by("pk")
    list(held.values_list("pk"))


def _end(ticket: Ticket, kind: TicketLink.Kind, *, is_source: bool = False) -> dict[str, object]:
    """Return the other end of a link as history keeps it, and whether the link begins there."""
    return {"id": ticket.pk, "number": ticket.number, "kind": kind, "is_source": is_source}


def _note(
    actor: Actor,
    ticket: Ticket,
    *,
    old: dict[str, object] | None = None,
    new: dict[str, object] | None = None,
) -> None:
    keep(ticket, is_internal=True)
    record(actor, ticket, Fact(kind=Kind.LINKED, is_internal=True, old=old, new=new))
    tell(TicketChanged, actor, ticket, fields=("links",), is_internal=True)
