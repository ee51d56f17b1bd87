"""Tickets over the API: what a person can do in the pages, a program can do here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Status, UploadedFile
from ninja.params.functions import File, Query

from otklik.core.api import (
    LARGEST_PAGE,
    REFUSALS,
    cursor_for,
    cursor_from,
    ensure_scope,
    etag,
    version_from,
)
from otklik.core.files import receive, serve
from otklik.people.policies import actor_of
from otklik.tickets import actions
from otklik.tickets.api import conversation, opening, patching, schemas, shapes
from otklik.tickets.api.uploads import ensure_one_file
from otklik.tickets.models import Ticket
from otklik.tickets.policies import find_attachment
from otklik.tickets.selectors.found import found_page, one_ticket, seen_ticket

router = Router(tags=["tickets"])
Limit = Query(25, ge=1, le=LARGEST_PAGE)
Cursor = Query(None, max_length=400)
Upload = File(...)


@router.post("/tickets", response={201: schemas.TicketOpened, **REFUSALS}, summary="Open a ticket")
def open_ticket(request: HttpRequest, response: HttpResponse, payload: schemas.TicketIn) -> Any:
    actor = actor_of(request)
    ensure_scope(actor, "tickets:write")
    ticket = opening.open_from(actor, payload)
    url = shapes.address(actor, ticket)
    response["Location"] = f"/api/v1/tickets/{ticket.pk}"
    response["ETag"] = etag(shapes.version_for(actor, ticket))
    return Status(201, schemas.TicketOpened(id=ticket.pk, number=ticket.number, url=url))


@router.get("/tickets", response={200: schemas.TicketList, **REFUSALS}, summary="Find tickets")
def find_tickets(
    request: HttpRequest,
    q: str = Query("", max_length=500),
    cursor: str | None = Cursor,
    limit: int = Limit,
) -> Any:
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    rows, further = found_page(actor, q, cursor, limit)
    return schemas.TicketList(items=shapes.tickets_out(actor, rows), next=further)


@router.get("/tickets/{ticket_id}", response={200: schemas.TicketOut, **REFUSALS})
def get_ticket(request: HttpRequest, response: HttpResponse, ticket_id: schemas.Key) -> Any:
    """Read one ticket."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    return _ticket(request, response, one_ticket(actor, ticket_id))


@router.patch("/tickets/{ticket_id}", response={200: schemas.TicketOut, 204: None, **REFUSALS})
def patch_ticket(
    request: HttpRequest,
    response: HttpResponse,
    ticket_id: schemas.Key,
    payload: schemas.TicketPatch,
) -> Any:
    """Change a ticket: all that is asked, or nothing. 204: done, and out of one's sight now."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:write")
    patching.patch(actor, ticket_id, payload, version_from(request))
    changed = seen_ticket(actor, ticket_id)
    return Status(204, None) if changed is None else _ticket(request, response, changed)


def _ticket(request: HttpRequest, response: HttpResponse, ticket: Ticket) -> Any:
    actor = actor_of(request)
    response["ETag"] = etag(shapes.version_for(actor, ticket))
    return shapes.ticket_out(actor, ticket)


@router.get("/tickets/{ticket_id}/messages", response={200: schemas.MessageList, **REFUSALS})
def get_messages(
    request: HttpRequest, ticket_id: schemas.Key, cursor: str | None = Cursor, limit: int = Limit
) -> Any:
    """Read the conversation, oldest first; notes stand in it for staff."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    after = cursor_from(cursor, str, str, int)
    items, further = conversation.page(actor, one_ticket(actor, ticket_id), after, limit)
    return schemas.MessageList(items=items, next=cursor_for(*further) if further else None)


@router.post("/tickets/{ticket_id}/messages", response={201: schemas.MessageOut, **REFUSALS})
def add_message(request: HttpRequest, ticket_id: schemas.Key, payload: schemas.MessageIn) -> Any:
    """Reply in public, or with `internal` leave a note for colleagues."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:write")
    return Status(201, conversation.add(actor, one_ticket(actor, ticket_id), payload))


@router.post("/tickets/{ticket_id}/files", response={201: schemas.MessageOut, **REFUSALS})
def add_file(
    request: HttpRequest,
    ticket_id: schemas.Key,
    file: UploadedFile = Upload,
    internal: bool = Query(default=False),  # noqa: FBT001  # a query parameter
) -> Any:
    """Send a file as a message of its own."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:write")
    ticket = one_ticket(actor, ticket_id)
    ensure_one_file(request)
    received = receive.received(file, actor, smaller=ticket.type.file_limit)
    kept = actions.keep_upload(actor=actor, blob=received.blob, name=received.name)
    payload = schemas.MessageIn(internal=internal, files=[kept.token])
    return Status(201, conversation.add(actor, ticket, payload))


@router.get("/tickets/{ticket_id}/files", response={200: list[schemas.FileOut], **REFUSALS})
def get_files(request: HttpRequest, ticket_id: schemas.Key) -> Any:
    """List the files that the caller may read."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    return conversation.files(actor, one_ticket(actor, ticket_id))


@router.get("/files/{token}", response={200: None, **REFUSALS}, summary="Read a file")
def get_file(request: HttpRequest, token: str) -> HttpResponseBase:
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    found = find_attachment(actor, token)
    return serve.respond(request, found.blob, found.name, wants_inline=False)


@router.get("/tickets/{ticket_id}/history", response={200: schemas.FactList, **REFUSALS})
def get_history(
    request: HttpRequest, ticket_id: schemas.Key, cursor: str | None = Cursor, limit: int = Limit
) -> Any:
    """Read what happened to a ticket, oldest first."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    after = cursor_from(cursor, int)
    items, further = conversation.facts(actor, one_ticket(actor, ticket_id), after, limit)
    return schemas.FactList(items=items, next=cursor_for(further) if further else None)
