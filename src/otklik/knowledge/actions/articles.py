"""Articles as a whole: begun, placed, put away and brought back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid
from otklik.core.text import clean_line
from otklik.knowledge.actions.indexing import keep_words
from otklik.knowledge.actions.said import Said, ensure_language
from otklik.knowledge.actions.writing import add_version
from otklik.knowledge.models import Article, Related, Section, Translation
from otklik.knowledge.policies import ensure_may_place, lock_article
from otklik.people.models import Actor, Department
from otklik.people.policies import ensure_staff

MOST_TAGS: Final = 12
LONGEST_TAG: Final = 40
MOST_RELATED: Final = 12


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Where an article stands and who is meant to read it."""

    section_id: int
    kind: str = Article.Kind.ARTICLE.value
    audience: str = Article.Audience.PUBLIC.value
    department_id: int | None = None
    tags: tuple[str, ...] = ()
    related: tuple[int, ...] = ()


@transaction.atomic
def begin_article(*, actor: Actor, placing: Placing, language: str, said: Said) -> Translation:
    """Begin an article by what it says in its first language; nobody reads it yet.

    Raises NotFound for a customer, NotAllowed, Invalid.
    """
    ensure_staff(actor)
    ensure_language(language)
    article = Article(language=language, author_id=actor.person_id, created_at=clock.now())
    _place(actor, article, placing)
    article.save()
    _relate(actor, article, placing.related)
    return add_version(actor, article, language, said).translation


@transaction.atomic
def place_article(
    *, actor: Actor, article_id: int, placing: Placing, seen_version: int | None = None
) -> Article:
    """Change where an article stands, for whom it is, its tags and its related articles.

    `seen_version`: the version that was looked at. Raises NotFound, NotAllowed, Invalid, and
    Conflict when somebody else placed it meanwhile.
    """
    article = lock_article(actor, article_id)
    if seen_version is not None and seen_version != article.version:
        raise Conflict(_("Somebody else has just changed where this article stands. Look again."))
    _place(actor, article, placing)
    _relate(actor, article, placing.related)
    article.version += 1
    article.save()
    for text in article.translations.filter(published__isnull=False).select_related("published"):
        if text.published is not None:
            text.article = article
            keep_words(text, text.published)  # its tags are among them
    return article


@transaction.atomic
def archive_article(*, actor: Actor, article_id: int, replaced_by_id: int | None = None) -> Article:
    """Put an article away: nobody finds it any more, and its address leads to what replaces it.

    Doing it again only changes by what. Raises NotFound, Invalid.
    """
    article = lock_article(actor, article_id)
    if replaced_by_id is not None:
        others = Article.objects.written_by(actor).exclude(pk=article.pk)
        if not others.filter(pk=replaced_by_id, archived_at__isnull=True).exists():
            raise Invalid(fields={"replaced_by": _("There is no such article.")})
    article.archived_at = article.archived_at or clock.now()
    article.replaced_by_id = replaced_by_id
    article.version += 1
    article.save()
    Translation.objects.filter(article=article).update(scheduled=None, publish_at=None)
    return article


@transaction.atomic
def restore_article(*, actor: Actor, article_id: int) -> Article:
    """Bring an article back as it was. Doing it twice does nothing. Raises NotFound."""
    article = lock_article(actor, article_id)
    if article.archived_at is not None:
        article.archived_at = article.replaced_by = None
        article.version += 1
        article.save()
    return article


def _place(actor: Actor, article: Article, placing: Placing) -> None:
    wrong: dict[str, str] = {}
    if placing.kind not in Article.Kind.values:
        wrong["kind"] = _("There is no such kind.")
    if placing.audience not in Article.Audience.values:
        wrong["audience"] = _("There are no such readers.")
    if not Section.objects.filter(pk=placing.section_id).exists():
        wrong["section"] = _("There is no such section.")
    for_department = placing.audience == Article.Audience.DEPARTMENT
    departments = Department.objects.filter(pk=placing.department_id or 0)
    if for_department and not departments.exists():
        wrong["department"] = _("There is no such department.")
    if wrong:
        raise Invalid(fields=wrong)
    ensure_may_place(actor, placing.audience, placing.department_id)
    article.section_id, article.kind = placing.section_id, placing.kind
    article.audience = placing.audience
    article.department_id = placing.department_id if for_department else None
    article.tags = _tags(placing.tags)


def _tags(given: Sequence[str]) -> list[str]:
    tags = [clean_line(one).strip().lower() for one in given]
    kept = list(dict.fromkeys(filter(None, tags)))
    if len(kept) > MOST_TAGS or any(len(one) > LONGEST_TAG for one in kept):
        words = _("At most %(most)d tags fit here, of %(long)d characters each.")
        raise Invalid(fields={"tags": words % {"most": MOST_TAGS, "long": LONGEST_TAG}})
    return kept


def _relate(actor: Actor, article: Article, others: Sequence[int]) -> None:
    """Have these articles stand beside one, in their order. Raises Invalid."""
    wanted = list(dict.fromkeys(one for one in others if one != article.pk))
    known = Article.objects.written_by(actor).filter(pk__in=wanted).values_list("pk", flat=True)
    if len(wanted) > MOST_RELATED or set(wanted) - set(known):
        raise Invalid(fields={"related": _("One of these articles is not there.")})
    Related.objects.filter(article=article).delete()
    Related.objects.bulk_create(
        Related(article=article, other_id=pk, position=place) for place, pk in enumerate(wanted)
    )
