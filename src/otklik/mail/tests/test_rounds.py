"""Letters taken in by rounds: in order, each once, and none holds up the others."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from otklik.core import clock
from otklik.core.letters import Letter as ReadLetter
from otklik.mail.actions.intake import (
    Arrival,
    reading,
    receive,
    settling,
    take_in_waiting_letters,
)
from otklik.mail.actions.intake.reading import MOST_FAILURES
from otklik.mail.models import Letter, Mailbox, RawLetter
from otklik.mail.selectors.raw import raw_of
from otklik.mail.tests.factories import make_mailbox
from otklik.mail.tests.post import Post
from otklik.tickets.models import Message, Ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once

STRANGER = "new@stranger.example"


class Killed(BaseException):
    """What ends a process where it stands: nothing catches it."""


def kept(post: Post, count: int = 3) -> list[bytes]:
    """Keep so many letters that nobody has read."""
    raws = [
        post.letter(f"Words {number}.", sender=f"a{number}@b.example") for number in range(count)
    ]
    for raw in raws:
        receive(mailbox_id=post.mailbox.pk, arrival=Arrival(raw=raw))
    return raws


def test_a_round_takes_in_what_waits_and_the_next_finds_nothing(post: Post) -> None:
    kept(post)

    assert [take_in_waiting_letters(), take_in_waiting_letters()] == [3, 0]
    assert Letter.objects.filter(outcome="ticket").count() == Ticket.objects.count() == 3


@pytest.mark.parametrize("place", ["act", "keep_outcome", "decide", "words_of", "keep_read"])
def test_who_is_killed_between_keeping_and_outcome_has_done_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Wherever it happens, the letter waits as before, and the next round takes it in once."""
    raws = kept(post)

    def killed(*_given: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(f"otklik.mail.actions.intake.settling.{place}", killed)
        with pytest.raises(Killed):
            take_in_waiting_letters()
    assert not Ticket.objects.exists()
    assert set(Letter.objects.values_list("state", flat=True)) == {Letter.State.KEPT}

    while take_in_waiting_letters():
        pass
    assert Ticket.objects.count() == Message.objects.count() == 3
    assert sorted(raw_of(one.pk) for one in Letter.objects.all()) == sorted(raws)


def test_one_that_fails_waits_and_then_is_asked_about_while_others_go_on(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(post)
    real = settling.settle

    def settle(row: Letter, *given: object) -> None:
        if row.pk == bad:
            raise RuntimeError("a fault of ours")
        real(row, *given)  # type: ignore[arg-type]  # what it was called with

    bad = Letter.objects.earliest("pk").pk
    monkeypatch.setattr(reading, "settle", settle)
    for tried in range(MOST_FAILURES):
        Letter.objects.filter(pk=bad).update(due_at=clock.now() - timedelta(hours=1))
        assert Letter.objects.get(pk=bad).failures == tried
        take_in_waiting_letters()

    letter = Letter.objects.get(pk=bad)
    assert (letter.state, letter.reason) == (Letter.State.QUARANTINED, "failed")
    assert Ticket.objects.count() == 2


def test_a_database_that_is_away_is_no_fault_of_a_letter(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(post, 1)

    def away(*_given: object) -> None:
        raise OperationalError

    monkeypatch.setattr(reading, "settle", away)
    with pytest.raises(OperationalError):
        take_in_waiting_letters()
    assert Letter.objects.get().failures == 0


def test_a_letter_whose_bytes_are_lost_is_asked_about(post: Post) -> None:
    kept(post, 1)
    RawLetter.objects.all().delete()

    take_in_waiting_letters()

    letter = Letter.objects.get()
    assert (letter.state, letter.reason) == (Letter.State.QUARANTINED, "unreadable")


def test_several_rounds_at_once_make_each_letter_one_ticket(open_desk: DeskAtWork) -> None:
    post = Post(make_mailbox(department=open_desk.cast.it))
    kept(post, 12)

    done = at_once(*[take_in_waiting_letters] * 4)
    while take_in_waiting_letters():
        pass

    assert all(isinstance(one, int) for one in done), done
    assert Ticket.objects.count() == Letter.objects.filter(outcome="ticket").count() == 12


def test_an_answer_never_overtakes_what_it_answers(post: Post) -> None:
    first = post.letter(sender=STRANGER, message_id="<one@stranger.example>")
    Mailbox.objects.update(authserv_id="")
    second = post.letter("P.S.", sender=STRANGER, in_reply_to="<one@stranger.example>")
    for raw in (first, second):
        receive(mailbox_id=post.mailbox.pk, arrival=Arrival(raw=raw))

    take_in_waiting_letters()

    assert Ticket.objects.count() == 1
    assert Message.objects.count() == 2


def test_the_same_letter_while_it_is_read_is_still_one(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    [raw] = kept(post, 1)
    real = settling.settle

    def settle(row: Letter, raw_source: object, read: ReadLetter, around: object) -> None:
        receive_again = Letter.objects.filter(mailbox=post.mailbox, sha256=row.sha256).count()
        assert receive_again == 1
        real(row, raw_source, read, around)  # type: ignore[arg-type]  # what it was called with

    monkeypatch.setattr(reading, "settle", settle)
    take_in_waiting_letters()
    again = receive(mailbox_id=post.mailbox.pk, arrival=Arrival(raw=raw))

    assert not again.is_new
    assert take_in_waiting_letters() == 0
    assert Ticket.objects.count() == 1
