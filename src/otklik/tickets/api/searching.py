"""The one search over the API."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.params.functions import Query

from otklik.core.api import REFUSALS, cursor_for, cursor_from, ensure_scope
from otklik.core.errors import Invalid
from otklik.people.models import Actor
from otklik.people.policies import actor_of
from otklik.tickets.api import schemas, shapes
from otklik.tickets.selectors.found import tickets_by_id
from otklik.tickets.selectors.search import MOST_RANKED, MOST_SHOWN, Found, search_tickets

router = Router(tags=["search"])


@router.get("/search", response={200: schemas.HitList, **REFUSALS}, summary="Search tickets")
def search(
    request: HttpRequest,
    q: str = Query(..., min_length=1, max_length=500),
    cursor: str | None = Query(None, max_length=400),
) -> Any:
    """Find tickets by words and their forms, numbers and filters, best first.

    Staff search all that they work on, notes included; customers their own requests.
    """
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    start = _start(cursor)
    found = search_tickets(actor, q, as_customer=not actor.is_staff, start=start)
    further = start + MOST_SHOWN
    return schemas.HitList(
        items=_hits(actor, found),
        next=cursor_for(further) if found.is_cut and further <= MOST_RANKED else None,
        is_guess=found.is_guess,
    )


def _start(cursor: str | None) -> int:
    given = cursor_from(cursor, int)
    start = int(given[0]) if given else 0
    if not 0 <= start <= MOST_RANKED:
        raise Invalid(fields={"cursor": _("This cursor is not ours.")})
    return start


def _hits(actor: Actor, found: Found) -> list[schemas.HitOut]:
    tickets = tickets_by_id(actor, [hit.ticket.row.pk for hit in found.hits])
    hits = [hit for hit in found.hits if hit.ticket.row.pk in tickets]
    said = shapes.tickets_out(actor, [tickets[hit.ticket.row.pk] for hit in hits])
    return [
        schemas.HitOut(ticket=ticket, subject=str(hit.subject), snippet=str(hit.snippet))
        for hit, ticket in zip(hits, said, strict=True)
    ]
