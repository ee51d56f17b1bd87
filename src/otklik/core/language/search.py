"""The SQL that keeps words and finds them; every word travels as a parameter."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, Literal

from otklik.core.language.bulgarian import bulgarian_stems
from otklik.core.language.detection import detect
from otklik.core.language.further import configuration_of, configurations_of
from otklik.core.language.words import LONGEST_WORD, is_cyrillic, words
from otklik.core.spoken import further_languages, present_language

Sql = tuple[str, list[str]]
Weight = Literal["A", "B", "C", "D"]

MOST_KEPT: Final = 60_000
"""Characters of one text: bounds its vector to half of the megabyte that PostgreSQL takes."""
MOST_WORDS_ASKED: Final = 24
_MOST_POSITIONS: Final = 200
_LAST_POSITION: Final = 16_000
_CHUNK = re.compile(r'"([^"]*)"?|([^\s"]+)')
_STOP_LENGTH: Final = 3


def to_vector(text: str, language: str = "", weight: Weight = "D") -> Sql:
    """Return an SQL expression for the tsvector of a text, and its parameters.

    `language` is the guess to use where the text itself says nothing. Takes any string.
    """
    kept = _readable(text)
    stems = _bulgarian_vector(kept) if _may_be_bulgarian(text, kept, language) else ""
    readable, further = " ".join(kept), _further(text)
    parts = "".join(f" || to_tsvector('{one}', %s)" for one in further)
    sql = f"setweight(to_tsvector('pg_catalog.russian', %s) || %s::tsvector{parts}, '{weight}')"
    return sql, [readable, stems, *[readable] * len(further)]


def to_query(asked: str) -> Sql:
    """Return an SQL expression for the tsquery of what a person typed, and its parameters.

    All words must be there, each in any form; words in quotes, or joined by a sign as in an
    address, stand together. Takes any string; without a word the query finds nothing.
    """
    parts, values = [], []
    for together in islice(asked_words(asked), MOST_WORDS_ASKED):
        sql, own = _words_together(together) if len(together) > 1 else _one_word(together[0])
        parts.append(sql)
        values.extend(own)
    return " && ".join(parts) or "''::tsquery", values


def asked_words(asked: str) -> Iterator[list[str]]:
    """Split a query into groups of words that must stand together."""
    for match in _CHUNK.finditer(asked[: MOST_WORDS_ASKED * LONGEST_WORD * 2]):
        if together := words(match[1] or match[2] or "")[:MOST_WORDS_ASKED]:
            yield together


def _one_word(word: str) -> Sql:
    return _in_further("plainto_tsquery", word, _own_word(word))


def _own_word(word: str) -> Sql:
    if not is_cyrillic(word) or len(word) <= _STOP_LENGTH:
        return "plainto_tsquery('pg_catalog.russian', %s)", [word]
    stems = " | ".join(f"'bg_{stem}'" for stem in bulgarian_stems(word))
    # A stop word asks for nothing; its Bulgarian stem must not become a demand.
    sql = (
        "(CASE WHEN numnode(plainto_tsquery('pg_catalog.russian', %s)) = 0 THEN ''::tsquery "
        "ELSE plainto_tsquery('pg_catalog.russian', %s) || %s::tsquery END)"
    )
    return sql, [word, word, stems]


def _words_together(together: list[str]) -> Sql:
    phrase = " ".join(together)
    own = "phraseto_tsquery('pg_catalog.russian', %s)", [phrase]
    return _in_further("phraseto_tsquery", phrase, own)


def _in_further(function: str, text: str, own: Sql) -> Sql:
    """Let words be found in the languages that files added, too.

    What is a stop word in our own or in the reader's language asks for nothing in any other.
    """
    further = further_languages()
    if not further:
        return own
    others = configurations_of(further)
    present = [configuration_of(code) for code in further if code == present_language()]
    silent = " OR ".join(
        f"numnode(plainto_tsquery('{one}', %s)) = 0" for one in ("pg_catalog.russian", *present)
    )
    found = "".join(f" || {function}('{one}', %s)" for one in others)
    sql = f"(CASE WHEN {silent} THEN ''::tsquery ELSE {own[0]}{found} END)"
    return sql, [*[text] * (1 + len(present)), *own[1], *[text] * len(others)]


def _readable(text: str) -> list[str]:
    return words(text[:MOST_KEPT])


def _further(text: str) -> list[str]:
    """Return the configurations of further languages that a text is in, or may be in."""
    further = further_languages()
    told = detect(text) if further else ""
    return configurations_of(code for code in further if told in ("", code))


def _may_be_bulgarian(text: str, found: list[str], language: str) -> bool:
    if not any(map(is_cyrillic, found)):
        return False
    return (detect(text) or language or "bg") == "bg"


def _bulgarian_vector(found: list[str]) -> str:
    """Write the stems as a tsvector; of letters and digits only, so nothing needs quoting."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(found, start=1):
        if is_cyrillic(word) and len(word) > _STOP_LENGTH and place < _LAST_POSITION:
            for stem in bulgarian_stems(word):
                places.setdefault(stem, []).append(str(place))
    return " ".join(
        f"'bg_{stem}':{','.join(where[:_MOST_POSITIONS])}" for stem, where in places.items()
    )
