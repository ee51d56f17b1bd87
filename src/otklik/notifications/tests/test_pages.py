"""The bell, the pop-ups and the list, as each person gets them."""

import re

import pytest
from django.test import Client

from otklik.core import clock
from otklik.notifications.models import Notification
from otklik.people.models import Actor
from otklik.people.tests.factories import account_of, sign_in
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db

FRESH = "/notifications/fresh/"


def told(actor: Actor, ticket: Ticket, *, cause: str = "message:1:c") -> Notification:
    return Notification.objects.create(
        account=account_of(actor),
        ticket=ticket,
        kind="message",
        cause=cause,
        actor_name="<b>Ada</b>",
        as_customer=not actor.is_staff,
        created_at=clock.now(),
    )


def unread(actor: Actor) -> int:
    return Notification.objects.filter(account=actor.account_id, read_at=None).count()


def test_pop_ups_come_in_the_form_that_the_page_expects(client: Client, desk: DeskAtWork) -> None:
    ticket = desk.taken()
    one = told(desk.cast.cy, ticket)
    sign_in(client, desk.cast.cy)
    page = client.get(FRESH, {"after": one.pk - 1}).text
    assert f'data-after="{one.pk}" data-unread="1"' in page
    assert f'id="told-{one.pk}"' in page
    assert f'href="/requests/{ticket.number}/"' in page
    assert "&lt;b&gt;Ada" in page
    again = client.get(FRESH, {"after": one.pk}).text
    assert "told-" not in again


@pytest.mark.parametrize("after", ["", "-1", "x", "²", "9" * 400, "1 OR 1=1", "\0"])
def test_a_broken_place_is_the_beginning(client: Client, desk: DeskAtWork, after: str) -> None:
    told(desk.cast.cy, desk.taken())
    sign_in(client, desk.cast.cy)
    answer = client.get(FRESH, {"after": after})
    assert (answer.status_code, answer.text.count('id="told-')) == (200, 1)


def test_who_wants_no_pop_ups_gets_the_count_alone(client: Client, desk: DeskAtWork) -> None:
    told(desk.cast.cy, desk.taken())
    account = account_of(desk.cast.cy)
    account.shows_pop_ups = account.plays_sound = False
    account.save()
    sign_in(client, account)
    page = client.get(FRESH).text
    assert 'data-unread="1"' in page
    assert "told-" not in page
    assert 'data-sound="off"' in client.get("/requests/").text


def test_opening_the_request_marks_its_news_read(client: Client, desk: DeskAtWork) -> None:
    ticket, other = desk.taken(), desk.taken()
    told(desk.cast.cy, ticket)
    told(desk.cast.cy, other, cause="message:2:c")
    sign_in(client, desk.cast.cy)
    assert re.search(r'id="bell"[^§]*?<span class="count strong">2<', client.get("/").text)
    page = client.get(f"/requests/{ticket.number}/").text
    assert 'data-unread="1"' in page
    assert unread(desk.cast.cy) == 1
    client.get("/notifications/badge/", {"seen": other.number})
    assert unread(desk.cast.cy) == 0


def test_opening_the_ticket_marks_only_ones_own_news_read(client: Client, desk: DeskAtWork) -> None:
    ticket = desk.taken()
    told(desk.cast.ada, ticket)
    told(desk.cast.vi, ticket)
    sign_in(client, desk.cast.ada)
    assert client.get(f"/tickets/{ticket.number}/").status_code == 200
    assert (unread(desk.cast.ada), unread(desk.cast.vi)) == (0, 1)


def test_news_of_what_one_may_not_see_any_more_is_not_shown(
    client: Client, desk: DeskAtWork
) -> None:
    ticket = desk.taken()
    told(desk.cast.sam, ticket)
    sign_in(client, desk.cast.sam)
    assert ticket.subject not in client.get(FRESH).text
    assert ticket.number not in client.get("/notifications/").text


def test_all_are_read_at_once(client: Client, desk: DeskAtWork) -> None:
    told(desk.cast.cy, desk.taken())
    told(desk.cast.ada, desk.taken())
    sign_in(client, desk.cast.cy)
    assert client.post("/notifications/").status_code == 302
    assert (unread(desk.cast.cy), unread(desk.cast.ada)) == (0, 1)


@pytest.mark.parametrize("address", ["/notifications/", FRESH, "/notifications/badge/"])
def test_a_visitor_is_told_nothing(client: Client, desk: DeskAtWork, address: str) -> None:
    assert client.get(address).status_code in (302, 401, 403)
