"""Enough of the Porter stemmer to mark English words by their plain forms.

M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980), steps 1a, 1b and the
final e. Search itself asks PostgreSQL, which does the whole.
"""

from typing import Final

_VOWELS: Final = frozenset("aeiouy")
_SHORTEST: Final = 3


def english_stem(word: str) -> str:
    """Return what the plain forms of a folded word have in common."""
    if len(word) <= _SHORTEST:
        return word
    word = _without_plural(word)
    word = _without_tense(word)
    if word.endswith("e") and len(word) > _SHORTEST:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > _SHORTEST else word


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ies", "ied")):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_tense(word: str) -> str:
    for ending in ("ingly", "edly", "ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= _SHORTEST and not _VOWELS.isdisjoint(bare):
            doubled = bare[-1] == bare[-2] and bare[-1] not in "aeiouylsz"
            return bare[:-1] if doubled else bare
    return word
