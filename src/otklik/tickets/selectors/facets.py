"""Conditions of a query as menus: what each offers and what of it is chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.tickets.selectors.columns import Column
from otklik.tickets.selectors.query import Key, values_of, vocabulary, with_term
from otklik.tickets.selectors.query.parser import understood
from otklik.tickets.selectors.query.vocabulary import fold
from otklik.tickets.selectors.queue import sort_of
from otklik.tickets.selectors.wordbook import Entry, Wordbook


@dataclass(frozen=True)
class Choice:
    """One value that a menu offers."""

    value: str
    label: str
    is_chosen: bool
    glyph: str = ""


@dataclass(frozen=True)
class Facet:
    """One menu; `other` is what the query asks beyond the choices, as free text."""

    key: str
    label: str
    choices: list[Choice]
    chosen: str  # in words, "" when nothing is asked
    takes_text: bool = False
    other: str = ""


def facets_of(q: str, words: Wordbook) -> list[Facet]:
    """Return the menus for a query."""
    return [
        _facet(q, Key.STATUS, _("Status"), statuses(words)),
        _facet(q, Key.ASSIGNEE, _("Processor"), _people(), takes_text=True),
        _facet(q, Key.PRIORITY, _("Priority"), priorities(words)),
        _facet(q, Key.DEPARTMENT, _("Department"), entries(words.departments)),
        _facet(q, Key.TYPE, _("Type"), entries(words.types)),
        _facet(q, Key.TAG, _("Tag"), [], takes_text=True),
    ]


def further(q: str, facets: Iterable[Facet]) -> int:
    """Count the conditions of a query that none of the menus shows."""
    query, shown = understood(q), {facet.key for facet in facets}
    asked = query.filters if query else []
    return sum(1 for one in asked if one.key is not Key.SORT and one.key not in shown)


Offer = tuple[str, str, str, list[str]]  # value, label, glyph, other words for the value


def _facet(
    q: str, key: Key, label: str, offers: Sequence[Offer], *, takes_text: bool = False
) -> Facet:
    choices, rest = matched(offers, values_of(q, key))
    chosen = [one.label for one in choices if one.is_chosen]
    return Facet(
        key=key.value,
        label=label,
        choices=choices,
        chosen=", ".join([*chosen, *rest]),
        takes_text=takes_text or bool(rest),
        other=rest[0] if len(rest) == 1 else "",
    )


def matched(offers: Iterable[Offer], values: Iterable[str]) -> tuple[list[Choice], list[str]]:
    """Return the choices, marked where one of the values means them, and the values left over."""
    asked = {fold(value): value for value in values}
    choices = []
    for value, words, glyph, others in offers:
        hits = [word for word in map(fold, [value, words, *others]) if word in asked]
        for word in hits:
            asked.pop(word, None)
        choices.append(Choice(value, words, bool(hits), glyph))
    return choices, list(asked.values())


def statuses(words: Wordbook) -> list[Offer]:
    """Offer one choice for all statuses, of whatever flow, that share a key."""
    by_key: dict[str, Entry] = {}
    for status in words.statuses.values():
        by_key.setdefault(status.key, status)
    return [
        (one.key, one.label, f"st-{one.phase}", list(one.names.values())) for one in by_key.values()
    ]


def _people() -> list[Offer]:
    me, nobody = vocabulary.ME[0], vocabulary.NOBODY[0]
    return [(me, _("Me"), "user", []), (nobody, _("Nobody"), "nobody", [])]


def priorities(words: Wordbook) -> list[Offer]:
    return [
        (one.key, one.label, f"pr-{one.key}", list(one.names.values()))
        for one in words.priorities.values()
    ]


def entries(known: dict[int, Entry]) -> list[Offer]:
    return [
        (one.key, one.label, "", list(one.names.values()))
        for one in known.values()
        if one.is_active
    ]


@dataclass(frozen=True)
class Head:
    """The head of a column: pressing it sorts, pressing it again turns the order."""

    column: Column
    query: str  # "" when the column has no order
    direction: str  # ascending, descending, ""


def sorted_heads(q: str, columns: Iterable[Column]) -> list[Head]:
    """Return the heads of a list with the queries that they lead to."""
    query = understood(q)
    present = sort_of(query) if query else ""
    return [_head(q, column, present) for column in columns]


def _head(q: str, column: Column, present: str) -> Head:
    if not column.sort:
        return Head(column, "", "")
    if present.removeprefix("-") != column.sort.removeprefix("-"):
        return Head(column, with_term(q, Key.SORT, column.sort), "")
    turned = present.removeprefix("-") if present.startswith("-") else f"-{present}"
    direction = "descending" if present.startswith("-") else "ascending"
    return Head(column, with_term(q, Key.SORT, turned), direction)
