"""The help centre as readers see it: sections, articles, questions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from otklik.core import clock
from otklik.core.offered import offered_languages
from otklik.knowledge.models import Article, ArticleFile, Related, Section, Translation, Verdict
from otklik.knowledge.policies import published_for
from otklik.people.models import Actor

POPULAR_FOR: Final = timedelta(days=60)
MOST_POPULAR: Final = 8
MOST_RELATED: Final = 5


@dataclass
class Branch:
    """A section with what stands under it."""

    section: Section
    articles: list[Translation] = field(default_factory=list)
    branches: list["Branch"] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.articles) + sum(branch.count for branch in self.branches)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One article as it is read."""

    translation: Translation
    others: list[Translation]  # in other languages
    path: list[Section]
    files: list[ArticleFile]
    related: list[Translation]


def tree(reader: Actor | None, language: str, *, kind: str | None = None) -> list[Branch]:
    """Return the sections in which a reader finds something, with articles: two statements."""
    branches = {one.pk: Branch(one) for one in Section.objects.all()}
    for translation in spoken(_listed(reader, kind), language):
        branches[translation.article.section_id].articles.append(translation)
    top: list[Branch] = []
    for branch in branches.values():
        above = branch.section.parent_id
        (top if above is None else branches[above].branches).append(branch)
    return _with_something(top)


def branch_of(branches: Iterable[Branch], section_id: int) -> Branch | None:
    """Return the branch of one section anywhere in a tree."""
    for branch in branches:
        found = (
            branch if branch.section.pk == section_id else branch_of(branch.branches, section_id)
        )
        if found is not None:
            return found
    return None


def path_to(section_id: int) -> list[Section]:
    """Return a section and those above it, the highest first."""
    sections = {one.pk: one for one in Section.objects.all()}
    path = [sections[section_id]]
    while (above := path[0].parent_id) is not None:
        path.insert(0, sections[above])
    return path


def page_of(reader: Actor | None, rows: list[Translation], language: str) -> Page:
    """Return an article in the language that is asked for, or else in the next best."""
    chosen = next(iter(spoken(rows, language)))
    return Page(
        translation=chosen,
        others=[one for one in rows if one.pk != chosen.pk],
        path=path_to(chosen.article.section_id),
        files=_files(chosen),
        related=_related(reader, chosen, language),
    )


def popular(reader: Actor | None, language: str) -> list[Translation]:
    """Return what was opened most of late; where nothing was, what is newest."""
    since = (clock.now() - POPULAR_FOR).date()
    rows = _listed(reader, None).filter(language=language)
    counted = rows.filter(visits__day__gte=since).annotate(opened=Sum("visits__count"))
    found: list[Translation] = [*counted.order_by("-opened", "-pk")[:MOST_POPULAR]]
    if len(found) < MOST_POPULAR:
        others = rows.exclude(pk__in=[one.pk for one in found]).order_by("-first_published_at")
        found += others[: MOST_POPULAR - len(found)]
    return found


def spoken(rows: Iterable[Translation], language: str) -> list[Translation]:
    """Keep one text of each article: in this language, the original's, or the first offered."""
    by_article: defaultdict[int, list[Translation]] = defaultdict(list)
    for row in rows:
        by_article[row.article_id].append(row)
    offered = offered_languages()

    def rank(row: Translation) -> tuple[bool, bool, int]:
        place = offered.index(row.language) if row.language in offered else len(offered)
        return row.language != language, row.language != row.article.language, place

    return [min(texts, key=rank) for texts in by_article.values()]


def sitemap(most: int) -> list[Translation]:
    """Return all that everybody may read, for those who index it."""
    rows = published_for(None).select_related("article").order_by("article", "language")
    return list(rows[:most])


def verdict_of(translation: Translation, reader: str) -> Verdict | None:
    """Return what one reader said of a text."""
    return Verdict.objects.filter(translation=translation, reader=reader).first()


def counted_verdicts(translation_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return how many readers texts helped and did not help."""
    counts: dict[int, tuple[int, int]] = {}
    rows = Verdict.objects.filter(translation__in=list(translation_ids))
    for pk, helped, count in rows.values_list("translation", "helped").annotate(Count("pk")):
        good, bad = counts.get(pk, (0, 0))
        counts[pk] = (good + count, bad) if helped else (good, bad + count)
    return counts


def counted_visits(translation_ids: Iterable[int]) -> dict[int, int]:
    """Return how often texts were opened of late."""
    since = (clock.now() - POPULAR_FOR).date()
    rows = Translation.objects.filter(pk__in=list(translation_ids), visits__day__gte=since)
    return dict(rows.values_list("pk").annotate(opened=Coalesce(Sum("visits__count"), 0)))


def _listed(reader: Actor | None, kind: str | None) -> QuerySet[Translation]:
    rows = published_for(reader).select_related("article", "published")
    if kind is not None:
        rows = rows.filter(article__kind=kind)
    return rows.order_by("published__title", "pk")


def _with_something(branches: list[Branch]) -> list[Branch]:
    for branch in branches:
        branch.branches = _with_something(branch.branches)
    return [branch for branch in branches if branch.count]


def _files(translation: Translation) -> list[ArticleFile]:
    named = translation.published.files if translation.published else []
    if not named:
        return []
    rows = ArticleFile.objects.filter(article=translation.article_id, token__in=named)
    found = {one.token: one for one in rows.select_related("blob")}
    return [found[token] for token in named if token in found]


def _related(reader: Actor | None, shown: Translation, language: str) -> list[Translation]:
    """Return what the editors chose, then others of the section."""
    links = Related.objects.filter(article=shown.article_id).values_list("other", flat=True)
    places = {pk: place for place, pk in enumerate(links)}
    beside = _listed(reader, Article.Kind.ARTICLE.value).exclude(article=shown.article_id)
    chosen = spoken(beside.filter(article__in=places), language)
    chosen.sort(key=lambda one: places[one.article_id])
    if len(chosen) < MOST_RELATED:
        same = beside.filter(article__section=shown.article.section_id)
        near = spoken(same.exclude(article__in=places), language)
        chosen += near[: MOST_RELATED - len(chosen)]
    return chosen[:MOST_RELATED]
