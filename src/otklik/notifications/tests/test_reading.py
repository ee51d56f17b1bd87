"""How what one was told comes to count as read."""

from datetime import timedelta

import pytest
from conftest import SaidLive
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from otklik.core import clock
from otklik.notifications import jobs
from otklik.notifications.actions import look, mark_read, mark_ticket_read, tell_waiting_news
from otklik.notifications.models import Notification
from otklik.tickets.actions import (
    Words,
    assign_ticket,
    reply_to_customer,
    reply_to_desk,
    take_ticket,
)
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk: DeskAtWork) -> Ticket:
    """Give Ada a ticket with two messages that she was told of."""
    ticket = desk.taken()
    for words in ("One.", "Two."):
        reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body=words))
    while tell_waiting_news():
        pass
    return ticket


def unread_of(account_id: int) -> list[int]:
    unread = Notification.objects.filter(account=account_id, read_at__isnull=True)
    return sorted(unread.values_list("pk", flat=True))


NEW = "new_ticket"


def new_to(desk: DeskAtWork, *, unread: bool) -> set[str]:
    """Return who was told of a new ticket and has not read it, or has."""
    names = {actor.account_id: name for name, actor in desk.cast.everyone.items()}
    rows = Notification.objects.filter(kind=NEW, read_at__isnull=unread)
    return {names[row.account_id] for row in rows}


def take_up(desk: DeskAtWork, ticket: Ticket, way: str) -> None:
    ada = desk.cast.ada
    match way:
        case "taken":
            take_ticket(actor=ada, ticket_id=ticket.pk)
        case "given":
            assign_ticket(actor=desk.cast.cora, ticket_id=ticket.pk, assignee_id=ada.person_id)
        case _:
            reply_to_customer(actor=ada, ticket_id=ticket.pk, words=Words(body="On it."))


@pytest.mark.parametrize("way", ["taken", "given", "answered"])
def test_a_ticket_that_somebody_took_up_is_news_to_nobody(
    desk: DeskAtWork,
    way: str,
    said_live: SaidLive,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    new, other = desk.opened(), desk.opened()
    tell_waiting_news()
    take_up(desk, new, way)
    with django_capture_on_commit_callbacks(execute=True):
        tell_waiting_news()
    assert new_to(desk, unread=False) == {"ada", "vi", "cora"}
    rows = Notification.objects.filter(kind=NEW, read_at__isnull=True)
    assert {row.ticket_id for row in rows} == {other.pk}
    accounts = {desk.cast.everyone[name].account_id for name in ("ada", "vi", "cora")}
    hinted = {hint["topic"] for hint in said_live.hints if "read" in hint}
    assert hinted == {f"account:{pk}" for pk in accounts}


def test_a_ticket_taken_before_anybody_heard_is_no_unread_news(desk: DeskAtWork) -> None:
    desk.taken()
    tell_waiting_news()
    assert new_to(desk, unread=True) == set()


def test_a_ticket_that_the_customer_wrote_to_again_is_still_new(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="Hello?"))
    tell_waiting_news()
    assert new_to(desk, unread=True) == {"ada", "vi", "cora"}


@pytest.mark.parametrize(
    ("written", "read", "is_kept"),
    [(89, None, True), (91, None, False), (89, 29, True), (89, 31, False), (31, 29, True)],
)
def test_old_notifications_are_forgotten_at_night(
    desk: DeskAtWork,
    ticket: Ticket,
    written: int,
    read: int | None,
    *,
    is_kept: bool,
) -> None:
    now = clock.now()
    Notification.objects.update(
        created_at=now - timedelta(days=written),
        read_at=now - timedelta(days=read) if read else None,
    )
    jobs.forget_old_notifications(timestamp=0)
    assert Notification.objects.exists() == is_kept


def test_some_are_read_and_the_others_wait(desk: DeskAtWork, ticket: Ticket) -> None:
    ada = desk.cast.ada
    first, *others = unread_of(ada.account_id)
    assert others
    assert mark_read(actor=ada, ids=[first]) == 1
    assert unread_of(ada.account_id) == others
    assert mark_read(actor=ada) == len(others)
    assert unread_of(ada.account_id) == []


def test_looking_at_a_ticket_is_told_to_ones_other_pages_once(
    desk: DeskAtWork,
    ticket: Ticket,
    said_live: SaidLive,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ada = desk.cast.ada
    unread = len(unread_of(ada.account_id))
    for read in (unread, 0):
        with django_capture_on_commit_callbacks(execute=True):
            assert mark_ticket_read(actor=ada, number=ticket.number) == read
    assert said_live.hints == [{"topic": f"account:{ada.account_id}", "read": unread}]


def test_a_page_takes_only_the_news_of_its_ticket_for_read(
    desk: DeskAtWork, ticket: Ticket
) -> None:
    ada = desk.cast.ada
    unread = len(unread_of(ada.account_id))
    assert look(actor=ada, shown="").unread == unread
    assert look(actor=ada, shown=desk.opened().number).unread == unread
    assert look(actor=ada, shown=ticket.number).unread == 0
    with CaptureQueriesContext(connection) as asked:
        assert look(actor=ada, shown=ticket.number).unread == 0
    assert len(asked) == 1
