"""One's own words again, over the API: notes and what they said before, and drafts."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status
from ninja.params.functions import Path
from pydantic import ConfigDict

from otklik.core.api import REFUSALS, Strict, ensure_scope, ensure_version, etag
from otklik.core.errors import NotFound
from otklik.people.models import Actor
from otklik.people.policies import actor_of, staff_of
from otklik.tickets import actions
from otklik.tickets.api import conversation, schemas
from otklik.tickets.api.opening import words
from otklik.tickets.models import Draft, Note, Ticket
from otklik.tickets.policies import find_own_note, find_ticket, lock_ticket, works_on
from otklik.tickets.selectors.found import one_ticket

router = Router(tags=["tickets"])
FileToken = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
NotePath = Path(..., pattern=r"^n[1-9][0-9]{0,17}$", description="As the conversation gives it")


class NotePatch(Strict):
    """Other words for a note."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"body": "Ask the supplier."}]})

    body: schemas.Text
    body_format: Literal["text", "html"] = "text"


class RevisionOut(Schema):
    """What a note said before an edit."""

    version: int
    body: str
    replaced_at: datetime


class DraftIn(Strict):
    """What is typed and not sent yet."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"body": "Have you tried"}]})

    body: Annotated[str, Field(max_length=100_000)]
    body_format: Literal["text", "html"] = "text"
    internal: bool = False
    files: Annotated[list[FileToken], Field(max_length=50)] = []


class DraftOut(Schema):
    """What its author has typed under a ticket; nobody else sees it."""

    body: str
    internal: bool
    files: list[str]  # tokens of what waits to be sent with it
    side: str
    updated_at: datetime


@router.get(
    "/tickets/{ticket_id}/notes/{note_id}",
    response={200: schemas.MessageOut, **REFUSALS},
    summary="Read a note",
)
def get_note(
    request: HttpRequest, response: HttpResponse, ticket_id: schemas.Key, note_id: str = NotePath
) -> Any:
    """Read an internal note. For colleagues who work on the ticket, as all of notes."""
    ticket = find_ticket(_colleague(request, "tickets:read"), ticket_id)
    return _said(response, ticket, _note(ticket, note_id))


@router.patch(
    "/tickets/{ticket_id}/notes/{note_id}",
    response={200: schemas.MessageOut, **REFUSALS},
    summary="Change one's own note",
)
@transaction.atomic
def change_note(
    request: HttpRequest,
    response: HttpResponse,
    ticket_id: schemas.Key,
    payload: NotePatch,
    note_id: str = NotePath,
) -> Any:
    """Change the words of a note that one wrote; what it said before is kept."""
    actor = _colleague(request, "tickets:write")
    ticket = lock_ticket(actor, ticket_id)
    note = find_own_note(actor, _note(ticket, note_id).pk)
    ensure_version(request, note.version)
    said = words(payload.body, payload.body_format, [])
    changed = actions.edit_note(actor=actor, note_id=note.pk, body=said.body)
    return _said(response, ticket, changed)


@router.get(
    "/tickets/{ticket_id}/notes/{note_id}/revisions",
    response={200: list[RevisionOut], **REFUSALS},
    summary="Read what a note said before",
)
def get_revisions(request: HttpRequest, ticket_id: schemas.Key, note_id: str = NotePath) -> Any:
    """Read what a note said before its edits, oldest first."""
    ticket = find_ticket(_colleague(request, "tickets:read"), ticket_id)
    return [
        RevisionOut(version=one.version, body=one.body, replaced_at=one.replaced_at)
        for one in _note(ticket, note_id).revisions.all()
    ]


@router.get(
    "/tickets/{ticket_id}/draft",
    response={200: DraftOut, **REFUSALS},
    summary="Read one's own draft",
)
def get_draft(request: HttpRequest, ticket_id: schemas.Key) -> Any:
    """Read what one has typed under a ticket and not sent; 404 without any."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:read")
    return _draft(actor, one_ticket(actor, ticket_id))


@router.put(
    "/tickets/{ticket_id}/draft",
    response={200: DraftOut, 204: None, **REFUSALS},
    summary="Keep a draft",
)
def keep_draft(request: HttpRequest, ticket_id: schemas.Key, payload: DraftIn) -> Any:
    """Keep what is typed and which of one's unsent files wait with it, in place of what was kept.

    204: there is nothing to keep. The answer names the files that are kept: unsent ones of
    one's own, those that stand in the text among them.
    """
    actor = actor_of(request)
    ensure_scope(actor, "tickets:write")
    ticket = one_ticket(actor, ticket_id)
    as_customer = not works_on(actor, ticket)
    actions.keep_draft(
        actor=actor,
        ticket_id=ticket.pk,
        words=words(payload.body, payload.body_format, payload.files),
        is_note=payload.internal and not as_customer,
        as_customer=as_customer,
    )
    try:
        return _draft(actor, ticket)
    except NotFound:
        return Status(204, None)


@router.delete(
    "/tickets/{ticket_id}/draft", response={204: None, **REFUSALS}, summary="Forget a draft"
)
def forget_draft(request: HttpRequest, ticket_id: schemas.Key) -> Any:
    """Forget what one has typed under a ticket. Again does nothing."""
    actor = actor_of(request)
    ensure_scope(actor, "tickets:write")
    ticket = one_ticket(actor, ticket_id)
    as_customer = not works_on(actor, ticket)
    actions.forget_draft(actor=actor, ticket_id=ticket.pk, as_customer=as_customer)
    return Status(204, None)


def _colleague(request: HttpRequest, scope: str) -> Actor:
    actor = staff_of(request)
    ensure_scope(actor, scope)
    return actor


def _note(ticket: Ticket, note_id: str) -> Note:
    rows = ticket.notes.select_related("author")
    note = rows.filter(pk=int(note_id.removeprefix("n"))).first()
    if note is None:
        raise NotFound
    return note


def _said(response: HttpResponse, ticket: Ticket, note: Note) -> schemas.MessageOut:
    response["ETag"] = etag(note.version)
    return conversation.shown(ticket, note)


def _draft(actor: Actor, ticket: Ticket) -> DraftOut:
    as_customer = not works_on(actor, ticket)
    mine = Draft.objects.filter(ticket=ticket.pk, author=actor.person_id, as_customer=as_customer)
    draft = mine.first()
    if draft is None:
        raise NotFound
    return DraftOut(
        body=draft.body,
        internal=draft.is_note,
        files=draft.uploads,
        side="customer" if as_customer else "desk",
        updated_at=draft.updated_at,
    )
