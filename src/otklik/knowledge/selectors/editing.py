"""Articles as colleagues see them: which there are, how each language stands, what readers say."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from otklik.core.offered import offered_languages
from otklik.knowledge.models import (
    Article,
    ArticleFile,
    ArticleQuerySet,
    Review,
    Section,
    Translation,
    Version,
)
from otklik.knowledge.selectors.help import spoken
from otklik.people.models import Actor

MOST_SHOWN: Final = 50


class Stand(TextChoices):
    """How an article stands in a language."""

    MISSING = "missing", _("not there yet")
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    CHANGED = "changed", _("published, with a newer draft")
    OUTDATED = "outdated", _("older than the original")
    PUBLISHED = "published", _("published")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which articles to list."""

    text: str = ""
    section_id: int | None = None
    stand: str = ""
    language: str = ""  # of which the stand is
    audience: str = ""
    is_archived: bool = False
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One article in the list."""

    article: Article
    shown: Translation  # whose title stands there
    stands: list[tuple[str, Stand]]  # by language, those that the desk offers


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of the list."""

    rows: list[Listed]
    count: int
    page: int
    has_more: bool


def list_articles(actor: Actor, wanted: Wanted) -> Listing:
    """Return a page of what a colleague may write at, the latest changed first: five statements."""
    rows = _asked(Article.objects.written_by(actor), wanted)
    count = rows.count()
    start = (wanted.page - 1) * MOST_SHOWN
    ordered = rows.annotate(news=Max("translations__changed_at")).order_by("-news", "-pk")
    articles = list(ordered.select_related("section", "department")[start : start + MOST_SHOWN])
    texts = texts_of([one.pk for one in articles])
    waiting = _waiting([one.pk for one in articles])
    listed = [
        _listed(one, texts[one.pk], waiting, actor.language) for one in articles if one.pk in texts
    ]
    return Listing(rows=listed, count=count, page=wanted.page, has_more=count > start + MOST_SHOWN)


def texts_of(article_ids: list[int]) -> dict[int, list[Translation]]:
    """Return the texts of articles with their latest and published versions."""
    rows = Translation.objects.filter(article__in=article_ids)
    found = defaultdict(list)
    for row in rows.select_related("article", "latest__author", "published", "scheduled"):
        found[row.article_id].append(row)
    return dict(found)


def stands_of(texts: list[Translation]) -> list[tuple[str, Stand]]:
    """Say how one article stands in each language that the desk offers, and in any other it has."""
    waiting = _waiting([texts[0].article_id])
    return _stands(texts, waiting)


def section_choices() -> list[tuple[int, str]]:
    """Return the sections by their branches, for a list to choose from."""
    sections = list(Section.objects.all())
    return [(one.pk, words) for one, words in _walked(sections, None, "")]


def sections_in_order() -> list[tuple[Section, int, int]]:
    """Return the tree line by line: a section, how deep it stands, how many articles it has."""
    sections = list(Section.objects.annotate(held=Count("articles")).order_by("position", "pk"))
    counts = {one.pk: one.held for one in sections}
    depths: dict[int | None, int] = {None: -1}
    lines = []
    for one, _words in _walked(list(sections), None, ""):
        depths[one.pk] = depths[one.parent_id] + 1
        lines.append((one, depths[one.pk], counts[one.pk]))
    return lines


def waiting_reviews(actor: Actor) -> QuerySet[Review]:
    """Return what waits for a second person whom the actor may be."""
    mine = Article.objects.written_by(actor).filter(archived_at__isnull=True)
    rows = Review.objects.filter(state=Review.State.WAITING, translation__article__in=mine)
    others = rows.exclude(asked_by=actor.person_id).exclude(version__author=actor.person_id)
    return others.select_related("translation", "version", "asked_by").order_by("asked_at")


def files_named(actor: Actor, tokens: Sequence[str]) -> list[ArticleFile]:
    """Return those of the named files that a colleague put there or may write at."""
    mine = Article.objects.written_by(actor)
    seen = Q(article__in=mine) | Q(article__isnull=True, uploader=actor.person_id)
    return list(ArticleFile.objects.filter(seen, token__in=tokens).select_related("blob"))


def versions_of(translation: Translation) -> QuerySet[Version]:
    """Return what a translation said, the latest first."""
    return translation.versions.select_related("author").order_by("-number")


def reviews_of(translation: Translation) -> list[Review]:
    """Return the reviews of a translation, the latest first."""
    rows = translation.reviews.select_related("version", "asked_by", "judge")
    return list(rows.order_by("-pk")[:20])


def _listed(article: Article, texts: list[Translation], waiting: set[int], language: str) -> Listed:
    return Listed(article=article, shown=spoken(texts, language)[0], stands=_stands(texts, waiting))


def _waiting(article_ids: list[int]) -> set[int]:
    """Return the translations that wait for a review."""
    rows = Review.objects.filter(state=Review.State.WAITING, translation__article__in=article_ids)
    return set(rows.values_list("translation", flat=True))


def _stands(texts: list[Translation], waiting: set[int]) -> list[tuple[str, Stand]]:
    by_language = {one.language: one for one in texts}
    original = by_language.get(texts[0].article.language)
    offered = offered_languages()
    codes = [*offered, *(code for code in by_language if code not in offered)]
    return [(code, _stand(by_language.get(code), original, waiting)) for code in codes]


def _stand(text: Translation | None, original: Translation | None, waiting: set[int]) -> Stand:
    if text is None:
        return Stand.MISSING
    if text.pk in waiting:
        return Stand.REVIEW
    if text.scheduled_id is not None:
        return Stand.SCHEDULED
    if text.published is None:
        return Stand.DRAFT
    if text.latest_id != text.published_id:
        return Stand.CHANGED
    if original is not None and original.published is not None and original.pk != text.pk:
        made_of = text.published.made_of
        if made_of is not None and made_of < original.published.number:
            return Stand.OUTDATED
    return Stand.PUBLISHED


def _asked(rows: ArticleQuerySet, wanted: Wanted) -> QuerySet[Article]:
    found: QuerySet[Article] = rows.filter(archived_at__isnull=not wanted.is_archived)
    if wanted.section_id is not None:
        found = found.filter(section__in=_branch(wanted.section_id))
    if wanted.audience:
        found = found.filter(audience=wanted.audience)
    if wanted.text:
        titles = Translation.objects.filter(
            article=OuterRef("pk"), latest__title__icontains=wanted.text
        )
        found = found.filter(Exists(titles) | Q(tags__contains=[wanted.text.lower()]))
    if wanted.stand:
        found = found.filter(_stands_so(wanted.stand, wanted.language))
    return found


def _stands_so(stand: str, language: str) -> Exists | Q:
    """Say as SQL what `_stand` says of one row."""
    texts = Translation.objects.filter(article=OuterRef("pk"))
    if language:
        texts = texts.filter(language=language)
    waits = Review.objects.filter(translation=OuterRef("pk"), state=Review.State.WAITING)
    original = Translation.objects.filter(
        article=OuterRef("article"),
        language=OuterRef("article__language"),
        published__number__gt=OuterRef("published__made_of"),
    )
    calm = texts.filter(~Exists(waits), scheduled__isnull=True)
    even = calm.filter(published__isnull=False, latest=F("published"))
    match stand:
        case Stand.MISSING:
            return _misses(language)
        case Stand.REVIEW:
            return Exists(texts.filter(Exists(waits)))
        case Stand.SCHEDULED:
            return Exists(texts.filter(~Exists(waits), scheduled__isnull=False))
        case Stand.DRAFT:
            return Exists(calm.filter(published__isnull=True))
        case Stand.CHANGED:
            return Exists(calm.filter(published__isnull=False).exclude(latest=F("published")))
        case Stand.OUTDATED:
            return Exists(even.filter(Exists(original)))
        case Stand.PUBLISHED:
            return Exists(even.filter(~Exists(original)))
        case _:
            return Q(pk__in=[])


def _misses(language: str) -> Q:
    missing = Q(pk__in=[])
    for code in [language] if language else offered_languages():
        missing |= ~Q(pk__in=Translation.objects.filter(language=code).values("article"))
    return missing


def _branch(section_id: int) -> list[int]:
    """Return a section and all under it."""
    below: defaultdict[int | None, list[int]] = defaultdict(list)
    for pk, parent in Section.objects.values_list("pk", "parent"):
        below[parent].append(pk)
    found = [section_id]
    for pk in found:
        found += below[pk]
    return found


def _walked(
    sections: list[Section], parent_id: int | None, above: str
) -> list[tuple[Section, str]]:
    lines: list[tuple[Section, str]] = []
    for one in sections:
        if one.parent_id == parent_id:
            words = f"{above} › {one.label}" if above else one.label
            lines += [(one, words), *_walked(sections, one.pk, words)]
    return lines
