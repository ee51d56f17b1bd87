"""Words that name a ticket by its number: `IT-1042`, `it1042`, `#1042`."""

import re
from typing import Final

from otklik.tickets.selectors.query.terms import Query, Words
from otklik.tickets.selectors.wordbook import Wordbook

NUMBER: Final = re.compile(r"(?:([^\W_]{1,6})-)?(\d{1,12})")


def numbers_named(text: str, words: Wordbook) -> list[str]:
    """Return the numbers that a word may mean: without a prefix, one of each department."""
    named = text.lstrip("#№").upper()
    prefixes = [place.key for place in words.departments.values()]
    found = NUMBER.fullmatch(named)
    if found is None:
        joined = [(prefix, named.removeprefix(prefix)) for prefix in prefixes]
        return [f"{prefix}-{rest}" for prefix, rest in joined if rest.isdecimal()]
    return [named] if found[1] else [f"{prefix}-{named}" for prefix in prefixes]


def numbers_alone(query: Query, words: Wordbook) -> list[str]:
    """Return the numbers that all words of a query name, each with its prefix; else none."""
    named = [_whole(word, words) for word in query.words]
    return [number for numbers in named for number in numbers] if all(named) else []


def _whole(word: Words, words: Wordbook) -> list[str]:
    if word.is_negated or word.is_exact or word.text.lstrip("#№").isdecimal():
        return []
    known = {place.key for place in words.departments.values()}
    return [one for one in numbers_named(word.text, words) if one.partition("-")[0] in known]
