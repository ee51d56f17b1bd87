"""How a text falls into words: the same for texts, queries and marks."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import regex

LONGEST_WORD: Final = 60

_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f\u00ad\u200d])*")
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200d]+")
_PILE = regex.compile(r"(\p{M}{8})\p{M}+")
_CYRILLIC = re.compile("[а-яѐ-џ]")


class Found(NamedTuple):
    """A word where it stands in a text."""

    start: int
    end: int
    word: str


def words(text: str) -> list[str]:
    """Return the words of `text`, folded, in order. Takes any string."""
    folded = (fold(part[: LONGEST_WORD * 2])[:LONGEST_WORD] for part in _WORD.findall(text))
    return [word for word in folded if word]


def find_words(text: str) -> Iterator[Found]:
    """Find each word and tell where it stands in `text` itself."""
    for match in _WORD.finditer(text):
        if word := fold(match[0][: LONGEST_WORD * 2]):
            yield Found(match.start(), match.end(), word[:LONGEST_WORD])


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Make equal what people take for one letter: case, ё and е, stress marks, wide forms."""
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFKC", _PILE.sub(r"\1", word)).lower()
    word = _MARKS.sub("", unicodedata.normalize("NFC", word))
    return "".join(_WORD.findall(word.replace("ё", "е")))


def is_cyrillic(word: str) -> bool:
    return _CYRILLIC.search(word) is not None
