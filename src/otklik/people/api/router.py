"""What all routes about people share."""

from typing import Any

from ninja import Query, Router

from otklik.core.api import LARGEST_PAGE

Limit: Any = Query(25, ge=1, le=LARGEST_PAGE)
Cursor: Any = Query("", max_length=1000)
Text: Any = Query("", max_length=200)


def new_router() -> Router:
    return Router(tags=["people"])
