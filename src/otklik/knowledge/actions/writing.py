"""What articles say: every saving is a version of its own, and none is ever lost."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict
from otklik.core.richtext import own_files
from otklik.knowledge.actions.attaching import join_files
from otklik.knowledge.actions.said import Checked, Said, checked, ensure_language, slug_of
from otklik.knowledge.models import Article, Translation, Version
from otklik.knowledge.policies import find_version, lock_article, lock_translation
from otklik.people.models import Actor

NONE_SEEN = 0


@transaction.atomic
def write_article(
    *, actor: Actor, article_id: int, language: str, said: Said, seen: int | None = None
) -> Version:
    """Save what an article says in a language; readers see it once it is published.

    `seen` is the number of the version that was changed, NONE_SEEN for a new translation.
    Saving what is there already makes no version. Raises NotFound, Invalid, and Conflict when
    somebody else has saved meanwhile.
    """
    article = lock_article(actor, article_id)
    ensure_language(language)
    latest = Version.objects.filter(translation__article=article, translation__language=language)
    present = latest.order_by("-number").select_related("author").first()
    if present is not None and _is_same(present, said):
        return present
    if seen is not None and seen != (present.number if present else NONE_SEEN):
        name = present.author.name if present else ""
        raise Conflict(
            _("%(name)s has saved another version meanwhile. Yours is kept here; compare them.")
            % {"name": name}
        )
    return add_version(actor, article, language, said)


@transaction.atomic
def return_to_version(*, actor: Actor, article_id: int, language: str, number: int) -> Version:
    """Make what an article once said its latest version, to be published like any other.

    Doing it twice makes one version. Raises NotFound.
    """
    lock_translation(actor, article_id, language)
    old = find_version(actor, article_id, language, number)
    said = Said(
        title=old.title,
        summary=old.summary,
        body=old.source or old.body,
        is_markdown=bool(old.source),
        files=tuple(old.files),
        remark=_("Back to version %(number)d") % {"number": number},
        made_of=old.made_of,
    )
    return write_article(actor=actor, article_id=article_id, language=language, said=said)


def add_version(actor: Actor, article: Article, language: str, said: Said) -> Version:
    """Add a version to a held article. Raises Invalid."""
    text = checked(said)
    files = _listed(said, text)
    join_files(actor, article, {*files, *own_files(text.body)})
    now = clock.now()
    translation, _made = Translation.objects.get_or_create(
        article=article,
        language=language,
        defaults={"slug": slug_of(text.title), "changed_at": now},
    )
    last = translation.latest.number if translation.latest else 0
    version = Version.objects.create(
        translation=translation,
        number=last + 1,
        title=text.title,
        summary=text.summary,
        body=text.body,
        source=text.source,
        files=files,
        remark=text.remark,
        made_of=said.made_of,
        author_id=actor.person_id,
        created_at=now,
    )
    translation.latest, translation.changed_at = version, now
    if translation.published_id is None:
        translation.slug = slug_of(text.title)
    translation.save(update_fields=["latest", "changed_at", "slug"])
    return version


def _listed(said: Said, text: Checked) -> list[str]:
    """Return the files that stand under a text: those named that are no pictures in it."""
    inside = own_files(text.body)
    return [one for one in dict.fromkeys(said.files) if one not in inside]


def _is_same(present: Version, said: Said) -> bool:
    text = checked(said)
    kept = (present.title, present.summary, present.body, present.source, present.files)
    given = (text.title, text.summary, str(text.body), text.source, _listed(said, text))
    return kept == given and said.made_of in {None, present.made_of}
