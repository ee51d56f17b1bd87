"""Reviewed by a second person, published now or at a time, taken back, put away."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotAllowed, NotFound
from otklik.knowledge.actions import (
    Said,
    archive_article,
    ask_for_review,
    call_off_publication,
    give_review,
    publish_article,
    restore_article,
    say_rules,
    take_back_article,
    withdraw_review,
    write_article,
)
from otklik.knowledge.actions.publishing import publish_what_is_due
from otklik.knowledge.models import Review, Translation, TranslationText
from otklik.knowledge.selectors.editing import Stand, Wanted, list_articles
from otklik.knowledge.tests.factories import make_article
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast


def stand_of(actor: Actor, text: Translation) -> Stand:
    row = next(
        one for one in list_articles(actor, Wanted()).rows if one.article.pk == text.article_id
    )
    return dict(row.stands)[text.language]


def rewritten(actor: Actor, text: Translation, title: str = "Otherwise") -> None:
    said = Said(title=title, body="<p>Otherwise.</p>")
    write_article(actor=actor, article_id=text.article_id, language=text.language, said=said)


def numbers(text: Translation) -> tuple[int, int]:
    """Return what is published and what is latest."""
    published, latest = text.published, text.latest
    return (published.number if published else 0, latest.number if latest else 0)


def one(text: Translation) -> dict[str, Any]:
    return {"article_id": text.article_id, "language": text.language}


def test_a_newer_draft_changes_nothing_for_readers_until_it_is_published(cast: Cast) -> None:
    text = make_article(cast.ada)
    rewritten(cast.ada, text)
    text.refresh_from_db()
    assert numbers(text) == (1, 2)
    assert stand_of(cast.ada, text) == Stand.CHANGED
    publish_article(actor=cast.ada, **one(text), number=2)
    publish_article(actor=cast.ada, **one(text), number=2)
    text.refresh_from_db()
    assert (numbers(text), text.slug) == ((2, 2), "otherwise")
    assert stand_of(cast.ada, text) == Stand.PUBLISHED
    assert TranslationText.objects.get().title == "otherwise"


def test_taking_back_hides_it_and_its_words(cast: Cast) -> None:
    text = make_article(cast.ada)
    take_back_article(actor=cast.ada, **one(text))
    take_back_article(actor=cast.ada, **one(text))
    assert stand_of(cast.ada, text) == Stand.DRAFT
    assert not TranslationText.objects.exists()


def test_what_is_scheduled_is_published_at_its_time_once(cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    now = clock.now()
    with pytest.raises(Invalid):
        publish_article(actor=cast.ada, **one(text), number=1, at=now - timedelta(hours=1))
    publish_article(actor=cast.ada, **one(text), number=1, at=now + timedelta(hours=1))
    assert stand_of(cast.ada, text) == Stand.SCHEDULED
    assert publish_what_is_due() == 0
    with clock.moved_to(now + timedelta(hours=2)):
        assert (publish_what_is_due(), publish_what_is_due()) == (1, 0)
    assert stand_of(cast.ada, text) == Stand.PUBLISHED


def test_a_time_can_be_called_off(cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    later = clock.now() + timedelta(hours=1)
    publish_article(actor=cast.ada, **one(text), number=1, at=later)
    call_off_publication(actor=cast.ada, **one(text))
    with clock.moved_to(later + timedelta(hours=1)):
        assert publish_what_is_due() == 0


def test_a_second_person_approves_what_is_published_where_the_desk_says_so(cast: Cast) -> None:
    say_rules(actor=cast.root, needs_review=True)
    text = make_article(cast.ada, is_published=False)
    with pytest.raises(Conflict, match="second person"):
        publish_article(actor=cast.ada, **one(text), number=1)
    first = ask_for_review(actor=cast.ada, **one(text))
    assert ask_for_review(actor=cast.ada, **one(text)) == first
    with pytest.raises(NotAllowed):
        give_review(actor=cast.ada, **one(text), approves=True)
    with pytest.raises(Invalid):
        give_review(actor=cast.vi, **one(text), approves=False)
    give_review(actor=cast.vi, **one(text), approves=True)
    publish_article(actor=cast.ada, **one(text), number=1)
    rewritten(cast.ada, text)
    with pytest.raises(Conflict):
        publish_article(actor=cast.ada, **one(text), number=2)


def test_what_is_scheduled_waits_for_its_review(cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    later = clock.now() + timedelta(hours=1)
    publish_article(actor=cast.ada, **one(text), number=1, at=later)
    say_rules(actor=cast.root, needs_review=True)
    with clock.moved_to(later + timedelta(hours=1)):
        assert publish_what_is_due() == 0
        ask_for_review(actor=cast.ada, **one(text))
        give_review(actor=cast.vi, **one(text), approves=True)
        assert publish_what_is_due() == 1


def test_a_newer_version_takes_the_place_of_the_one_that_waits(cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    old = ask_for_review(actor=cast.ada, **one(text))
    rewritten(cast.ada, text)
    new = ask_for_review(actor=cast.ada, **one(text))
    old.refresh_from_db()
    assert (old.state, new.version.number) == (Review.State.WITHDRAWN, 2)
    withdraw_review(actor=cast.ada, **one(text))
    withdraw_review(actor=cast.ada, **one(text))
    with pytest.raises(Conflict):
        give_review(actor=cast.vi, **one(text), approves=True)


def test_the_database_refuses_who_approves_their_own(cast: Cast) -> None:
    text = make_article(cast.ada, is_published=False)
    review = ask_for_review(actor=cast.ada, **one(text))
    with (
        pytest.raises(IntegrityError, match="review_is_approved_by_a_second_person"),
        transaction.atomic(),
    ):
        Review.objects.filter(pk=review.pk).update(
            state="approved", judge=cast.ada.person_id, judged_at=clock.now()
        )


def test_a_translation_is_outdated_once_its_original_is_published_anew(cast: Cast) -> None:
    text = make_article(cast.ada)
    said = Said(title="Принтер", body="<p>Откройте крышку.</p>", made_of=1)
    write_article(actor=cast.ada, article_id=text.article_id, language="ru", said=said)
    publish_article(actor=cast.ada, article_id=text.article_id, language="ru", number=1)
    russian = Translation.objects.get(language="ru")
    assert stand_of(cast.ada, russian) == Stand.PUBLISHED
    rewritten(cast.ada, text)
    publish_article(actor=cast.ada, **one(text), number=2)
    assert stand_of(cast.ada, russian) == Stand.OUTDATED


@pytest.mark.parametrize("stand", Stand.values)
def test_the_list_by_state_says_what_each_row_says(cast: Cast, stand: str) -> None:
    make_article(cast.ada, title="Draft", is_published=False)
    make_article(cast.ada, title="Published")
    changed = make_article(cast.ada, title="Changed")
    rewritten(cast.ada, changed)
    reviewed = make_article(cast.ada, title="Reviewed", is_published=False)
    ask_for_review(actor=cast.ada, **one(reviewed))
    timed = make_article(cast.ada, title="Timed", is_published=False)
    later = clock.now() + timedelta(hours=1)
    publish_article(actor=cast.ada, **one(timed), number=1, at=later)
    old = make_article(cast.ada, title="Old")
    said = Said(title="Старое", body="<p>Старое.</p>", made_of=1)
    write_article(actor=cast.ada, article_id=old.article_id, language="ru", said=said)
    publish_article(actor=cast.ada, article_id=old.article_id, language="ru", number=1)
    rewritten(cast.ada, old, "Old anew")
    publish_article(actor=cast.ada, **one(old), number=2)
    for language in ("en", "ru", "bg"):
        everything = list_articles(cast.ada, Wanted()).rows
        wanted = {row.article.pk for row in everything if dict(row.stands)[language] == stand}
        asked = list_articles(cast.ada, Wanted(stand=stand, language=language))
        assert {row.article.pk for row in asked.rows} == wanted


def test_an_archived_article_is_gone_for_readers_and_comes_back(cast: Cast) -> None:
    text, other = make_article(cast.ada), make_article(cast.ada, title="Newer")
    with pytest.raises(Invalid):
        archive_article(actor=cast.ada, article_id=text.article_id, replaced_by_id=text.article_id)
    archive_article(actor=cast.ada, article_id=text.article_id, replaced_by_id=other.article_id)
    with pytest.raises(Conflict):
        publish_article(actor=cast.ada, **one(text), number=1)
    assert [row.article.pk for row in list_articles(cast.ada, Wanted()).rows] == [other.article_id]
    archived = list_articles(cast.ada, Wanted(is_archived=True)).rows
    assert [row.article.pk for row in archived] == [text.article_id]
    restore_article(actor=cast.ada, article_id=text.article_id)
    restore_article(actor=cast.ada, article_id=text.article_id)
    assert len(list_articles(cast.ada, Wanted()).rows) == 2


@pytest.mark.parametrize("who", ["vi", "cora", "ada", "sam", "cy"])
def test_rules_are_for_heads(cast: Cast, who: str) -> None:
    actor = cast.everyone[who]
    if who in {"vi", "cora"}:
        assert say_rules(actor=actor, needs_review=True).needs_review
        return
    with pytest.raises(NotFound if who == "cy" else NotAllowed):
        say_rules(actor=actor, needs_review=True)
