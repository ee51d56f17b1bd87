"""From terms back to text, and one condition of a text changed: what menus do to a query."""

import re
from typing import Final

from otklik.tickets.errors import QueryRefused
from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.parser import OPERATORS, parse
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


def values_of(text: str, key: Key) -> tuple[str, ...]:
    """Return what a query asks of a key with plain, unnegated values; () when it does not."""
    try:
        query = parse(text)
    except QueryRefused:
        return ()
    asked = [one for one in query.of(key) if not one.is_negated]
    return tuple(value.text for one in asked for value in one.values if not value.op)


def with_term(text: str, key: Key, *values: str) -> str:
    """Return a query with its condition on `key` replaced by these values; none: without it.

    Conditions that forbid a value stay. A text that cannot be understood stays, with the
    condition added at its end.
    """
    added = f"{vocabulary.key_word(key)}:{','.join(_say_value(key, Value(v)) for v in values)}"
    parts = [_without(text, key), added if values else ""]
    return " ".join(part for part in parts if part)


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


def _without(text: str, key: Key) -> str:
    try:
        query = parse(text)
    except QueryRefused:
        return text.strip()
    for term in reversed(query.of(key)):
        if not term.is_negated:
            text = f"{text[: term.span.start].rstrip()} {text[term.span.end :].lstrip()}"
    return text.strip()
