"""What a person should hear of, over the API."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, cast

from django.conf import settings
from django.db import transaction
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
    ensure_matches,
    ensure_scope,
    tagged,
)
from otklik.notifications import actions, selectors
from otklik.notifications.actions.choosing import (
    LetterChanges,
    choose_as_department,
    choose_for_department,
    choose_letters,
    choose_usual_for_department,
)
from otklik.notifications.selectors import Told
from otklik.people.models import Account, Actor
from otklik.people.policies import actor_of, lock_department

router = Router(tags=["notifications"])
MOST_KINDS: Final = 20
Hour = Annotated[int, Field(ge=0, le=23, strict=True)]
WrittenKind = Annotated[str, Field(min_length=1, max_length=12)]
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


class LettersOut(Schema):
    """What comes to oneself by letter, and when; in one's own time zone."""

    is_wanted: bool = Field(description="News by letter at all; replies are none and always come")
    kinds: list[str] = Field(description="Of which news one is written to; empty for customers")
    rhythm: str = Field(description="at_once, hourly or daily: together in one letter")
    daily_hour: int = Field(description="When the letter of the day comes")
    quiet_from: int | None = Field(description="From this full hour no letters; null: always")
    quiet_until: int | None = Field(description="Until this full hour")
    is_quiet_on_weekends: bool


class LettersPatch(Strict):
    """Changes to what comes by letter; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rhythm": "hourly", "quiet_from": 20, "quiet_until": 7}]}
    )

    is_wanted: bool = True
    kinds: Annotated[list[WrittenKind], Field(max_length=MOST_KINDS)] = []
    rhythm: Literal["at_once", "hourly", "daily"] = "at_once"
    daily_hour: Hour = 8
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None
    is_quiet_on_weekends: bool = False


class HabitsOut(Schema):
    """Of what those of a department are written to, and when, who have chosen nothing."""

    is_said: bool = Field(description="By the department; else it is as in the whole desk")
    kinds: list[str]
    rhythm: str = Field(description="at_once, hourly or daily: together in one letter")
    daily_hour: int = Field(description="When the letter of the day comes, in each one's zone")
    quiet_from: int | None
    quiet_until: int | None
    is_quiet_on_weekends: bool


class HabitsPatch(Strict):
    """Changes to what a department says of letters; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kinds": ["new_ticket"], "rhythm": "hourly"}]}
    )

    kinds: Annotated[list[WrittenKind], Field(max_length=MOST_KINDS)] = []
    rhythm: Literal["at_once", "hourly", "daily"] = "at_once"
    daily_hour: Hour = 8
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None
    is_quiet_on_weekends: bool = False


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


@router.get(
    "/notifications/letters",
    response={200: LettersOut, **REFUSALS},
    summary="Read what comes to oneself by letter",
)
def get_letters(request: HttpRequest, response: HttpResponse) -> Any:
    return tagged(response, _letters(_hearer(request, "tickets:read")))


@router.patch(
    "/notifications/letters",
    response={200: LettersOut, **REFUSALS},
    summary="Change what comes to oneself by letter",
)
@transaction.atomic
def change_letters(request: HttpRequest, response: HttpResponse, payload: LettersPatch) -> Any:
    """Change of what news one is written to, and when. What waits goes by the new choice."""
    actor = _hearer(request, "tickets:write")
    Account.objects.select_for_update().get(pk=actor.account_id)
    ensure_matches(request, _letters(actor))
    changes = cast("LetterChanges", payload.dict(exclude_unset=True))
    choose_letters(actor=actor, changes=changes)
    return tagged(response, _letters(actor))


@router.delete(
    "/notifications/letters",
    response={200: LettersOut, **REFUSALS},
    summary="Have letters come as one's department says",
)
def forget_letters(request: HttpRequest, response: HttpResponse) -> Any:
    """Forget what one has chosen of kinds and times; whether one wants news at all stays."""
    actor = _hearer(request, "tickets:write")
    choose_as_department(actor=actor)
    return tagged(response, _letters(actor))


@router.get(
    "/departments/{department_id}/letters",
    response={200: HabitsOut, **REFUSALS},
    summary="Read what a department says of letters",
)
def get_department_letters(request: HttpRequest, response: HttpResponse, department_id: Key) -> Any:
    """Read of what those are written to who have chosen nothing. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, "people:read")
    return tagged(response, _habits(actor, department_id))


@router.patch(
    "/departments/{department_id}/letters",
    response={200: HabitsOut, **REFUSALS},
    summary="Change what a department says of letters",
)
@transaction.atomic
def change_department_letters(
    request: HttpRequest, response: HttpResponse, department_id: Key, payload: HabitsPatch
) -> Any:
    """Change of what those are written to who have chosen nothing. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    lock_department(actor, department_id)
    ensure_matches(request, _habits(actor, department_id))
    changes = cast("LetterChanges", payload.dict(exclude_unset=True))
    choose_for_department(actor=actor, department_id=department_id, changes=changes)
    return tagged(response, _habits(actor, department_id))


@router.delete(
    "/departments/{department_id}/letters",
    response={200: HabitsOut, **REFUSALS},
    summary="Have a department say nothing of letters",
)
def forget_department_letters(
    request: HttpRequest, response: HttpResponse, department_id: Key
) -> Any:
    """Have its people written to as in the whole desk. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    choose_usual_for_department(actor=actor, department_id=department_id)
    return tagged(response, _habits(actor, department_id))


def ensure_may_hear_of_notifications(actor: Actor, place: object, kept: HttpResponse) -> None:
    """Refuse a token without the scope; the kept answer is a number."""
    ensure_scope(actor, "tickets:write")


def _hearer(request: HttpRequest, scope: str) -> Actor:
    actor = actor_of(request)
    ensure_scope(actor, scope)
    return actor


def _letters(actor: Actor) -> LettersOut:
    page = selectors.letters_page(actor)
    choice = page.choice
    return LettersOut(
        is_wanted=page.is_wanted,
        kinds=[kind for kind in choice.kinds if kind in dict(page.offered)],
        rhythm=choice.rhythm,
        daily_hour=choice.daily_hour,
        quiet_from=choice.quiet_from,
        quiet_until=choice.quiet_until,
        is_quiet_on_weekends=choice.is_quiet_on_weekends,
    )


def _habits(actor: Actor, department_id: int) -> HabitsOut:
    page = selectors.department_letters_page(actor, department_id)
    said = page.said
    return HabitsOut(
        is_said=page.is_said,
        kinds=said.kinds,
        rhythm=said.rhythm,
        daily_hour=said.daily_hour,
        quiet_from=said.quiet_from,
        quiet_until=said.quiet_until,
        is_quiet_on_weekends=said.is_quiet_on_weekends,
    )


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
