"""Who hears of what happens to a ticket, once, and who never does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from conftest import SaidLive, server_address
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.notifications import handlers
from otklik.notifications.actions import MOST_FAILURES, tell_waiting_news
from otklik.notifications.models import News, Notification
from otklik.people.tests.factories import account_of, sign_in
from otklik.people.tests.program import Program
from otklik.tickets.actions import (
    Move,
    Words,
    assign_ticket,
    escalate_ticket,
    move_ticket,
    rate_ticket,
    reject_solution,
    reply_to_customer,
    reply_to_desk,
    transfer_ticket,
    write_internal_note,
)
from otklik.tickets.events import TicketOpened
from otklik.tickets.models import Follow, HistoryEntry, Rating, Ticket
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work

pytestmark = pytest.mark.django_db

WORDS = Words(body="<p>Hello.</p>")


@pytest.fixture
def address(pytestconfig: pytest.Config) -> str:
    """Tell where another process finds the database of this test."""
    parts = urlsplit(server_address(pytestconfig))
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


Heard = Callable[[], set[str]]


@pytest.fixture
def heard(desk: DeskAtWork) -> Heard:
    """Tell who heard since the last question, by name and kind."""
    names = {actor.account_id: name for name, actor in desk.cast.everyone.items()}

    def said() -> set[str]:
        while tell_waiting_news():
            pass
        rows = list(Notification.objects.all())
        Notification.objects.all().delete()
        return {f"{names[row.account_id]}:{row.kind}" for row in rows}

    return said


def test_a_new_request_is_told_to_its_department_only(desk: DeskAtWork, heard: Heard) -> None:
    desk.opened()
    assert heard() == {"ada:new_ticket", "vi:new_ticket", "cora:new_ticket"}


def test_one_is_never_told_what_one_did(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.opened(actor=desk.cast.ada, requester_id=desk.cast.cy.person_id)
    assert "ada:new_ticket" not in heard()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=WORDS)
    assert not {one for one in heard() if one.startswith("cy:")}


def test_messages_go_to_the_other_side_and_notes_stay_inside(
    desk: DeskAtWork, heard: Heard
) -> None:
    ticket = desk.taken()
    heard()
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=WORDS)
    assert "cy:message" in heard()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=WORDS)
    assert "ada:message" in heard()
    write_internal_note(actor=desk.cast.vi, ticket_id=ticket.pk, words=WORDS)
    assert heard() == {"ada:note"}


def test_who_is_given_a_ticket_hears_of_it(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.opened()
    heard()
    ada = desk.cast.ada
    assign_ticket(actor=desk.cast.cora, ticket_id=ticket.pk, assignee_id=ada.person_id)
    assert "ada:assigned" in heard()


def test_followers_are_not_told_that_they_were_given_a_ticket(
    desk: DeskAtWork, heard: Heard
) -> None:
    ticket = desk.opened()
    for name in ("vi", "cora", "root"):
        Follow.objects.create(ticket=ticket, person_id=desk.cast.everyone[name].person_id)
    heard()
    ada, vi = desk.cast.ada, desk.cast.vi
    assign_ticket(actor=desk.cast.cora, ticket_id=ticket.pk, assignee_id=ada.person_id)
    assert heard() == {"ada:assigned"}
    assign_ticket(actor=desk.cast.cora, ticket_id=ticket.pk, assignee_id=vi.person_id)
    assert heard() == {"vi:assigned"}


def test_who_had_a_ticket_for_a_moment_does_not_hear_of_it_and_the_next_hears_once(
    desk: DeskAtWork,
) -> None:
    ticket = desk.opened()
    Follow.objects.create(ticket=ticket, person_id=desk.cast.vi.person_id)  # and sees it still
    begin_afresh()
    for name in ("vi", "sam", "ada"):
        someone = desk.cast.everyone[name].person_id
        assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=someone)
    assert {name: times(desk, name) for name in ("vi", "sam", "ada")} == {
        "vi": [],
        "sam": [],
        "ada": ["assigned"],
    }


@pytest.mark.django_db(transaction=True)
def test_what_changes_hands_while_it_is_told_is_told_to_the_new_hands_alone(
    address: str,
) -> None:
    desk = make_desk_at_work()
    ticket = desk.opened()
    tell_waiting_news()
    Notification.objects.all().delete()
    ada, sam = desk.cast.ada, desk.cast.sam
    assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=ada.person_id)
    worker = Thread(target=tell_and_hang_up)
    with transaction.atomic():
        assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=sam.person_id)
        worker.start()
        wait_until_somebody_waits(address)
    worker.join()
    tell_waiting_news()
    told = Notification.objects.values_list("account", "kind")
    assert list(told) == [(sam.account_id, "assigned")]


def tell_and_hang_up() -> None:
    try:
        tell_waiting_news()
    finally:
        connection.close()


def wait_until_somebody_waits(address: str) -> None:
    """Wait until a connection to this database stands before a lock."""
    until = time.monotonic() + 20
    with psycopg.connect(address, autocommit=True) as looking:
        while not looking.execute(SOMEBODY_WAITS).fetchall():
            assert time.monotonic() < until
            time.sleep(0.05)


SOMEBODY_WAITS = """
    SELECT pid FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


def test_an_escalation_reaches_the_heads(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.taken()
    heard()
    escalate_ticket(actor=desk.cast.ada, ticket_id=ticket.pk)
    assert {"vi:escalated", "cora:escalated", "root:escalated"} <= heard()


def test_a_follower_who_may_not_look_any_more_hears_nothing(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.taken()
    Follow.objects.create(ticket=ticket, person_id=desk.cast.sam.person_id)
    heard()
    write_internal_note(actor=desk.cast.vi, ticket_id=ticket.pk, words=WORDS)
    assert "sam:note" not in heard()


def test_what_is_muted_is_not_told(desk: DeskAtWork, heard: Heard) -> None:
    account = account_of(desk.cast.ada)
    account.muted_kinds = ["new_ticket"]
    account.save()
    desk.opened()
    assert heard() == {"vi:new_ticket", "cora:new_ticket"}


def test_news_put_twice_are_told_once(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    tell_waiting_news()
    told = set(Notification.objects.values_list("account", "cause"))
    assert len(told) == 3
    put_again = TicketOpened(
        ticket_id=ticket.pk,
        version=1,
        public_version=1,
        actor_id=None,
        requester_id=ticket.requester_id,
        departments=(ticket.department_id,),
        assignees=(),
    )
    handlers.of_new(put_again)
    assert tell_waiting_news() == 1
    assert set(Notification.objects.values_list("account", "cause")) == told
    assert tell_waiting_news() == 0


def test_many_news_cost_as_many_statements_as_one(desk: DeskAtWork) -> None:
    desk.opened()
    with CaptureQueriesContext(connection) as one:
        assert tell_waiting_news() == 1
    for _ in range(12):
        desk.opened()
    with CaptureQueriesContext(connection) as twelve:
        assert tell_waiting_news() == 12
    assert len(twelve) == len(one)


def begin_afresh() -> None:
    tell_waiting_news()
    Notification.objects.all().delete()


def moved(desk: DeskAtWork, *keys: str, **said: Any) -> Ticket:
    ticket = desk.moved(*keys[:-1])
    begin_afresh()
    move = Move(target_id=desk.made.statuses[keys[-1]].pk, **said)
    return move_ticket(actor=desk.cast.root, ticket_id=ticket.pk, move=move)


def times(desk: DeskAtWork, name: str) -> list[str]:
    tell_waiting_news()
    rows = Notification.objects.filter(account=desk.cast.everyone[name].account_id)
    return [row.kind for row in rows]


def test_a_solution_with_words_is_told_to_the_customer_once(desk: DeskAtWork) -> None:
    moved(desk, "progress", "resolved", reply=WORDS, note=WORDS)
    assert times(desk, "cy") == ["message"]


def test_who_wants_to_hear_of_the_status_alone_does(desk: DeskAtWork) -> None:
    account = account_of(desk.cast.cy)
    account.muted_kinds = ["message"]
    account.save()
    moved(desk, "progress", "resolved", reply=WORDS, note=WORDS)
    assert times(desk, "cy") == ["status"]


def test_a_status_without_words_is_told_with_its_name(desk: DeskAtWork, client: Client) -> None:
    ticket = moved(desk, "progress", "pending", reply=WORDS, note=WORDS)
    begin_afresh()
    move = Move(target_id=desk.made.statuses["progress"].pk)
    ticket = move_ticket(actor=desk.cast.root, ticket_id=ticket.pk, move=move)
    assert times(desk, "cy") == ["status"]
    sign_in(client, desk.cast.cy)
    label = desk.made.statuses["progress"].label
    assert label in client.get("/notifications/fresh/?after=0").text


def test_a_customer_who_is_not_satisfied_is_heard_once(desk: DeskAtWork) -> None:
    ticket = desk.moved("progress", "resolved")
    begin_afresh()
    reject_solution(actor=desk.cast.cy, ticket_id=ticket.pk, words=WORDS)
    assert times(desk, "ada") == ["message"]


def test_a_transfer_with_its_note_is_told_once_also_to_followers(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    Follow.objects.create(ticket=ticket, person_id=desk.cast.vi.person_id)
    begin_afresh()
    transfer_ticket(
        actor=desk.cast.ada, ticket_id=ticket.pk, department_id=desk.cast.hr.pk, note=WORDS
    )
    assert times(desk, "sam") == ["transferred"]
    assert len(times(desk, "vi")) <= 1
    assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=desk.cast.sam.person_id)
    assert times(desk, "sam") == ["assigned", "transferred"]


def test_an_escalation_with_its_note_is_told_once_and_a_second_note_again(desk: DeskAtWork) -> None:
    ticket = desk.taken(desk.cast.vi)
    begin_afresh()
    escalate_ticket(actor=desk.cast.root, ticket_id=ticket.pk, note=WORDS)
    assert times(desk, "vi") == ["escalated"]
    escalate_ticket(actor=desk.cast.root, ticket_id=ticket.pk, note=Words(body="<p>Still.</p>"))
    assert times(desk, "vi") == ["note", "escalated"]


def test_the_heads_read_why_it_was_escalated(desk: DeskAtWork, client: Client) -> None:
    ticket, other = desk.opened(), desk.opened()
    begin_afresh()
    escalate_ticket(actor=desk.cast.ada, ticket_id=other.pk)
    escalate_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, reason="Rent is due <today>")
    tell_waiting_news()
    sign_in(client, desk.cast.vi)
    for address in ("/notifications/", "/notifications/fresh/?after=0"):
        assert client.get(address).text.count("Rent is due &lt;today&gt;") == 1, address
    told = Program(desk.cast.vi).get("/notifications").json()["items"]
    assert [one["reason"] for one in told] == ["Rent is due <today>", ""]


def test_a_changed_rating_is_told_once_for_each_change(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.moved("progress", "resolved")
    heard()

    def rate(solution: int, comment: str = "") -> set[str]:
        given = Rating(solution=solution, comment=comment)
        rate_ticket(actor=desk.cast.cy, ticket_id=ticket.pk, rating=given)
        return heard()

    assert rate(5) == {"ada:rated"}
    assert rate(5) == set()
    assert rate(1) == {"ada:rated"}
    assert rate(1, "It broke again") == {"ada:rated"}
    assert rate(5) == {"ada:rated"}
    entries = HistoryEntry.objects.filter(ticket=ticket, kind="rated")
    assert list(entries.values_list("old", "new")) == [(None, 5), (5, 1), (1, 1), (1, 5)]


def test_each_of_many_news_reaches_its_own_people(desk: DeskAtWork, heard: Heard) -> None:
    taken, escalated = desk.taken(), desk.taken()
    heard()
    desk.opened()
    reply_to_desk(actor=desk.cast.cy, ticket_id=taken.pk, words=WORDS)
    reply_to_customer(actor=desk.cast.vi, ticket_id=taken.pk, words=WORDS)
    escalate_ticket(actor=desk.cast.ada, ticket_id=escalated.pk)
    assert heard() == {
        *("ada:new_ticket", "vi:new_ticket", "cora:new_ticket"),
        *("ada:message", "cy:message"),
        *("vi:escalated", "cora:escalated", "root:escalated"),
    }


def test_pages_of_those_who_were_told_are_rung_once(
    desk: DeskAtWork, said_live: SaidLive, django_capture_on_commit_callbacks: Any
) -> None:
    desk.opened()
    desk.opened()
    with django_capture_on_commit_callbacks(execute=True):
        tell_waiting_news()
    topics = [hint["topic"] for hint in said_live.hints]
    accounts = {desk.cast.ada.account_id, desk.cast.vi.account_id, desk.cast.cora.account_id}
    assert sorted(topics) == sorted(f"account:{pk}" for pk in accounts)


def test_news_that_fail_are_put_aside_and_stop_no_others(desk: DeskAtWork, heard: Heard) -> None:
    desk.opened()
    poisoned = News.objects.get()
    News.objects.filter(pk=poisoned.pk).update(kind="nonsense")
    desk.opened()

    assert heard() == {"ada:new_ticket", "vi:new_ticket", "cora:new_ticket"}

    poisoned = News.objects.get()
    assert (poisoned.kind, poisoned.failures) == ("nonsense", 1)
    assert poisoned.due_at > clock.now()
    for day in range(2 * MOST_FAILURES):
        with clock.moved_to(poisoned.due_at + timedelta(days=day)):
            tell_waiting_news()
    assert News.objects.get().failures == MOST_FAILURES
    News.objects.update(kind="new_ticket", failures=0, due_at=clock.now())
    assert heard() == {"ada:new_ticket", "vi:new_ticket", "cora:new_ticket"}


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_among_its_news_loses_none_and_doubles_none(address: str) -> None:
    desk = make_desk_at_work()
    for _ in range(5):
        desk.opened()
    killed = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", KILLED_AMONG_ITS_NEWS],
        env={
            **os.environ,
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "told 15\n"), killed.stderr
    assert (News.objects.count(), Notification.objects.count()) == (5, 0)

    assert tell_waiting_news() == 5

    assert Notification.objects.values("account", "cause").distinct().count() == 15
    assert (News.objects.count(), Notification.objects.count()) == (0, 15)


KILLED_AMONG_ITS_NEWS = """
import os, signal
import django
django.setup()
from otklik.core import live
from otklik.notifications import actions
from otklik.notifications.models import Notification

def die(*words, **more):
    print("told", Notification.objects.count(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

live.hint = die
actions.tell_waiting_news()
"""


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_different_news(address: str) -> None:
    desk = make_desk_at_work()
    for _ in range(3):
        desk.opened()
    held = News.objects.order_by("pk").first()
    assert held is not None
    with psycopg.connect(address) as other:
        other.execute("SELECT 1 FROM notifications_news WHERE id = %s FOR UPDATE", [held.pk])
        assert tell_waiting_news() == 2
    assert [news.pk for news in News.objects.all()] == [held.pk]
    assert tell_waiting_news() == 1
    assert Notification.objects.count() == 9
