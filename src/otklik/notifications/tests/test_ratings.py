"""A customer rates by presses; who worked on it has one thing to read."""

from datetime import timedelta
from itertools import pairwise
from threading import Thread

import pytest
from conftest import SaidLive
from django.db import IntegrityError, connection
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from otklik.core import clock
from otklik.notifications.actions import STILL_RATING, mark_read, tell_waiting_news, telling
from otklik.notifications.models import News, Notification
from otklik.people.models import Actor
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import Thought, Words, add_to_rating, reply_to_desk
from otklik.tickets.models import Follow, Ticket
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work

pytestmark = pytest.mark.django_db

PRESSES: list[Thought] = [{"solution": 3}, {"solution": 4}, {"comment": "Kind"}]


@pytest.fixture
def ticket(desk: DeskAtWork) -> Ticket:
    """Give Ada a solved ticket, and nothing to read."""
    ticket = desk.moved("progress", "resolved")
    begin_afresh()
    return ticket


def begin_afresh() -> None:
    while tell_waiting_news():
        pass
    Notification.objects.all().delete()


def press(desk: DeskAtWork, ticket: Ticket, thought: Thought) -> None:
    add_to_rating(actor=desk.cast.cy, ticket_id=ticket.pk, thought=thought)


def ratings_of(actor: Actor, *, unread: bool = True) -> list[Notification]:
    rows = Notification.objects.filter(account=actor.account_id, kind="rated")
    return list(rows.filter(read_at__isnull=unread))


@pytest.mark.parametrize("together", [True, False], ids=["in one round", "in a round each"])
def test_three_presses_are_one_thing_to_read(
    desk: DeskAtWork, ticket: Ticket, *, together: bool
) -> None:
    for thought in PRESSES:
        press(desk, ticket, thought)
        if not together:
            tell_waiting_news()
    tell_waiting_news()
    ticket.refresh_from_db()
    [one] = ratings_of(desk.cast.ada)
    assert one.cause == f"rated:{ticket.pk}:{ticket.version}:s"
    assert not News.objects.exists()


def test_each_change_brings_it_up_to_date_where_it_stands_and_tells_the_pages(
    desk: DeskAtWork,
    ticket: Ticket,
    client: Client,
    said_live: SaidLive,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ada = desk.cast.ada
    press(desk, ticket, {"solution": 3})
    tell_waiting_news()
    [first] = ratings_of(ada)
    later = clock.now() + STILL_RATING / 2
    with clock.moved_to(later), django_capture_on_commit_callbacks(execute=True):
        press(desk, ticket, {"solution": 4})
        tell_waiting_news()
    [now] = ratings_of(ada)
    assert (now.pk, now.created_at) == (first.pk, later)
    assert {hint["topic"] for hint in said_live.hints} >= {f"account:{ada.account_id}"}
    sign_in(client, ada)
    page = client.get("/notifications/fresh/", {"after": first.pk}).text
    assert "told-" not in page
    assert 'data-unread="1"' in page


def test_after_a_while_the_same_one_comes_to_the_top_and_pops_up_again(
    desk: DeskAtWork, ticket: Ticket, client: Client
) -> None:
    ada = desk.cast.ada
    press(desk, ticket, {"solution": 3})
    tell_waiting_news()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="And one thing more."))
    tell_waiting_news()
    newest = Notification.objects.filter(account=ada.account_id).latest("pk")
    assert newest.kind == "message"
    with clock.moved_to(clock.now() + STILL_RATING + timedelta(seconds=1)):
        press(desk, ticket, {"solution": 1})
        tell_waiting_news()
    [one] = ratings_of(ada)
    assert one.pk > newest.pk
    sign_in(client, ada)
    page = client.get("/notifications/fresh/", {"after": newest.pk}).text
    assert f'id="told-{one.pk}"' in page


def test_changes_without_end_bring_it_up_all_the_same(desk: DeskAtWork, ticket: Ticket) -> None:
    begun, seen = clock.now(), []
    for minutes in (0, 6, 12, 18, 24):
        with clock.moved_to(begun + timedelta(minutes=minutes)):
            press(desk, ticket, {"solution": 1 + minutes % 5})
            tell_waiting_news()
        [one] = ratings_of(desk.cast.ada)
        seen.append(one.pk)
    assert [now > before for before, now in pairwise(seen)] == [False, True, False, True]


@pytest.mark.parametrize("is_read", [False, True])
def test_news_told_late_do_not_undo_newer_ones(
    desk: DeskAtWork, ticket: Ticket, *, is_read: bool
) -> None:
    press(desk, ticket, {"solution": 3})
    News.objects.update(due_at=clock.now() + timedelta(hours=1), failures=1)
    press(desk, ticket, {"solution": 5})
    tell_waiting_news()
    [newer] = ratings_of(desk.cast.ada)
    if is_read:
        mark_read(actor=desk.cast.ada)
    with clock.moved_to(clock.now() + timedelta(hours=2)):
        assert tell_waiting_news() == 1
    [one] = ratings_of(desk.cast.ada, unread=not is_read)
    assert (one.pk, one.cause, one.created_at) == (newer.pk, newer.cause, newer.created_at)
    assert ratings_of(desk.cast.ada, unread=is_read) == []


def test_what_was_read_stays_and_a_new_one_comes(desk: DeskAtWork, ticket: Ticket) -> None:
    ada = desk.cast.ada
    press(desk, ticket, {"solution": 3})
    tell_waiting_news()
    mark_read(actor=ada)
    [read] = ratings_of(ada, unread=False)
    press(desk, ticket, {"solution": 4})
    tell_waiting_news()
    press(desk, ticket, {"comment": "Kind"})
    tell_waiting_news()
    [new] = ratings_of(ada)
    assert new.pk > read.pk
    assert ratings_of(ada, unread=False) == [read]
    [still] = ratings_of(ada, unread=False)
    assert (still.cause, still.created_at) == (read.cause, read.created_at)


def test_each_reader_and_each_ticket_has_its_own(desk: DeskAtWork, ticket: Ticket) -> None:
    ada, vi = desk.cast.ada, desk.cast.vi
    Follow.objects.create(ticket=ticket, person_id=vi.person_id)
    other = desk.moved("progress", "resolved")
    begin_afresh()
    press(desk, ticket, {"solution": 3})
    press(desk, other, {"solution": 5})
    tell_waiting_news()
    mark_read(actor=vi)
    for one in (ticket, other):
        press(desk, one, {"solution": 4})
    tell_waiting_news()
    assert {row.ticket_id for row in ratings_of(ada)} == {ticket.pk, other.pk}
    assert [row.ticket_id for row in ratings_of(vi)] == [ticket.pk]
    assert len(ratings_of(vi, unread=False)) == 1


def test_news_of_a_rating_put_twice_are_told_once(desk: DeskAtWork, ticket: Ticket) -> None:
    press(desk, ticket, {"solution": 3})
    again = News.objects.get()
    tell_waiting_news()
    mark_read(actor=desk.cast.ada)
    again.pk = None
    again.save()
    assert tell_waiting_news() == 1
    assert ratings_of(desk.cast.ada) == []


def test_messages_and_notes_are_not_merged(desk: DeskAtWork, ticket: Ticket) -> None:
    for words in ("One.", "Two."):
        reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body=words))
        tell_waiting_news()
    rows = Notification.objects.filter(account=desk.cast.ada.account_id)
    assert [row.kind for row in rows] == ["message", "message"]


def test_the_database_keeps_unread_ratings_apart_by_ticket_and_account(
    desk: DeskAtWork, ticket: Ticket
) -> None:
    press(desk, ticket, {"solution": 3})
    tell_waiting_news()
    [one] = ratings_of(desk.cast.ada)
    one.pk, one.cause = None, "rated:elsewhere"
    with pytest.raises(IntegrityError, match="unread_rating_is_one"):
        one.save()


@pytest.mark.django_db(transaction=True)
def test_workers_that_tell_at_once_make_one_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "BATCH", 2)
    desk = make_desk_at_work()
    tickets = [desk.moved("progress", "resolved") for _ in range(3)]
    begin_afresh()
    for _ in range(3):
        for ticket in tickets:
            for thought in PRESSES:
                press(desk, ticket, thought)
            press(desk, ticket, {"comment": ""})
        workers = [Thread(target=tell_one_by_one) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert not News.objects.exists()
    told = sorted(row.ticket_id or 0 for row in ratings_of(desk.cast.ada))
    assert told == sorted(ticket.pk for ticket in tickets)


def tell_one_by_one() -> None:
    try:
        while tell_waiting_news():
            pass
    finally:
        connection.close()
