"""From terms back to text, and one condition of a text changed: what menus do to a query."""

import re
from dataclasses import dataclass
from typing import Final

from otklik.tickets.errors import QueryRefused
from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.parser import OPERATORS, understood
from otklik.tickets.selectors.query.terms import Filter, Key, Query, Term, Value, Words

_NEEDS_QUOTES: Final = re.compile(r'[\s,"«“„\\]|^[<>=]|^$')
_NAME: Final = re.compile(r"-?(?:\w+\.)?([\w-]+)(?=[:<>=])")  # of a condition, or of its field


def quoted(text: str) -> str:
    """Put a text into quotes that the parser reads back as it was."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def say(query: Query) -> str:
    """Write a query in the present language."""
    return " ".join(_say_term(term) for term in query.terms)


def _say_term(term: Term) -> str:
    sign = "-" if term.is_negated else ""
    match term:
        case Words(text, is_exact):
            return sign + (quoted(text) if is_exact else text)
        case Filter(key, values, name=name):
            dot = f".{name}" if name else ""
            said = ",".join(_say_value(key, value) for value in values)
            return f"{sign}{vocabulary.key_word(key)}{dot}:{said}"


def _say_value(key: Key, value: Value) -> str:
    word = vocabulary.value_word(key, value.text)
    return value.op + (quoted(word) if _NEEDS_QUOTES.search(word) else word)


@dataclass(frozen=True)
class Place:
    """The conditions that one control reads and writes: those that forbid a value are none's."""

    key: Key
    name: str = ""  # of the custom field
    group: frozenset[str] | None = None  # of a closed list's values; None: any value

    def holds(self, term: Filter) -> bool:
        if term.is_negated or term.key is not self.key or term.name != self.name:
            return False
        return self.group is None or all(value.text in self.group for value in term.values)


def asked_at(text: str, place: Place) -> tuple[Value, ...]:
    """Return what a query asks at a place; () when it does not, or is refused."""
    query = understood(text)
    asked = [term for term in query.filters if place.holds(term)] if query else []
    return tuple(value for term in asked for value in term.values)


def values_of(text: str, key: Key) -> tuple[str, ...]:
    """Return what a query asks of a key with plain, unnegated values; () when it does not."""
    return tuple(value.text for value in asked_at(text, Place(key)) if not value.op)


def with_term(text: str, key: Key, *values: str) -> str:
    """Return a query with its condition on `key` replaced by these values; none: without it."""
    return with_values(text, Place(key), *(Value(value) for value in values))


def with_values(text: str, place: Place, *values: Value) -> str:
    """Return a query with its conditions at a place replaced by one of these values.

    Without values the conditions go. A text that cannot be understood stays, with the
    condition added at its end.
    """
    added = _say_term(Filter(place.key, values, name=place.name)) if values else ""
    return " ".join(part for part in (_without(text, place), added) if part)


def mended(text: str, fault: QueryRefused) -> list[tuple[str, str]]:
    """Return each word that may be meant, with the query in which it stands instead of the wrong.

    A fault of a whole condition is one of its name: the value stays.
    """
    start, end = fault.position, fault.position + fault.length
    if not text[:start].endswith((":", ",")) and (name := _NAME.match(text, start, end)):
        start, end = name.span(1)
    op = next((one for one in OPERATORS if text.startswith(one, start)), "")
    offers = []
    for word in fault.nearest:
        said = quoted(word) if _NEEDS_QUOTES.search(word) else word
        offers.append((word, f"{text[:start]}{op}{said}{text[end:]}"))
    return offers


def _without(text: str, place: Place) -> str:
    query = understood(text)
    for term in reversed(query.filters if query else []):
        if place.holds(term):
            text = f"{text[: term.span.start].rstrip()} {text[term.span.end :].lstrip()}"
    return text.strip()
