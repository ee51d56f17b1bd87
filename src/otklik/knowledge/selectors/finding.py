"""Search in what is published: words in any form, then any of them, then words misspelt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import BooleanField, Case, F, FloatField, Func, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from markupsafe import Markup

from otklik.core.language import highlight, snippet, to_query, words
from otklik.core.language.detection import SMALL_WORDS
from otklik.core.richtext import to_text
from otklik.knowledge.models import Translation, TranslationText, Version
from otklik.knowledge.policies import published_for
from otklik.people.models import Actor

MOST_SHOWN: Final = 20
LONGEST: Final = 200  # characters of a question
MOST_WORDS: Final = 12
ALIKE: Final = 0.5  # as pg_trgm's word similarity goes
SNIPPET: Final = 180
OTHER_LANGUAGE: Final = 0.6  # what a text weighs in another language than its reader's
_SMALL: Final = frozenset[str]().union(*SMALL_WORDS.values())


@dataclass(frozen=True)
class Hit:
    """An article that was found, with what speaks for it marked."""

    translation: Translation
    title: Markup
    snippet: Markup


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found, best first."""

    hits: list[Hit]
    is_guess: bool = False  # not all the words are there, or none of them as it was typed


def find_articles(
    reader: Actor | None, text: str, language: str, *, most: int = MOST_SHOWN
) -> Found:
    """Find published articles for a reader, each once, in their language where there is one.

    At most four statements.
    """
    asked = text.replace("\0", "")[:LONGEST].strip()
    if not asked:
        return Found(hits=[])
    rows = TranslationText.objects.filter(translation__in=published_for(reader))
    keys = _ranked(rows, [asked], language, most)
    is_guess = not keys
    if not keys:
        keys = _ranked(rows, _telling(asked), language, most)
    if not keys:
        keys = _alike(rows, asked, most)
    return Found(hits=_shown(keys, asked), is_guess=is_guess and bool(keys))


def _telling(asked: str) -> list[str]:
    """Return the words of a question that say what it is about."""
    return [one for one in words(asked) if one not in _SMALL][:MOST_WORDS]


def _ranked(
    rows: QuerySet[TranslationText], asked: Sequence[str], language: str, most: int
) -> list[int]:
    """Return articles' texts with any of what is asked, best first, one of an article."""
    queries = [to_query(one) for one in asked]
    if not queries:
        return []
    sql = " || ".join(f"({part})" for part, _values in queries)
    query = RawSQL(f"({sql})", [one for _part, values in queries for one in values])  # noqa: S611  # our own SQL
    has = Func(
        F("words"),
        query,
        template="(%(expressions)s)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
    rank = Func(F("words"), query, Value(1), function="ts_rank", output_field=FloatField())
    near = Case(
        When(translation__language=language, then=Value(1.0)), default=Value(OTHER_LANGUAGE)
    )
    found = rows.filter(has).annotate(rank=rank * near)
    ordered = found.order_by("-rank", "pk").values_list("pk", "translation__article")
    return _once(ordered[: most * 3])[:most]


def _alike(rows: QuerySet[TranslationText], asked: str, most: int) -> list[int]:
    near = TrigramWordSimilarity(asked.lower(), "title")
    found = rows.annotate(near=near).filter(near__gte=ALIKE).order_by("-near", "pk")
    return _once(found.values_list("pk", "translation__article")[: most * 3])[:most]


def _once(rows: "QuerySet[TranslationText, tuple[int, int]]") -> list[int]:
    """Return the first text of each article."""
    first: dict[int, int] = {}
    for pk, article_id in rows:
        first.setdefault(article_id, pk)
    return list(first.values())


def _shown(keys: list[int], asked: str) -> list[Hit]:
    rows = Translation.objects.filter(pk__in=keys).select_related("published", "article__section")
    found = rows.in_bulk()
    return [
        _hit(row, row.published, asked)
        for key in keys
        if (row := found.get(key)) is not None and row.published is not None  # not taken back now
    ]


def _hit(translation: Translation, version: Version, asked: str) -> Hit:
    said = to_text(version.body).replace("\n", " ")
    shown = snippet(said, asked, SNIPPET)
    return Hit(translation, highlight(version.title, asked), shown)
