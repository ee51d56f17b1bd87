"""What the doors to letters share: who asks, and lists page by page."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja.params.functions import Query

from otklik.core.api import LARGEST_PAGE, cursor_for, cursor_from, ensure_scope
from otklik.people.models import Actor
from otklik.people.policies import staff_of

Row = TypeVar("Row", bound=Model)
Limit = Query(25, ge=1, le=LARGEST_PAGE)
Cursor = Query(None, max_length=400)


def colleague_of(request: HttpRequest, scope: str) -> Actor:
    """Return the colleague who asks, with a token for this. Raises NotFound, NotAllowed."""
    actor = staff_of(request)
    ensure_scope(actor, scope)
    return actor


def page_of(rows: QuerySet[Row], cursor: str | None, limit: int) -> tuple[list[Row], str | None]:
    """Return a page of what stands the newest first, and the next cursor.

    Raises Invalid for a cursor that is not ours.
    """
    after = cursor_from(cursor, int)
    if after:
        rows = rows.filter(pk__lt=after[0])
    found = list(rows[: limit + 1])
    return found[:limit], cursor_for(found[limit - 1].pk) if len(found) > limit else None
