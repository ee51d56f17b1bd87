"""What all routes about people share."""

from ninja import Router
from ninja.params.functions import Query

from otklik.core.api import LARGEST_PAGE

Limit = Query(25, ge=1, le=LARGEST_PAGE)
Cursor = Query("", max_length=1000)
Text = Query("", max_length=200)


def new_router() -> Router:
    return Router(tags=["people"])
