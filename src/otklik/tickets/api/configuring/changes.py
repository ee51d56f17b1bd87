"""The record of what was changed in the set-up, over the API, and the way back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Schema
from ninja.params.functions import Query

from otklik.core.api import LARGEST_PAGE, REFUSALS, cursor_for, cursor_from
from otklik.tickets.actions.configuring.undoing import undo_change
from otklik.tickets.api.configuring.shared import Key, Names, keeper, new_router, reader
from otklik.tickets.models import ConfigurationChange

router = new_router()


class ChangeOut(Schema):
    """What somebody changed: `noun` and `row` say of what, `names` how it was called then."""

    id: int
    at: datetime
    actor: str
    noun: str
    row: int
    names: Names
    verb: str
    is_undone: bool


class ChangeList(Schema):
    items: list[ChangeOut]
    next: str | None


@router.get("/changes", response={200: ChangeList, **REFUSALS}, summary="Read what was changed")
def get_changes(
    request: HttpRequest,
    cursor: str = Query("", max_length=1000),
    limit: int = Query(25, ge=1, le=LARGEST_PAGE),
) -> Any:
    """Read the history of the set-up, the latest first."""
    reader(request)
    rows = ConfigurationChange.objects.select_related("undone_by")
    if key := cursor_from(cursor, int):
        rows = rows.filter(pk__lt=key[0])
    found = list(rows[: limit + 1])
    more = len(found) > limit
    page = found[:limit]
    return {
        "items": [_change(one) for one in page],
        "next": cursor_for(page[-1].pk) if more else None,
    }


@router.post(
    "/changes/{change_id}/undoing", response={200: ChangeOut, **REFUSALS}, summary="Undo a change"
)
@transaction.atomic
def undo(request: HttpRequest, change_id: Key) -> Any:
    """Bring a thing back to what it was before its last change; undoing again does nothing."""
    undone = undo_change(actor=keeper(request), change_id=change_id)
    return _change(ConfigurationChange.objects.get(pk=undone.pk))


def _change(one: ConfigurationChange) -> ChangeOut:
    return ChangeOut(
        id=one.pk,
        at=one.at,
        actor=one.actor_name,
        noun=one.noun,
        row=one.row,
        names=one.names,
        verb=one.verb,
        is_undone=hasattr(one, "undone_by"),
    )
