"""What a person should hear of, over the API."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from ninja.params.functions import Query
from pydantic import ConfigDict

from otklik.core.api import (
    LARGEST_PAGE,
    REFUSALS,
    Strict,
    cursor_for,
    cursor_from,
    ensure_scope,
)
from otklik.notifications import actions, selectors
from otklik.notifications.selectors import Told
from otklik.people.models import Actor
from otklik.people.policies import actor_of

router = Router(tags=["notifications"])
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Limit = Query(25, ge=1, le=LARGEST_PAGE)
Cursor = Query(None, max_length=400)


class MailboxRef(Schema):
    id: int
    name: str


class SenderRef(Schema):
    id: int
    address: str


class NotificationOut(Schema):
    """One thing that one should hear of, in words."""

    id: int
    kind: str
    words: str
    ticket_id: int | None = Field(description="What it is about: a ticket, a mailbox or a sender")
    mailbox: MailboxRef | None
    sender: SenderRef | None
    number: str = Field(description="Of the ticket; else empty")
    subject: str = Field(description="Of the ticket; or the name or address of the other")
    times: int = Field(description="How often it came, of a mailbox or a sender")
    reason: str = Field(description="Why the ticket was escalated; else empty")
    url: str = Field(description="The page where it is seen")
    created_at: datetime
    read_at: datetime | None


class NotificationList(Schema):
    items: list[NotificationOut]
    next: str | None


class ReadingIn(Strict):
    """Which were read; null: all of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [1]}]})

    ids: Annotated[list[Key], Field(max_length=LARGEST_PAGE)] | None


class ReadingOut(Schema):
    """How many had not been read before."""

    read: int


@router.get(
    "/notifications",
    response={200: NotificationList, **REFUSALS},
    summary="List notifications",
)
def get_notifications(
    request: HttpRequest,
    *,
    unread: bool = Query(default=False),
    cursor: str | None = Cursor,
    limit: int = Limit,
) -> Any:
    """List what one should hear of, the latest first, of what one may still see."""
    actor = _hearer(request, "tickets:read")
    after = cursor_from(cursor, int)
    told, more = selectors.told_page(
        actor, before=int(after[0]) if after else None, limit=limit, is_unread=unread
    )
    return NotificationList(
        items=[_notification(one) for one in told], next=cursor_for(told[-1].id) if more else None
    )


@router.post(
    "/notifications/reading",
    response={200: ReadingOut, **REFUSALS},
    summary="Mark notifications as read",
)
def mark_read(request: HttpRequest, payload: ReadingIn) -> Any:
    """Mark some of one's notifications as read, or all; those of others are passed over."""
    actor = _hearer(request, "tickets:write")
    return ReadingOut(read=actions.mark_read(actor=actor, ids=payload.ids))


def ensure_may_hear_of_notifications(actor: Actor, place: object, kept: HttpResponse) -> None:
    """Refuse a token without the scope; the kept answer is a number."""
    ensure_scope(actor, "tickets:write")


def _hearer(request: HttpRequest, scope: str) -> Actor:
    actor = actor_of(request)
    ensure_scope(actor, scope)
    return actor


def _notification(told: Told) -> NotificationOut:
    mailbox, sender = told.row.mailbox, told.row.sender
    return NotificationOut(
        id=told.id,
        kind=told.row.kind,
        words=told.words,
        ticket_id=told.row.ticket_id,
        mailbox=MailboxRef(id=mailbox.pk, name=mailbox.name) if mailbox else None,
        sender=SenderRef(id=sender.pk, address=sender.address) if sender else None,
        times=told.row.times,
        number=told.number,
        subject=told.subject,
        reason=told.reason,
        url=f"{settings.OTKLIK_BASE_URL.rstrip('/')}{told.url}",
        created_at=told.row.created_at,
        read_at=told.row.read_at,
    )
