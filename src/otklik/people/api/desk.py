"""What holds for the whole desk, over the API: for administrators."""

from typing import Annotated, Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from otklik.core.accent import HUES
from otklik.core.api import REFUSALS, Language, Strict, content_tag, ensure_matches, ensure_scope
from otklik.core.errors import NotFound
from otklik.core.models import Desk
from otklik.core.models.desk import MESSAGE_LIMIT
from otklik.core.spoken import speakable
from otklik.people.actions.desk import (
    LARGEST_FILE,
    LONGEST_COMPANY,
    LONGEST_MESSAGE,
    MEGABYTE,
    DeskFields,
)
from otklik.people.actions.desk import change_desk as change
from otklik.people.api import schemas
from otklik.people.models import Actor
from otklik.people.policies import actor_of, ensure_administrator

router = Router(tags=["configuration"])
Bytes = Annotated[int, Field(ge=MEGABYTE, le=LARGEST_FILE * MEGABYTE)]


class DeskOut(Schema):
    """What holds for the whole desk."""

    company: str
    languages: list[str] = Field(description="The first is what new people are taken to speak")
    time_zone: str
    message_limit: int = Field(description="Characters that one may type at once")
    file_limit: int = Field(description="Bytes of one file")
    customer_file_limit: int | None = Field(description="The same for customers; null: as above")
    hue: int = Field(description="Of the accent, in degrees")


class DeskPatch(Strict):
    """Changes to the desk; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message_limit": 8000}]})

    company: Annotated[str, Field(min_length=1, max_length=LONGEST_COMPANY)] = "-"
    languages: Annotated[list[Language], Field(min_length=1, max_length=50)] = ["en"]
    time_zone: schemas.Zone = "UTC"
    message_limit: Annotated[int, Field(ge=1, le=LONGEST_MESSAGE)] = MESSAGE_LIMIT
    file_limit: Bytes = MEGABYTE
    customer_file_limit: Bytes | None = None
    hue: Annotated[int, Field(ge=HUES[0], le=HUES[-1])] = 0


@router.get("/desk", response={200: DeskOut, **REFUSALS}, summary="Read the desk's settings")
def get_desk(request: HttpRequest, response: HttpResponse) -> Any:
    """Read what holds for the whole desk. For administrators."""
    _administrator(request, "tickets:read")
    return _tagged(response, Desk.objects.first())


@router.patch("/desk", response={200: DeskOut, **REFUSALS}, summary="Change the desk's settings")
@transaction.atomic
def change_desk(request: HttpRequest, response: HttpResponse, payload: DeskPatch) -> Any:
    """Change the company's name, its languages, zone, colour and limits."""
    actor = _administrator(request, "configuration:write")
    ensure_matches(request, _out(Desk.objects.select_for_update().first()))
    said = cast("DeskFields", payload.dict(exclude_unset=True))
    return _tagged(response, change(actor=actor, changes=said))


def ensure_may_hear_of_desk(actor: Actor, place: object, kept: HttpResponse) -> None:
    """Refuse a kept answer to who may not change the desk any more."""
    ensure_scope(actor, "configuration:write")
    ensure_administrator(actor)


def _administrator(request: HttpRequest, scope: str) -> Actor:
    actor = actor_of(request)
    ensure_administrator(actor)
    ensure_scope(actor, scope)
    return actor


def _tagged(response: HttpResponse, desk: Desk | None) -> DeskOut:
    shown = _out(desk)
    response["ETag"] = content_tag(shown)
    return shown


def _out(desk: Desk | None) -> DeskOut:
    if desk is None:
        raise NotFound
    return DeskOut(
        company=desk.company,
        languages=list(speakable(desk.languages)),
        time_zone=desk.time_zone,
        message_limit=desk.message_limit,
        file_limit=desk.file_limit,
        customer_file_limit=desk.customer_file_limit,
        hue=desk.hue,
    )
