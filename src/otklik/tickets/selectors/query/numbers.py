"""Words that name a ticket by its number: `IT-1042`, `it1042`, `#1042`."""

import re
from typing import Final

from otklik.tickets.selectors.query.terms import Query, Words
from otklik.tickets.selectors.wordbook import Wordbook

WHOLE: Final = re.compile(r"[^\W_]{1,6}-\d{1,12}")
DIGITS: Final = re.compile(r"\d{1,12}")


def numbers_named(text: str, words: Wordbook) -> list[str]:
    """Return the numbers that a word may mean: without a prefix, one of each department."""
    named = _bare(text)
    if WHOLE.fullmatch(named):
        return [named]
    prefixes = [place.key for place in words.departments.values()]
    if DIGITS.fullmatch(named):
        return [f"{prefix}-{named}" for prefix in prefixes]
    joined = [(one, named.removeprefix(one)) for one in prefixes if named.startswith(one)]
    return [f"{prefix}-{rest}" for prefix, rest in joined if DIGITS.fullmatch(rest)]


def numbers_alone(query: Query) -> list[str]:
    """Return the numbers that all words of a query are, each written out; else none."""
    named = [_whole(word) for word in query.words]
    return [] if "" in named else named


def _whole(word: Words) -> str:
    named = _bare(word.text)
    is_meant = not (word.is_negated or word.is_exact)
    return named if is_meant and WHOLE.fullmatch(named) else ""


def _bare(text: str) -> str:
    return text.lstrip("#№").upper()
