"""Letters on their way to a server: each once, in one true state, whoever dies."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import server_address
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from otklik.core import clock
from otklik.core.events import Event
from otklik.core.letters import read_letter
from otklik.core.post.sending import Session
from otklik.core.post.tests.scripted import CUT, scripted
from otklik.core.secrecy import hide
from otklik.mail.actions.outbox import handing
from otklik.mail.actions.outbox.forgetting import forget_old_bytes
from otklik.mail.actions.outbox.handing import send_waiting, tell_of_late_letters
from otklik.mail.actions.outbox.putting import put_desk_letter
from otklik.mail.actions.outbox.writing import write_letter
from otklik.mail.actions.setting_up.senders import try_sender
from otklik.mail.events import LetterNotSent
from otklik.mail.models import Outgoing, OutgoingBytes, Sender, Template
from otklik.mail.selectors.outgoing import step_words, trouble_words
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.test_outbox import replied
from otklik.tickets.tests.desk import DeskAtWork, at_once


@pytest.fixture
def address(pytestconfig: pytest.Config) -> str:
    """Tell where another process finds the database of this test."""
    parts = urlsplit(server_address(pytestconfig))
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


MOST_QUERIES = 30
STATES = {"MAIL": "failed", "RCPT": "bounced", "DATA": "failed", ".": "failed"}
SEND = """
import sys, django
django.setup()
from otklik.mail.actions.outbox.handing import send_waiting
send_waiting(sender_id=int(sys.argv[1]))
"""


def one_letter(desk: DeskAtWork, port: int, **columns: Any) -> tuple[Sender, Outgoing]:
    """Let a reply wait alone for the server at a port."""
    sender = make_sender(port=port, **columns)
    letter = replied(desk)
    Outgoing.objects.exclude(pk=letter.pk).delete()
    return sender, letter


def now_of(letter: Outgoing) -> Outgoing:
    return Outgoing.objects.get(pk=letter.pk)


def later(**spans: float) -> AbstractContextManager[None]:
    return clock.moved_to(clock.now() + timedelta(**spans))


def test_a_letter_is_sent_once_and_counted_as_taken(desk: DeskAtWork) -> None:
    with scripted() as server:
        sender, letter = one_letter(desk, server.port)
        assert send_waiting(sender_id=sender.pk) == 1
        assert send_waiting(sender_id=sender.pk) == 0
    now = now_of(letter)
    assert (now.state, now.attempts, now.answer) == ("sent", 1, "2.0.0 queued as 42")
    assert now.sent_at is not None
    (raw,) = server.letters
    assert read_letter(raw).message_id == letter.header_id
    sender.refresh_from_db()
    assert sender.last_accepted_at is not None


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_a_refusal_for_now_goes_again_as_the_same_letter(desk: DeskAtWork, verb: str) -> None:
    with scripted(
        {verb: ["451 4.7.1 greylisted", "250 ok" if verb != "DATA" else "354 go"]}
    ) as server:
        sender, letter = one_letter(desk, server.port)
        send_waiting(sender_id=sender.pk)
        delayed = now_of(letter)
        assert (delayed.state, delayed.code, delayed.answer) == ("delayed", 451, "4.7.1 greylisted")
        first = bytes(OutgoingBytes.objects.get(letter=letter).content)
        Template.objects.create(kind="reply", language="en", subject="Other", body="Other")
        assert send_waiting(sender_id=sender.pk) == 0
        with clock.moved_to(delayed.next_at):
            send_waiting(sender_id=sender.pk)
    assert now_of(letter).state == "sent"
    assert server.letters[-1] == first


@pytest.mark.parametrize("verb", STATES)
def test_a_refusal_for_good_is_shown_with_the_servers_words(
    desk: DeskAtWork, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Event] = []
    monkeypatch.setattr(handing, "publish", told.append)
    with scripted({verb: "550 5.1.1 no such person"}) as server:
        sender, letter = one_letter(desk, server.port)
        send_waiting(sender_id=sender.pk)
        with later(days=1):
            send_waiting(sender_id=sender.pk)
    now = now_of(letter)
    assert (now.state, now.answer, now.attempts) == (STATES[verb], "5.1.1 no such person", 1)
    (event,) = told
    assert isinstance(event, LetterNotSent)
    assert (event.letter_id, event.author_id) == (letter.pk, desk.cast.ada.person_id)


@pytest.mark.parametrize("verb", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_cut_before_the_final_dot_is_a_delay(desk: DeskAtWork, verb: str) -> None:
    with scripted({verb: CUT}) as server:
        sender, letter = one_letter(desk, server.port)
        send_waiting(sender_id=sender.pk)
    assert (now_of(letter).state, server.letters) == ("delayed", [])


def test_a_cut_after_the_final_dot_is_uncertain_and_never_goes_again_by_itself(
    desk: DeskAtWork,
) -> None:
    with scripted({".": CUT}) as server:
        sender, letter = one_letter(desk, server.port)
        send_waiting(sender_id=sender.pk)
        with later(days=1):
            assert handing.senders_with_work() == []
            send_waiting(sender_id=sender.pk)
    assert now_of(letter).state == "uncertain"
    assert len(server.letters) == 1


def test_trouble_with_the_server_stops_no_letter_for_good_and_is_shown(desk: DeskAtWork) -> None:
    with scripted({"AUTH": "535 5.7.8 wrong password"}) as server:
        sender, letter = one_letter(desk, server.port)
        other = replied(desk)
        Sender.objects.update(login="desk", secret=hide("x", "sender"), security="tls")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Sender, "security", "none")
            send_waiting(sender_id=sender.pk)
    sender.refresh_from_db()
    assert sender.failing_since is not None
    assert {now_of(letter).state, now_of(other).state} == {"delayed", "waiting"}


def test_who_waited_three_days_in_vain_has_failed(desk: DeskAtWork) -> None:
    with scripted({"connect": "421 closed"}) as server:
        sender, letter = one_letter(desk, server.port)
        with later(days=4):
            send_waiting(sender_id=sender.pk)
    assert now_of(letter).state == "failed"


def test_a_letter_that_waits_too_long_is_told_of_once(
    desk: DeskAtWork, published: list[Event]
) -> None:
    make_sender()
    letter = put_desk_letter(cause="x", to="cy@a.example", subject="S", text="T")
    published.clear()
    assert tell_of_late_letters() == 0
    with later(minutes=6):
        assert (tell_of_late_letters(), tell_of_late_letters()) == (1, 0)
    (event,) = published
    assert isinstance(event, LetterNotSent)
    assert letter is not None
    assert event.letter_id == letter.pk


def test_a_letter_that_leaves_while_the_late_ones_are_told_of_is_not_late(
    desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sender()
    for cause in "ab":
        put_desk_letter(cause=cause, to="cy@a.example", subject="S", text="T")

    def others_leave(letter: Outgoing) -> None:
        others = Outgoing.objects.exclude(pk=letter.pk)
        others.update(state="sent", sent_at=clock.now())

    monkeypatch.setattr(handing, "tell_of_trouble", others_leave)
    with later(minutes=6):
        assert tell_of_late_letters() == 1
    assert Outgoing.objects.filter(late_told_at=None).get().state == "sent"


@pytest.mark.parametrize("step", ["written", "before the dot", "after the answer"])
def test_a_worker_that_ends_at_any_step_leaves_what_is_true(
    desk: DeskAtWork, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended(BaseException):
        pass

    def ends(*_words: object, **_more: object) -> None:
        raise Ended

    places: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
        "written": lambda patch: patch.setattr(Session, "hand_over", ends),
        "before the dot": lambda patch: patch.setattr(handing, "Envelope", ends),
        "after the answer": lambda patch: patch.setattr(handing, "_settle", ends),
    }
    with scripted() as server:
        sender, letter = one_letter(desk, server.port)
        with pytest.MonkeyPatch.context() as patch:
            places[step](patch)
            with pytest.raises(Ended):
                send_waiting(sender_id=sender.pk)
        left = now_of(letter).state
        send_waiting(sender_id=sender.pk)
    assert len(server.letters) == 1
    assert (left, now_of(letter).state) == (
        ("uncertain", "uncertain") if step == "after the answer" else ("sending", "sent")
    )


def test_what_another_worker_sent_meanwhile_stays_sent(
    desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(letter: Outgoing) -> bytes:
        Outgoing.objects.filter(pk=letter.pk).update(state="sent", sent_at=clock.now())
        return write_letter(letter)

    monkeypatch.setattr(handing, "write_letter", overtaken)
    with scripted() as server:
        sender, letter = one_letter(desk, server.port)
        send_waiting(sender_id=sender.pk)
        with later(days=1):
            send_waiting(sender_id=sender.pk)
    assert (now_of(letter).state, server.letters) == ("sent", [])


def test_a_letter_that_cannot_be_written_holds_up_no_other(desk: DeskAtWork) -> None:
    with scripted() as server:
        sender, first = one_letter(desk, server.port)
        second = replied(desk)
        Outgoing.objects.filter(pk=first.pk).update(recipient="no address")
        send_waiting(sender_id=sender.pk)
    assert [now_of(letter).state for letter in (first, second)] == ["failed", "sent"]


def test_a_letter_on_which_something_of_ours_fails_waits_and_holds_up_no_other(
    desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted() as server:
        sender, first = one_letter(desk, server.port)
        second = replied(desk)

        def written(letter: Outgoing) -> bytes:
            if letter.pk == first.pk:
                raise FileNotFoundError("its picture")
            return write_letter(letter)

        monkeypatch.setattr(handing, "write_letter", written)
        send_waiting(sender_id=sender.pk)
    assert [now_of(letter).state for letter in (first, second)] == ["delayed", "sent"]
    assert (now_of(first).step, now_of(first).answer) == ("write", "FileNotFoundError")
    assert trouble_words(now_of(first)) != ""


def test_nothing_stands_between_a_reply_and_its_server(desk: DeskAtWork) -> None:
    with scripted() as server:
        sender, letter = one_letter(desk, server.port)
        with CaptureQueriesContext(connection) as asked:
            send_waiting(sender_id=sender.pk)
    verbs = [line.partition(" ")[0].partition(":")[0] for line in server.said]
    assert [verb.upper() for verb in verbs] == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
    assert len(asked) <= MOST_QUERIES
    jobs = ProcrastinateJob.objects.filter(task_name="mail.send_letters")
    assert set(jobs.values_list("scheduled_at", flat=True)) == {None}  # at once
    assert now_of(letter).state == "sent"


@pytest.mark.parametrize("column", ["secret", "dkim_key"])
def test_what_can_no_longer_be_read_is_told_and_nothing_is_tried_with_less(
    desk: DeskAtWork, column: str
) -> None:
    hidden = hide("x", "of another desk")
    columns = {"secret": {"login": "desk"}, "dkim_key": {"dkim_selector": "desk"}}[column]
    with scripted() as server:
        sender, letter = one_letter(desk, server.port)
        Sender.objects.update(security="tls", **columns, **{column: hidden})
        assert send_waiting(sender_id=sender.pk) == 0
        tried = try_sender(actor=desk.cast.root, sender_id=sender.pk)
    sender.refresh_from_db()
    assert (now_of(letter).state, now_of(letter).attempts, server.said) == ("waiting", 0, [])
    assert (sender.trouble_step, sender.failing_since is None) == ("kept", False)
    assert not tried.is_good
    assert "SECRET_KEY" in tried.said
    assert step_words(sender.trouble_step) == tried.said


@pytest.mark.parametrize(("answer", "left"), [("250 ok", 0), (CUT, 1), ("451 later", 1)])
def test_bytes_of_what_left_a_month_ago_are_forgotten(
    desk: DeskAtWork, answer: str | None, left: int
) -> None:
    with scripted({".": answer}) as server:
        sender, _letter = one_letter(desk, server.port)
        send_waiting(sender_id=sender.pk)
    forget_old_bytes()
    assert OutgoingBytes.objects.count() == 1
    with later(days=31):
        forget_old_bytes()
    assert OutgoingBytes.objects.count() == left


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once(open_desk: DeskAtWork) -> None:
    with scripted() as server:
        sender, _letter = one_letter(open_desk, server.port)
        ticket = open_desk.taken()
        for _time in range(8):
            replied(open_desk, ticket)
        at_once(*[lambda: send_waiting(sender_id=sender.pk)] * 3)
        send_waiting(sender_id=sender.pk)
    ids = [read_letter(raw).message_id for raw in server.letters]
    assert len(ids) == len(set(ids)) == Outgoing.objects.filter(state="sent").count()
    assert not Outgoing.objects.exclude(state="sent").exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_a_worker_killed_at_any_verb_sends_no_letter_twice(
    open_desk: DeskAtWork, verb: str, address: str
) -> None:
    with scripted() as server:
        server.holds_at = verb
        sender, letter = one_letter(open_desk, server.port)
        with subprocess.Popen(  # noqa: S603  # ourselves
            [sys.executable, "-c", SEND, str(sender.pk)], env=_surroundings(address)
        ) as worker:
            assert server.reached.wait(20)
            assert send_waiting(sender_id=sender.pk) == 0  # it is held
            worker.kill()
        server.holds_at = ""
        server.let_go.set()
        _wait_until_free(letter)
        left = now_of(letter).state
        send_waiting(sender_id=sender.pk)
    assert left == ("uncertain" if verb == "." else "sending")
    assert len(server.letters) == 1
    assert now_of(letter).state == ("uncertain" if verb == "." else "sent")


def _surroundings(address: str) -> dict[str, str]:
    """Return where a worker of this test's database stands."""
    return os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "otklik.config.settings_for_tests",
    }


def _wait_until_free(letter: Outgoing) -> None:
    """Wait until the database has noticed that the worker is gone."""
    for _look in range(100):
        with handing._held(letter.pk) as is_ours:  # noqa: SLF001  # what tells it
            if is_ours:
                return
        time.sleep(0.05)
