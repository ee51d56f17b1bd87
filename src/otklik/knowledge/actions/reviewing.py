"""A second person looks before readers do."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid
from otklik.core.events import publish
from otklik.core.text import clean_text
from otklik.knowledge.events import ReviewAsked, ReviewGiven
from otklik.knowledge.models import Review, Rules, Translation
from otklik.knowledge.policies import ensure_may_judge, ensure_may_set_up, lock_translation
from otklik.people.models import Actor

LONGEST_WORDS = 2000
State = Review.State


@transaction.atomic
def ask_for_review(*, actor: Actor, article_id: int, language: str) -> Review:
    """Ask a second person to look at the latest version; asking again for it does nothing.

    A version that was asked for before and is the latest no more waits no longer. Raises
    NotFound, Conflict when the latest is approved already.
    """
    translation = lock_translation(actor, article_id, language)
    waiting = _waiting(translation)
    latest = translation.latest
    if latest is None:
        raise Conflict(_("There is nothing to review yet."))
    if waiting is not None and waiting.version_id == latest.pk:
        return waiting
    if translation.reviews.filter(version=latest, state=State.APPROVED).exists():
        raise Conflict(_("This version is approved already."))
    if waiting is not None:
        _settle(waiting, State.WITHDRAWN, actor)
    review = Review.objects.create(
        translation=translation,
        version=latest,
        asked_by_id=actor.person_id,
        asked_at=clock.now(),
    )
    publish(
        ReviewAsked(
            article_id=article_id, language=language, review_id=review.pk, by_id=actor.person_id
        )
    )
    return review


@transaction.atomic
def give_review(
    *, actor: Actor, article_id: int, language: str, approves: bool, words: str = ""
) -> Review:
    """Approve the version that waits, or send it back with a word why.

    Raises NotFound, NotAllowed for who wrote or asked, Invalid without a word why, Conflict
    when nothing waits.
    """
    translation = lock_translation(actor, article_id, language)
    waiting = _waiting(translation)
    if waiting is None:
        raise Conflict(_("Nothing waits for a review here any more."))
    ensure_may_judge(actor, waiting.version)
    said = clean_text(words).strip()
    if len(said) > LONGEST_WORDS:
        limit = _("At most %(limit)d characters fit here.") % {"limit": LONGEST_WORDS}
        raise Invalid(fields={"words": limit})
    if not approves and not said:
        raise Invalid(fields={"words": _("Say what is to be changed.")})
    _settle(waiting, State.APPROVED if approves else State.RETURNED, actor, said)
    publish(
        ReviewGiven(
            article_id=article_id,
            language=language,
            review_id=waiting.pk,
            is_approved=approves,
            by_id=actor.person_id,
        )
    )
    return waiting


@transaction.atomic
def withdraw_review(*, actor: Actor, article_id: int, language: str) -> None:
    """Have nobody look at it for now. Doing it twice does nothing. Raises NotFound."""
    waiting = _waiting(lock_translation(actor, article_id, language))
    if waiting is not None:
        _settle(waiting, State.WITHDRAWN, actor)


@transaction.atomic
def say_rules(*, actor: Actor, needs_review: bool) -> Rules:
    """Say whether a second person has to approve what is published.

    Raises NotAllowed, NotFound for a customer.
    """
    ensure_may_set_up(actor)
    rules, _made = Rules.objects.update_or_create(pk=1, defaults={"needs_review": needs_review})
    return rules


def _waiting(translation: Translation) -> Review | None:
    rows = translation.reviews.filter(state=State.WAITING).select_related("version")
    return rows.first()


def _settle(review: Review, state: Review.State, actor: Actor, words: str = "") -> None:
    review.state, review.words = state, words
    review.judge_id, review.judged_at = actor.person_id, clock.now()
    review.save()
