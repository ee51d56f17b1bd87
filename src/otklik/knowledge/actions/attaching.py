"""Pictures and files of articles."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid, TooMany
from otklik.core.models import Blob
from otklik.core.text import clean_file_name
from otklik.knowledge.models import Article, ArticleFile, Version
from otklik.knowledge.policies import has_file
from otklik.people.models import Actor
from otklik.people.policies import ensure_staff

MOST_WAITING: Final = 100  # files of one person that no article has yet
UNUSED_FOR: Final = timedelta(days=7)


@transaction.atomic
def keep_article_file(*, actor: Actor, blob: Blob, name: str) -> ArticleFile:
    """Keep a file that its colleague will put into an article; only they get it until then.

    Raises NotFound for a customer, TooMany.
    """
    ensure_staff(actor)
    waiting = ArticleFile.objects.filter(article__isnull=True, uploader=actor.person_id)
    if waiting.count() >= MOST_WAITING:
        raise TooMany(_("You have many files that no article has yet. Save some first."))
    return ArticleFile.objects.create(
        token=f"kb-{secrets.token_hex(16)}",
        blob=blob,
        name=clean_file_name(name),
        uploader_id=actor.person_id,
        created_at=clock.now(),
    )


def join_files(actor: Actor, article: Article, tokens: Collection[str]) -> None:
    """Make files that wait the article's own. Raises Invalid for what is neither."""
    waiting = ArticleFile.objects.filter(article__isnull=True, uploader=actor.person_id)
    waiting.filter(token__in=tokens).update(article=article)
    known = ArticleFile.objects.filter(article=article, token__in=tokens)
    if set(tokens) - set(known.values_list("token", flat=True)):
        words = _("A file or picture is not this article's. Attach it again, please.")
        raise Invalid(fields={"files": words})


@transaction.atomic
def drop_article_file(*, actor: Actor, token: str) -> None:
    """Forget a file that no article has yet. Dropping twice does nothing."""
    waiting = ArticleFile.objects.filter(article__isnull=True, uploader=actor.person_id)
    waiting.filter(token=token).delete()


def sweep_unused_files() -> int:
    """Forget files that no version of their article has a week later. Returns how many."""
    old = ArticleFile.objects.filter(created_at__lt=clock.now() - UNUSED_FOR)
    unsaved = old.filter(article__isnull=True).delete()[0]
    articles = Article.objects.filter(files__in=old).order_by("pk").distinct()
    return unsaved + sum(_sweep(pk) for pk in articles.values_list("pk", flat=True))


@transaction.atomic
def _sweep(article_id: int) -> int:
    Article.objects.select_for_update().get(pk=article_id)
    versions = list(Version.objects.filter(translation__article=article_id))
    old = ArticleFile.objects.filter(article=article_id, created_at__lt=clock.now() - UNUSED_FOR)
    unused = [
        one.pk for one in old if not any(has_file(version, one.token) for version in versions)
    ]
    return ArticleFile.objects.filter(pk__in=unused).delete()[0]
