"""The light stemmer of L. Dolamic and J. Savoy for Bulgarian.

J. Savoy, "Searching Strategies for the Bulgarian Language", Information Retrieval 10 (2007),
509-529, with the correction of the rule for -ен that the author's own program has. Two things
are ours. The plural -ния with its article loses both, so that плащанията meets плащане. And
because three rules guess (-та may be an article or клиент + а; -ви- may hide -я-), a word has
every stem that a right guess could give: a text and a query meet when any two do.
"""

from functools import lru_cache
from typing import Final

_ARTICLES: Final = (("ият", 7), ("ът", 6), ("то", 6), ("те", 6), ("та", 6), ("ия", 6), ("ят", 5))
_PLURALS: Final = (
    ("ията", "", 7),
    ("овци", "о", 7),
    ("ове", "", 7),
    ("еве", "й", 7),
    ("ища", "", 6),
    ("та", "", 6),
    ("ния", "н", 6),
    ("ци", "к", 6),
    ("зи", "г", 6),
    ("си", "х", 5),
)
_GUESSED_ARTICLES: Final = ("та", "то", "те", "ия")
_SHORTEST: Final = 4
_LONG: Final = 6


def bulgarian_stem(word: str) -> str:
    """Return the stem of a folded word by the rules as published."""
    if len(word) < _SHORTEST:
        return word
    if len(word) >= _LONG and word.endswith("ища"):
        return word[:-3]
    return _without_vowel(_without_plural(_without_article(word)))


@lru_cache(maxsize=20_000)
def bulgarian_stems(word: str) -> tuple[str, ...]:
    """Return the stem of a folded word and those of its other readings, likeliest first."""
    if len(word) < _SHORTEST:
        return (word,)
    readings = [bulgarian_stem(word)]
    bare = _without_article(word)
    if bare != word and word.endswith(_GUESSED_ARTICLES):
        readings.append(_without_vowel(word))
    if word.endswith("та") and bare.endswith("ия"):
        readings.append(_without_vowel(bare))
    if _hides_ya(bare):
        readings.append(_without_vowel(bare[:-1]))
    return tuple(dict.fromkeys(readings))


def _without_article(word: str) -> str:
    if word.endswith("нията"):
        return word[:-2]
    for ending, shortest in _ARTICLES:
        if len(word) >= shortest and word.endswith(ending):
            return word[: -len(ending)]
    return word


def _without_plural(word: str) -> str:
    if len(word) >= _LONG and _hides_ya(word) and not word.endswith(("овци", "ци", "зи")):
        return word[:-3] + "я" + word[-2]
    for ending, instead, shortest in _PLURALS:
        if len(word) >= shortest and word.endswith(ending):
            return word[: -len(ending)] + instead
    if len(word) > _SHORTEST and word.endswith("и"):
        return word[:-1]
    return word


def _hides_ya(word: str) -> bool:
    return len(word) >= _LONG and word[-3] == "е" and word[-1] == "и"


def _without_vowel(word: str) -> str:
    if len(word) >= _SHORTEST:
        word = word.removesuffix("я")
        if word.endswith(("а", "о", "е")):
            word = word[:-1]
    if len(word) > _SHORTEST and word.endswith("ен"):
        word = word[:-2] + "н"
    if len(word) >= _LONG and word[-2] == "ъ":
        word = word[:-2] + word[-1]
    return word
