"""Who follows a ticket, and which tickets have to do with it, over the API: for colleagues."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from otklik.core.api import REFUSALS, Strict, ensure_scope, members_named
from otklik.core.errors import Invalid, NotFound
from otklik.people.models import Actor, Person
from otklik.people.policies import staff_of
from otklik.tickets import actions
from otklik.tickets.api import schemas, shapes
from otklik.tickets.models import TicketLink
from otklik.tickets.policies import find_ticket, find_ticket_numbered
from otklik.tickets.selectors.card import LinkRow, linked_tickets

router = Router(tags=["tickets"])
Kind = Literal["related", "parent", "duplicate", "merged"]


class LinkedTicket(Schema):
    """The ticket at the other end of a link."""

    id: int
    number: str
    subject: str
    url: str


class LinkOut(Schema):
    """That two tickets have to do with each other."""

    id: int | None = Field(description="null: made from the other ticket, and removed there")
    kind: str
    label: str
    linked: LinkedTicket


class LinkIn(Strict):
    """Another ticket to link; `parent`: this one is a part of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "IT-1042"}]})

    number: Annotated[str, Field(max_length=40)]
    kind: Kind = "related"


@router.get(
    "/tickets/{ticket_id}/followers",
    response={200: list[schemas.PersonRef], **REFUSALS},
    summary="List who follows a ticket",
)
def get_followers(request: HttpRequest, ticket_id: schemas.Key) -> Any:
    """List colleagues who hear of a ticket because they asked to."""
    ticket = find_ticket(_colleague(request, "tickets:read"), ticket_id)
    people = Person.objects.filter(follows__ticket=ticket.pk).order_by("follows__pk")
    return [shapes.person_ref(person) for person in people]


@router.put(
    "/tickets/{ticket_id}/following",
    response={204: None, **REFUSALS},
    summary="Follow a ticket",
)
def follow_ticket(request: HttpRequest, ticket_id: schemas.Key) -> Any:
    """Hear of a ticket as long as one may see it. Again does nothing."""
    actions.follow_ticket(actor=_colleague(request, "tickets:write"), ticket_id=ticket_id)
    return Status(204, None)


@router.delete(
    "/tickets/{ticket_id}/following",
    response={204: None, **REFUSALS},
    summary="Follow a ticket no more",
)
def unfollow_ticket(request: HttpRequest, ticket_id: schemas.Key) -> Any:
    actor = _colleague(request, "tickets:write")
    actions.unfollow_ticket(actor=actor, ticket_id=find_ticket(actor, ticket_id).pk)
    return Status(204, None)


@router.get(
    "/tickets/{ticket_id}/links",
    response={200: list[LinkOut], **REFUSALS},
    summary="List linked tickets",
)
def get_links(request: HttpRequest, ticket_id: schemas.Key) -> Any:
    """List the links to tickets that one works on as well."""
    actor = _colleague(request, "tickets:read")
    return [_link(actor, row) for row in linked_tickets(actor, find_ticket(actor, ticket_id))]


@router.post(
    "/tickets/{ticket_id}/links", response={201: LinkOut, **REFUSALS}, summary="Link two tickets"
)
def link_tickets(request: HttpRequest, ticket_id: schemas.Key, payload: LinkIn) -> Any:
    """Link another ticket that one works on; the same link again gives the one that there is."""
    actor = _colleague(request, "tickets:write")
    ticket = find_ticket(actor, ticket_id)
    try:
        other = find_ticket_numbered(actor, payload.number.strip())
    except NotFound as error:
        raise Invalid(fields={"number": error.message}) from error
    with members_named({"link": "number"}):
        link = actions.link_tickets(
            actor=actor,
            ticket_id=ticket.pk,
            other_number=other.number,
            kind=TicketLink.Kind(payload.kind),
        )
    label = str(TicketLink.Kind(link.kind).label)
    return Status(
        201, _link(actor, LinkRow(link_id=link.pk, key=link.kind, kind=label, ticket=other))
    )


@router.delete(
    "/tickets/{ticket_id}/links/{link_id}",
    response={204: None, **REFUSALS},
    summary="Remove a link",
)
def unlink_tickets(request: HttpRequest, ticket_id: schemas.Key, link_id: schemas.Key) -> Any:
    """Take a link away that was made from this ticket. Again does nothing."""
    actor = _colleague(request, "tickets:write")
    actions.unlink_tickets(actor=actor, ticket_id=ticket_id, link_id=link_id)
    return Status(204, None)


def _colleague(request: HttpRequest, scope: str) -> Actor:
    actor = staff_of(request)
    ensure_scope(actor, scope)
    return actor


def _link(actor: Actor, row: LinkRow) -> LinkOut:
    return LinkOut(
        id=row.link_id,
        kind=row.key,
        label=row.kind,
        linked=LinkedTicket(
            id=row.ticket.pk,
            number=row.ticket.number,
            subject=row.ticket.subject,
            url=shapes.address(actor, row.ticket),
        ),
    )
