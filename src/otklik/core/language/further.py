"""The stems of languages that translation files added.

Search asks PostgreSQL, which has a configuration for the languages below and `simple` for any
other. The Snowball project's own programs, which those configurations are made of, serve to mark
what it found.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final

from otklik.core.codes import locale_of

_KNOWN: Final = (
    "arabic armenian basque catalan danish dutch finnish french german greek hindi hungarian "
    "indonesian irish italian lithuanian nepali norwegian portuguese romanian serbian spanish "
    "swedish tamil turkish yiddish"
)
"""What PostgreSQL 15 stems besides our own languages."""
_STEMMED: Final = frozenset(_KNOWN.split())


def configuration_of(code: str) -> str:
    """Return PostgreSQL's text search configuration for a language."""
    return f"pg_catalog.{_stemmer_of(code) or 'simple'}"


def configurations_of(codes: Iterable[str]) -> list[str]:
    """Return the configurations for some languages, each once."""
    return list(dict.fromkeys(map(configuration_of, codes)))


@lru_cache(maxsize=20_000)
def further_stem(word: str, code: str) -> str:
    """Return the stem of a folded word in a language; the word itself where nobody stems it."""
    name = _stemmer_of(code)
    if not name:
        return word
    stemmer: Any = _snowball(name)()  # holds the word that it works at: one for each
    return str(stemmer.stemWord(word))


@cache
def _stemmer_of(code: str) -> str:
    """Return what PostgreSQL and Snowball call a language; "" if they do not know it."""
    name = str(locale_of(code.partition("-")[0]).english_name).partition(" ")[0].lower()
    return name if name in _STEMMED else ""


@cache
def _snowball(name: str) -> Any:
    """Load one stemmer; all together take the memory of a page."""
    return getattr(import_module(f"snowballstemmer.{name}_stemmer"), f"{name.title()}Stemmer")
