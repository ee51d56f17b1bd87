"""Rows of lists as HTML, drawn once for what they say."""

from functools import lru_cache
from typing import Final

from django.template.loader import get_template
from markupsafe import Markup

from otklik.tickets.selectors.columns import Column
from otklik.tickets.selectors.listed import ListedTicket, RowWords

MOST_KEPT: Final = 2_000  # rows of two kilobytes, in each process


@lru_cache(maxsize=MOST_KEPT)
def draw_row(one: ListedTicket, columns: tuple[Column, ...], topics: str, say: RowWords) -> Markup:
    """Return a row of a list.

    A row is a function of these values alone, and nearly all of them are as they were when a
    list is read again; drawing fifty takes longer than finding them.
    """
    template = get_template("tickets/_queue_row.html")
    values = {"one": one, "columns": columns, "topics": topics, "say": say}
    return Markup(template.render(values))  # noqa: S704  # our own template
