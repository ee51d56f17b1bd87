"""Parts of pages as HTML, drawn once for what they say."""

from functools import cache, lru_cache
from typing import Any, Final

from django.template.loader import get_template
from django.utils.translation import get_language
from markupsafe import Markup

from otklik.tickets.selectors.columns import COLUMNS, Column
from otklik.tickets.selectors.examples import examples
from otklik.tickets.selectors.facets import facets_of, further, sorted_heads
from otklik.tickets.selectors.listed import ListedTicket, RowWords
from otklik.tickets.selectors.timeline import Entry
from otklik.tickets.selectors.wordbook import Wordbook

MOST_KEPT: Final = 2_000  # rows of two kilobytes, in each process
MOST_QUERIES: Final = 100
MOST_ENTRIES: Final = 1_000
LONGEST_ENTRY: Final = 2_000
"""Characters of a text that is kept, so that all of them take ten megabytes at most."""
FRAME_OF_FACT: Final = 200  # characters that say one fact, beside its own words


@lru_cache(maxsize=MOST_KEPT)
def draw_row(one: ListedTicket, columns: tuple[Column, ...], topics: str, say: RowWords) -> Markup:
    """Return a row of a list.

    A row is a function of these values alone, and nearly all of them are as they were when a
    list is read again; drawing fifty takes longer than finding them.
    """
    return _drawn("_queue_row", one=one, columns=columns, topics=topics, say=say)


@lru_cache(maxsize=MOST_QUERIES)
def draw_filters(q: str, words: Wordbook, _language: str | None) -> Markup:
    """Return the menus over a list and the help with its query."""
    facets = facets_of(q, words)
    return _drawn(
        "_queue_filters", q=q, facets=facets, further=further(q, facets), examples=examples()
    )


@lru_cache(maxsize=MOST_QUERIES)
def draw_heads(q: str, columns: tuple[Column, ...], _language: str | None) -> Markup:
    """Return the widths and heads of a list's columns."""
    return _drawn("_queue_heads", columns=columns, heads=sorted_heads(q, columns))


@lru_cache(maxsize=MOST_QUERIES)
def draw_columns(columns: tuple[Column, ...], _language: str | None) -> Markup:
    """Return the boxes by which columns are chosen."""
    return _drawn("_queue_columns", columns=columns, all_columns=COLUMNS)


def draw_entry(entry: Entry, number: str) -> Markup:
    """Return one thing of a ticket's timeline.

    It hangs on nothing but these values and the language; conversations are read more often
    than they grow. Files are told by their keys alone and may be scanned meanwhile: what has
    some is drawn anew.
    """
    is_kept = not entry.files and _weight(entry) <= LONGEST_ENTRY
    draw = kept_entry if is_kept else _entry
    return draw(entry, number, get_language())


def _weight(entry: Entry) -> int:
    """Return about how many characters come of an entry beyond its frame."""
    facts = (
        len(one.actor) + len(one.what) + len(one.old) + len(one.new) + FRAME_OF_FACT
        for one, _when in entry.facts
    )
    return len(entry.body) + len(entry.quoted) + len(entry.signature) + sum(facts)


def _entry(entry: Entry, number: str, _language: str | None) -> Markup:
    drawn: Markup = _entry_macros().entry(entry, number)
    return drawn


kept_entry = lru_cache(maxsize=MOST_ENTRIES)(_entry)


@cache
def _entry_macros() -> Any:
    template: Any = get_template("tickets/_entry.html")
    return template.template.module


def _drawn(name: str, **values: object) -> Markup:
    return Markup(get_template(f"tickets/{name}.html").render(values))  # noqa: S704  # our own
