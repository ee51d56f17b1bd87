"""Words and their forms: which language a text is in, how search finds it, what to mark in it.

PostgreSQL's `russian` configuration stems Russian and English words alike. Bulgarian has no
stemmer there, so its stems are made here and kept beside the rest as `bg_…` lexemes. Languages
that translation files added bring PostgreSQL's own configurations.
"""

from otklik.core.language.bulgarian import bulgarian_stem, bulgarian_stems
from otklik.core.language.detection import detect
from otklik.core.language.highlighting import beginnings, highlight, hit_count, snippet
from otklik.core.language.search import Sql, Weight, to_query, to_vector
from otklik.core.language.words import words

__all__ = [
    "Sql",
    "Weight",
    "beginnings",
    "bulgarian_stem",
    "bulgarian_stems",
    "detect",
    "highlight",
    "hit_count",
    "snippet",
    "to_query",
    "to_vector",
    "words",
]
