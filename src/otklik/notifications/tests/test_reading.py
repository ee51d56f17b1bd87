"""How what one was told comes to count as read."""

import pytest
from conftest import SaidLive
from pytest_django import DjangoCaptureOnCommitCallbacks

from otklik.notifications.actions import mark_read, mark_ticket_read, tell_waiting_news
from otklik.notifications.models import Notification
from otklik.tickets.actions import Words, reply_to_desk
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
