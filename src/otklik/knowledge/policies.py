"""Who may read and write which article. Every read and write for a person goes through here."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, NotAllowed, NotFound
from otklik.core.richtext import own_files, stored
from otklik.knowledge.models import (
    Article,
    ArticleFile,
    Review,
    Rules,
    Section,
    Translation,
    Version,
)
from otklik.people.models import Actor
from otklik.people.policies import ensure_staff


def published_for(reader: Actor | None) -> QuerySet[Translation]:
    """Return what a reader, or a visitor, finds in the help centre."""
    meant = Article.objects.meant_for(reader)
    return Translation.objects.filter(article__in=meant, published__isnull=False)


def find_published(reader: Actor | None, article_id: int) -> list[Translation]:
    """Return an article for a reader in each language it is published in. Raises NotFound."""
    rows = published_for(reader).filter(article=article_id)
    found = list(rows.select_related("article__section", "article__department", "published"))
    if not found:
        raise NotFound(_("There is no such article, or it is not yours to see."))
    return found


def find_article(actor: Actor, article_id: int) -> Article:
    """Return an article for a colleague who may write at it. Raises NotFound."""
    rows = Article.objects.written_by(actor).select_related("section", "department")
    return _one(rows.filter(pk=article_id))


def lock_article(actor: Actor, article_id: int) -> Article:
    """Return an article as `find_article` does, held with all its texts. Raises NotFound."""
    rows = Article.objects.written_by(actor).select_for_update(of=("self",))
    return _one(rows.filter(pk=article_id))


def find_translation(actor: Actor, article_id: int, language: str) -> Translation:
    """Return an article in one language for a colleague. Raises NotFound."""
    mine = Article.objects.written_by(actor)
    rows = Translation.objects.filter(article__in=mine, article=article_id, language=language)
    found = rows.select_related("article__section", "latest", "published", "scheduled").first()
    if found is None:
        raise NotFound(_("There is no such article, or it is not yours to see."))
    return found


def lock_translation(actor: Actor, article_id: int, language: str) -> Translation:
    """Return the same, held by its article until the transaction ends. Raises NotFound."""
    lock_article(actor, article_id)
    return find_translation(actor, article_id, language)


def find_version(actor: Actor, article_id: int, language: str, number: int) -> Version:
    """Return what an article once said in a language. Raises NotFound."""
    translation = find_translation(actor, article_id, language)
    found = translation.versions.select_related("author").filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def find_section(section_id: int) -> Section:
    found = Section.objects.filter(pk=section_id).first()
    if found is None:
        raise NotFound(_("There is no such section."))
    return found


def find_article_file(reader: Actor | None, token: str) -> ArticleFile:
    """Return a file to who may write at its article, or reads a version that has it.

    Raises NotFound.
    """
    found = ArticleFile.objects.filter(token=token).select_related("blob").first()
    if found is None:
        raise NotFound
    if found.article_id is None:
        if reader is None or found.uploader_id != reader.person_id:
            raise NotFound
        return found
    if reader is not None:
        mine = Article.objects.written_by(reader)
        if mine.filter(pk=found.article_id).exists():
            return found
    rows = published_for(reader).filter(article=found.article_id).select_related("published")
    if not any(row.published and has_file(row.published, token) for row in rows):
        raise NotFound
    return found


def has_file(version: Version, token: str) -> bool:
    """Say whether a version lists a file or shows it as a picture."""
    return token in version.files or token in own_files(stored(version.body))


def may_set_up(actor: Actor) -> bool:
    """Heads of departments arrange sections and say the rules, as the administrator does."""
    return actor.is_administrator or bool(actor.led_departments)


def ensure_may_set_up(actor: Actor) -> None:
    ensure_staff(actor)
    if not may_set_up(actor):
        raise NotAllowed(_("Only heads of departments and the administrator may do this."))


def ensure_may_place(actor: Actor, audience: str, department_id: int | None) -> None:
    """Refuse to write for a department that the actor has no part in. Raises NotAllowed."""
    ensure_staff(actor)
    if audience != Article.Audience.DEPARTMENT or actor.is_administrator:
        return
    if department_id not in actor.roles:
        raise NotAllowed(_("You may write for colleagues of your own departments only."))


def needs_review() -> bool:
    """Say whether a second person has to approve what is published."""
    return Rules.objects.filter(needs_review=True).exists()


def is_approved(version: Version) -> bool:
    return Review.objects.filter(version=version, state=Review.State.APPROVED).exists()


def may_judge(actor: Actor, version: Version) -> bool:
    """Say whether the actor is a second person: neither who wrote the version nor who asked."""
    if version.author_id == actor.person_id:
        return False
    waiting = Review.objects.filter(version=version, state=Review.State.WAITING)
    return not waiting.filter(asked_by=actor.person_id).exists()


def ensure_may_judge(actor: Actor, version: Version) -> None:
    if not may_judge(actor, version):
        raise NotAllowed(_("A second person reviews it: neither who wrote it nor who asked."))


def ensure_may_publish(version: Version) -> None:
    """Refuse what the desk's rules want approved first. Raises Conflict."""
    if needs_review() and not is_approved(version):
        raise Conflict(_("This desk publishes only what a second person has approved."))


def _one(rows: QuerySet[Article]) -> Article:
    found = next(iter(rows[:1]), None)
    if found is None:
        raise NotFound(_("There is no such article, or it is not yours to see."))
    return found
