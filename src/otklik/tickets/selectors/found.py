"""Tickets for programs: whole rows, found by the query language."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.people.models import Actor
from otklik.tickets.models import Ticket
from otklik.tickets.models.whole import completed, with_people
from otklik.tickets.policies import refuse_unseen
from otklik.tickets.selectors.query.conditions import hides
from otklik.tickets.selectors.query.parser import parse
from otklik.tickets.selectors.queue import asking_of, sort_of, tickets_asked
from otklik.tickets.selectors.sorting import behind, open_place, seal_place, steps_of


def seen_ticket(actor: Actor, ticket_id: int) -> Ticket | None:
    """Return a ticket if the actor may see it, as staff or as a customer."""
    ticket = with_people(Ticket.objects.visible_to(actor)).filter(pk=ticket_id).first()
    return completed(ticket) if ticket else None


def one_ticket(actor: Actor, ticket_id: int) -> Ticket:
    """Return a ticket that the actor may see, as staff or as a customer.

    Raises NotFound, OutOfSight.
    """
    ticket = seen_ticket(actor, ticket_id)
    if ticket is None:
        refuse_unseen(actor, pk=ticket_id)
    return ticket


def tickets_by_id(actor: Actor, wanted: Sequence[int]) -> dict[int, Ticket]:
    """Return those of the wanted tickets that the actor may see."""
    rows = with_people(Ticket.objects.visible_to(actor)).filter(pk__in=wanted)
    return {row.pk: completed(row) for row in rows}


def found_page(
    actor: Actor, q: str, cursor: str | None, limit: int
) -> tuple[list[Ticket], str | None]:
    """Return a page of the tickets that a query finds, open and closed, and the next cursor.

    Raises QueryRefused, Invalid for a cursor that is not ours.
    """
    query = parse(q)
    sort = sort_of(query)
    steps = steps_of(sort, for_customer=not actor.is_staff)
    probes = bool(query.words) or any(hides(term) for term in query.filters)
    works = actor.is_staff and probes  # of their own requests a colleague knows what customers do
    seen = Ticket.objects.worked_by(actor) if works else Ticket.objects.visible_to(actor)
    found = tickets_asked(query, asking_of(actor), open_by_default=False, tickets=seen)
    if cursor:
        place = open_place(sort, cursor, for_customer=not actor.is_staff)
        if place is None:
            raise Invalid(fields={"cursor": _("This cursor is not ours.")})
        found = found.filter(behind(steps, place))
    order = [step.order() for step in steps]
    rows = list(with_people(found).order_by(*order)[: limit + 1])
    page = [completed(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return page, None
    last = page[-1]
    place = tuple(last.pk if step.column == "id" else plain(last, step.column) for step in steps)
    return page, seal_place(sort, place)


def plain(ticket: Ticket, column: str) -> object:
    """Return a column as a place holds it: a foreign key by its value."""
    return getattr(ticket, "priority_id" if column == "priority" else column)
