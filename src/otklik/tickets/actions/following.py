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

    Publishes TicketChanged. Raises NotFound, Invalid for a ticket and itself.
    """
    other = find_ticket_numbered(actor, other_number.strip())
    ticket = lock_ticket(actor, ticket_id)
    if other.pk == ticket.pk:
        raise Invalid(fields={"link": _("A ticket cannot be linked to itself.")})
    link, is_new = TicketLink.objects.get_or_create(
        source=ticket,
        target=other,
        kind=kind,
        defaults={"creator_id": actor.person_id, "created_at": clock.now()},
    )
    if is_new:
        keep(ticket, is_internal=True)
        new = {"id": other.pk, "number": other.number, "kind": kind}
        record(actor, ticket, Fact(kind=Kind.LINKED, new=new, is_internal=True))
        tell(TicketChanged, actor, ticket, fields=("links",), is_internal=True)
    return link


@transaction.atomic
def unlink_tickets(*, actor: Actor, ticket_id: int, link_id: int) -> Ticket:
    """Take a link away; the history keeps it. Unlinking twice does nothing. Raises NotFound."""
    ticket = lock_ticket(actor, ticket_id)
    link = TicketLink.objects.filter(pk=link_id, source=ticket).select_related("target").first()
    if link is not None:
        old = {"id": link.target_id, "number": link.target.number, "kind": link.kind}
        link.delete()
        keep(ticket, is_internal=True)
        record(actor, ticket, Fact(kind=Kind.LINKED, old=old, is_internal=True))
        tell(TicketChanged, actor, ticket, fields=("links",), is_internal=True)
    return ticket
