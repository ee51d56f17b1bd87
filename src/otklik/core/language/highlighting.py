"""Marks in shown text: the words that were asked for, in whatever form they stand there."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from otklik.core.language.bulgarian import bulgarian_stems
from otklik.core.language.detection import SMALL_WORDS
from otklik.core.language.english import english_stem
from otklik.core.language.russian import russian_stem
from otklik.core.language.search import asked_words
from otklik.core.language.words import Found, find_words, is_cyrillic
from otklik.core.text import cut

_SMALL: Final = frozenset().union(*SMALL_WORDS.values())
_OPEN: Final = Markup("<mark>")
_CLOSE: Final = Markup("</mark>")
_BEFORE: Final = 60  # characters shown before the first mark


def highlight(text: str, asked: str) -> Markup:
    """Return `text`, escaped, with the words of the query inside `<mark>`."""
    shown, end = [], 0
    for found in _hits(text, asked):
        shown += [text[end : found.start], _OPEN, text[found.start : found.end], _CLOSE]
        end = found.end
    return Markup("").join([*shown, text[end:]])


def snippet(text: str, asked: str, graphemes: int = 240) -> Markup:
    """Return the part of `text` around its first hit, on one line, marked."""
    text = " ".join(text.split())
    first = next(_hits(text, asked), None)
    if first is None or first.start <= _BEFORE:
        return highlight(cut(text, graphemes), asked)
    start = text.rfind(" ", 0, first.start - _BEFORE // 2) + 1
    start = max(start, first.start - _BEFORE)
    return Markup("…") + highlight(cut(text[start:], graphemes - 1), asked)


def _hits(text: str, asked: str) -> Iterator[Found]:
    sought = _sought(asked)
    return (found for found in find_words(text) if not sought.isdisjoint(_forms(found.word)))


def _sought(asked: str) -> frozenset[str]:
    every = [word for together in asked_words(asked) for word in together]
    telling = [word for word in every if word not in _SMALL] or every
    return frozenset().union(*map(_forms, telling))


@lru_cache(maxsize=20_000)
def _forms(word: str) -> frozenset[str]:
    if is_cyrillic(word):
        return frozenset({russian_stem(word), *(f"bg_{stem}" for stem in bulgarian_stems(word))})
    return frozenset({english_stem(word)})
