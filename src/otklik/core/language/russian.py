"""The Snowball stemmer for Russian, word for word what PostgreSQL's `russian_stem` does.

https://snowballstem.org/algorithms/russian/stemmer.html. Search itself asks PostgreSQL; this
one serves to mark the words that it found.
"""

from typing import Final

_VOWELS: Final = frozenset("аеиоуыэюя")

Endings = tuple[str, ...]


def _endings(listed: str) -> Endings:
    return tuple(sorted(listed.split(), key=len, reverse=True))


# Each pair: endings that stand only after а or я, and those that stand after anything.
_GERUND: Final = (_endings("в вши вшись"), _endings("ив ивши ившись ыв ывши ывшись"))
_PARTICIPLE: Final = (_endings("ем нн вш ющ щ"), _endings("ивш ывш ующ"))
_VERB: Final = (
    _endings("ла на ете йте ли й л ем н ло но ет ют ны ть ешь нно"),
    _endings(
        "ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены "
        "ить ыть ишь ую ю"
    ),
)
_ADJECTIVE: Final = _endings(
    "ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею"
)
_NOUN: Final = _endings(
    "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию "
    "ью ю ия ья я"
)
_REFLEXIVE: Final = ("ся", "сь")
_SUPERLATIVE: Final = ("ейше", "ейш")
_DERIVATIONAL: Final = ("ость", "ост")


def russian_stem(word: str) -> str:
    """Return the stem of a folded word."""
    start = _after_vowel(word, 0)
    second = _region(word, _region(word, 0))
    head, tail = word[:start], word[start:]

    without = _cut_pair(tail, _GERUND)
    if without is None:
        tail = _cut(tail, _REFLEXIVE) or tail if tail.endswith(_REFLEXIVE) else tail
        without = _without_ending(tail)
    tail = without.removesuffix("и")

    if tail.endswith(_DERIVATIONAL):
        shorter = _cut(tail, _DERIVATIONAL)
        if shorter is not None and start + len(shorter) >= second:
            tail = shorter
    return head + _tidied(tail)


def _without_ending(tail: str) -> str:
    bare = _cut(tail, _ADJECTIVE)
    if bare is not None:
        participle = _cut_pair(bare, _PARTICIPLE)
        return bare if participle is None else participle
    verb = _cut_pair(tail, _VERB)
    if verb is not None:
        return verb
    noun = _cut(tail, _NOUN)
    return tail if noun is None else noun


def _tidied(tail: str) -> str:
    if (shorter := _cut(tail, _SUPERLATIVE)) is not None:
        return shorter[:-1] if shorter.endswith("нн") else shorter
    if tail.endswith("нн"):
        return tail[:-1]
    return tail.removesuffix("ь")


def _cut(tail: str, endings: Endings) -> str | None:
    for ending in endings:
        if tail.endswith(ending):
            return tail[: -len(ending)]
    return None


def _cut_pair(tail: str, pair: tuple[Endings, Endings]) -> str | None:
    """Cut the longest ending of both lists; one of the first needs а or я before it."""
    after_a, after_any = pair
    first = max((one for one in after_a if tail.endswith(one)), key=len, default="")
    other = max((one for one in after_any if tail.endswith(one)), key=len, default="")
    if len(other) >= len(first):
        return tail[: -len(other)] if other else None
    shorter = tail[: -len(first)]
    return shorter if shorter.endswith(("а", "я")) else None


def _after_vowel(word: str, start: int) -> int:
    for place in range(start, len(word)):
        if word[place] in _VOWELS:
            return place + 1
    return len(word)


def _region(word: str, start: int) -> int:
    """Return where the part after the next vowel and its consonant begins."""
    for place in range(_after_vowel(word, start), len(word)):
        if word[place] not in _VOWELS:
            return place + 1
    return len(word)
