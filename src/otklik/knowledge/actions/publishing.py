"""What readers see of an article: now, from a time on, or no more."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid
from otklik.core.events import publish as tell
from otklik.knowledge.actions.indexing import forget_words, keep_words
from otklik.knowledge.actions.said import slug_of
from otklik.knowledge.events import ArticlePublished, ArticleTakenBack
from otklik.knowledge.models import Article, Translation, Version
from otklik.knowledge.policies import ensure_may_publish, find_version, lock_translation
from otklik.people.models import Actor


@transaction.atomic
def publish_article(
    *, actor: Actor, article_id: int, language: str, number: int, at: datetime | None = None
) -> Translation:
    """Let readers see a version, now or from a time on; what was published stays until then.

    Publishing what is published does nothing. Raises NotFound, Invalid for a time that is past,
    Conflict for an archived article or one that is to be reviewed first.
    """
    translation = lock_translation(actor, article_id, language)
    version = find_version(actor, article_id, language, number)
    if translation.article.archived_at is not None:
        raise Conflict(_("The article is archived. Bring it back first."))
    ensure_may_publish(version)
    if at is None:
        _put_out(translation, version, by_id=actor.person_id)
        return translation
    if at <= clock.now():
        raise Invalid(fields={"at": _("This time is past.")})
    translation.scheduled, translation.publish_at = version, at
    translation.save(update_fields=["scheduled", "publish_at"])
    return translation


@transaction.atomic
def call_off_publication(*, actor: Actor, article_id: int, language: str) -> Translation:
    """Forget the time at which a version would be published. Raises NotFound."""
    translation = lock_translation(actor, article_id, language)
    translation.scheduled = translation.publish_at = None
    translation.save(update_fields=["scheduled", "publish_at"])
    return translation


@transaction.atomic
def take_back_article(*, actor: Actor, article_id: int, language: str) -> Translation:
    """Let readers see an article in this language no more. Twice does nothing. Raises NotFound."""
    translation = lock_translation(actor, article_id, language)
    if translation.published_id is not None:
        translation.published = translation.published_at = None
        translation.save(update_fields=["published", "published_at"])
        forget_words(translation)
        tell(ArticleTakenBack(article_id=article_id, language=language, by_id=actor.person_id))
    return translation


def publish_what_is_due() -> int:
    """Publish every version whose time has come; safe to run twice and at once.

    Return how many. What the rules want approved by now waits on, and is told on its page.
    """
    due = Translation.objects.filter(publish_at__lte=clock.now(), article__archived_at=None)
    return sum(_publish_due(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _publish_due(translation_id: int) -> bool:
    rows = Translation.objects.filter(pk=translation_id, publish_at__lte=clock.now())
    article_id = rows.values_list("article", flat=True).first()
    if article_id is None:
        return False
    Article.objects.select_for_update().get(pk=article_id)
    translation = rows.select_related("scheduled").first()
    if translation is None or translation.scheduled is None:
        return False
    try:
        ensure_may_publish(translation.scheduled)
    except Conflict:
        return False
    _put_out(translation, translation.scheduled, by_id=None)
    return True


def _put_out(translation: Translation, version: Version, *, by_id: int | None) -> None:
    """Make a version of a held article what its readers see."""
    now = clock.now()
    if translation.scheduled_id == version.pk or by_id is not None:
        translation.scheduled = translation.publish_at = None
    if translation.published_id != version.pk:
        translation.published, translation.published_at = version, now
        translation.first_published_at = translation.first_published_at or now
        translation.slug = slug_of(version.title)
        keep_words(translation, version)
        tell(
            ArticlePublished(
                article_id=translation.article_id,
                language=translation.language,
                number=version.number,
                by_id=by_id,
            )
        )
    translation.save()
