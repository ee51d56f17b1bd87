"""What tells a text in a language that translation files added: what only its catalogue says.

The words of a catalogue that no other language's catalogue has, and the letters, are enough to
know a letter by: a page speaks of waiting, opening and sending as a customer does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import django
from babel.messages.mofile import read_mo
from django.conf import settings

from otklik.core.catalogues import COMPILED
from otklik.core.codes import PROMISED, folder_of
from otklik.core.language.words import words
from otklik.core.spoken import further_languages

_DJANGOS: Final = Path(django.__file__).parent
_DJANGOS_FOLDERS: Final = ("conf/locale", "contrib/auth/locale")
_OFTEN: Final = 2  # texts that use a word; what stands in one may be a name
_SHARE: Final = 8  # a text is in a language when one word in so many tells it


@dataclass(frozen=True)
class Signs:
    """What no other language has."""

    words: frozenset[str]
    letters: frozenset[str]

    def count(self, found: Iterable[str]) -> int:
        """Count the words that are in this language."""
        return sum(word in self.words or not self.letters.isdisjoint(word) for word in found)


def told_by(found: list[str], others: int) -> str:
    """Return the further language that more words tell than the `others` do another; or ""."""
    counts = {code: signs.count(found) for code, signs in _signs(further_languages()).items()}
    best = max(counts, key=counts.__getitem__, default="")
    if not best or counts[best] <= others or counts[best] * _SHARE < len(found):
        return ""
    return best if list(counts.values()).count(counts[best]) == 1 else ""


@lru_cache(maxsize=4)
def _signs(further: tuple[str, ...]) -> Mapping[str, Signs]:
    """Read the catalogues, once in a process, and set each language against all others."""
    used = {code: Counter(_said_in(code)) for code in (*PROMISED, *further)}
    signs = {}
    for code in further:
        others = frozenset[str]().union(*(used[other] for other in used if other != code))
        own = frozenset(word for word in used[code] if word.isalpha()) - others
        letters = frozenset("".join(own)) - frozenset("".join(others))
        often = frozenset(word for word in own if used[code][word] >= _OFTEN)
        signs[code] = Signs(often, letters)
    return signs


def _said_in(code: str) -> Iterator[str]:
    """Return the words of each text of a language; English is what the others translate."""
    is_source = code == PROMISED[0]
    for path in _catalogues(PROMISED[1] if is_source else code):
        with path.open("rb") as file:
            for message in read_mo(file):
                said = message.id if is_source else message.string
                forms = said if isinstance(said, list | tuple) else [said]
                yield from {word for form in forms if message.id for word in words(form or "")}


def _catalogues(code: str) -> Iterator[Path]:
    folders = [*settings.LOCALE_PATHS, *(_DJANGOS / one for one in _DJANGOS_FOLDERS)]
    paths = (Path(folder) / folder_of(code) / COMPILED for folder in folders)
    return (path for path in paths if path.exists())
