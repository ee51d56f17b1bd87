"""Marks in shown text: the words that were asked for, in whatever form they stand there."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from otklik.core.language.bulgarian import bulgarian_stems
from otklik.core.language.detection import SMALL_WORDS
from otklik.core.language.english import english_stem
from otklik.core.language.further import further_stem
from otklik.core.language.russian import russian_stem
from otklik.core.language.search import asked_words
from otklik.core.language.words import Found, find_words, is_cyrillic
from otklik.core.spoken import further_languages
from otklik.core.text import cut

_SMALL: Final = frozenset().union(*SMALL_WORDS.values())
_OPEN: Final = Markup("<mark>")
_CLOSE: Final = Markup("</mark>")
_SHORTEST: Final = 3
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


def hit_count(text: str, asked: str) -> int:
    """Count how many of the asked words stand in a text, in whatever form."""
    standing = {form for found in find_words(text) for form in _forms(found.word)}
    return sum(not standing.isdisjoint(forms) for forms in _telling(asked))


def beginnings(asked: str) -> list[str]:
    """Return what the forms of the asked words begin with, to look for where nothing is indexed.

    Shorter than the stems, which may end otherwise than any form does (`polici`, policy).
    """
    stems = {stem.rpartition("_")[2] for forms in _telling(asked) for stem in forms}
    return sorted({stem[: max(_SHORTEST, len(stem) - 1)] for stem in stems})


def _hits(text: str, asked: str) -> Iterator[Found]:
    sought = _sought(asked)
    return (found for found in find_words(text) if not sought.isdisjoint(_forms(found.word)))


def _sought(asked: str) -> frozenset[str]:
    return frozenset().union(*_telling(asked))


def _telling(asked: str) -> list[frozenset[str]]:
    """Return the forms of each asked word; of small words only when there are no others."""
    every = [word for together in asked_words(asked) for word in together]
    telling = [word for word in every if word not in _SMALL] or every
    return [_forms(word) for word in dict.fromkeys(telling)]


def _forms(word: str) -> frozenset[str]:
    return _forms_in(word, further_languages())


@lru_cache(maxsize=20_000)
def _forms_in(word: str, further: tuple[str, ...]) -> frozenset[str]:
    return _own_forms(word) | {f"{code}_{further_stem(word, code)}" for code in further}


def _own_forms(word: str) -> frozenset[str]:
    if is_cyrillic(word):
        return frozenset({russian_stem(word), *(f"bg_{stem}" for stem in bulgarian_stems(word))})
    return frozenset({english_stem(word)})
