"""What customers thought of a solution, over the API."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from otklik.core.api import REFUSALS, ensure_scope
from otklik.core.errors import NotFound
from otklik.people.policies import actor_of
from otklik.tickets import actions
from otklik.tickets.api import schemas
from otklik.tickets.models import Rating
from otklik.tickets.selectors.found import one_ticket

router = Router(tags=["tickets"])


@router.get("/tickets/{ticket_id}/rating", response={200: schemas.RatingOut, **REFUSALS})
def get_rating(request: HttpRequest, ticket_id: schemas.Key) -> Any:
    """Read what the customer thought."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    found = Rating.objects.filter(ticket=one_ticket(actor, ticket_id).pk).first()
    if found is None:
        raise NotFound
    return _out(found)


@router.post("/tickets/{ticket_id}/rating", response={201: schemas.RatingOut, **REFUSALS})
def rate_ticket(request: HttpRequest, ticket_id: schemas.Key, payload: schemas.RatingIn) -> Any:
    """Rate a solved ticket that one asked for; a second time replaces the first."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:write")
    ticket = one_ticket(actor, ticket_id)
    given = Rating(**payload.dict())
    kept = actions.rate_ticket(actor=actor, ticket_id=ticket.pk, rating=given)
    return Status(201, _out(kept))


def _out(rating: Rating) -> schemas.RatingOut:
    return schemas.RatingOut(
        solution=rating.solution,
        service=rating.service,
        comment=rating.comment,
        suggestion=rating.suggestion,
        created_at=rating.created_at,
    )
