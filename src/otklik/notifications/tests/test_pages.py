"""The bell, the pop-ups and the list, as each person gets them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.notifications import selectors
from otklik.notifications.actions import tell_waiting_news
from otklik.notifications.models import Notification
from otklik.people.models import Actor, Person
from otklik.people.tests.factories import account_of, make_actor, make_organization, sign_in
from otklik.tickets.actions import Words, write_internal_note
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db

FRESH = "/notifications/fresh/"
WORDS = Words(body="Look at this.")


def told(
    actor: Actor, ticket: Ticket, *, cause: str = "message:1:c", read: bool = False
) -> Notification:
    return Notification.objects.create(
        read_at=clock.now() if read else None,
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


def bell(page: str) -> str:
    """Return the number on the bell, "" without one."""
    found = re.search(r'id="bell"[^§]*?<span class="count strong">([^<]*)<', page)
    return found[1] if found else ""


def test_the_bell_counts_what_the_list_shows(client: Client, desk: DeskAtWork) -> None:
    """News of what Ada sees no more, and many read since, neither count nor hide the oldest."""
    seen, taken = desk.opened(), desk.taken(desk.cast.vi)
    told(desk.cast.ada, seen, cause="oldest")
    for number in range(70):
        told(desk.cast.ada, taken, cause=f"foreign:{number}")
        told(desk.cast.ada, seen, cause=f"read:{number}", read=True)
    sign_in(client, desk.cast.ada)
    page = client.get("/notifications/").text
    assert (bell(page), page.count("<b>&lt;b")) == ("1", 1)
    assert taken.number not in page
    assert page.count('<a class="request"') == 2
    assert "70×" in page


def test_what_reads_alike_stands_there_once_where_its_latest_is(
    client: Client, desk: DeskAtWork
) -> None:
    one, other = desk.opened("Printer"), desk.opened("Scanner")
    for cause, ticket in enumerate((one, one, other, one)):
        told(desk.cast.ada, ticket, cause=f"message:{cause}")
    sign_in(client, desk.cast.ada)
    page = client.get("/notifications/").text
    rows = re.findall(r'<a class="request".*?</a>', page, re.DOTALL)
    assert [("3×" in row, "Printer" in row) for row in rows] == [(True, True), (False, False)]
    assert bell(page) == "4"
    client.post("/notifications/")
    assert bell(client.get("/notifications/").text) == ""


def test_what_namesakes_did_stands_apart(desk: DeskAtWork) -> None:
    ticket, vi, cora = desk.taken(), desk.cast.vi, desk.cast.cora
    Person.objects.filter(pk__in=[vi.person_id, cora.person_id]).update(
        given_name="Vi", surname="Vane"
    )
    for actor in (vi, cora, vi):
        write_internal_note(actor=actor, ticket_id=ticket.pk, words=WORDS)
    tell_waiting_news()
    notes = [one for one in selectors.latest(desk.cast.ada) if one.row.kind == "note"]
    assert [(one.words, one.times) for one in notes] == [
        ("Vi Vane left a note", 2),
        ("Vi Vane left a note", 1),
    ]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "3 times"), ("ru", "3 раза"), ("bg", "3 пъти")]
)
def test_how_often_it_came_is_heard_too(
    client: Client, desk: DeskAtWork, language: str, words: str
) -> None:
    ticket = desk.opened()
    for cause in range(3):
        told(desk.cast.ada, ticket, cause=f"message:{cause}")
    Person.objects.filter(pk=desk.cast.ada.person_id).update(language=language)
    sign_in(client, desk.cast.ada)
    page = client.get("/notifications/").text
    often = f'aria-hidden="true">3×</span><span class="hush">{words}</span>'
    assert f"{often}</b>" in page  # within the first cell of its row


def test_the_bell_of_very_many_says_so(client: Client, desk: DeskAtWork) -> None:
    seen = desk.taken()
    for number in range(101):
        told(desk.cast.cy, seen, cause=f"message:{number}")
    sign_in(client, desk.cast.cy)
    page = client.get("/notifications/").text
    assert (bell(page), page.count("<b>&lt;b")) == ("99+", 1)
    assert "100×" in page
    assert selectors.standing(desk.cast.cy).unread == 100


@pytest.mark.parametrize("name", ["ada", "vi", "cora", "sam", "root", "cy"])
def test_everybody_counts_what_they_see(desk: DeskAtWork, name: str) -> None:
    """The prepared count and the list agree for every shape of rights, on both sides."""
    actor = desk.cast.everyone[name]
    tickets = [desk.opened(), desk.taken(), desk.taken(desk.cast.vi)]
    for place, ticket in enumerate(tickets):
        for side in (True, False):
            one = told(actor, ticket, cause=f"{place}:{side}")
            Notification.objects.filter(pk=one.pk).update(as_customer=side)
    shown = selectors.latest(actor)
    assert selectors.standing(actor).unread == len(shown)
    expected = {"ada": 2, "vi": 3, "cora": 3, "sam": 0, "root": 3, "cy": 3}
    assert len(shown) == expected[name]


@pytest.mark.parametrize("shares", [True, False])
def test_a_company_that_shares_counts_the_news_of_all_of_it(
    desk: DeskAtWork,
    *,
    shares: bool,
) -> None:
    company = make_organization(shares_tickets=shares)
    Person.objects.filter(pk=desk.cast.cy.person_id).update(organization=company)
    insider = make_actor(organization=company)
    told(insider, desk.opened())
    assert len(selectors.latest(insider)) == selectors.standing(insider).unread == shares


def test_the_standing_costs_one_statement(desk: DeskAtWork) -> None:
    for actor in desk.cast.everyone.values():
        with CaptureQueriesContext(connection) as asked:
            selectors.standing(actor)
        assert len(asked) == 1


def test_a_ticket_passed_on_is_said_to_be_where_it_is(client: Client, desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for actor in (desk.cast.ada, desk.cast.root):
        one = told(actor, ticket)
        Notification.objects.filter(pk=one.pk).update(kind="transferred")
    sign_in(client, desk.cast.ada)
    assert "passed a ticket to your department" in client.get("/notifications/").text
    sign_in(client, desk.cast.root)
    page = client.get("/notifications/").text
    assert "passed a ticket to another department" in page
    assert "your department" not in page


def test_all_are_read_at_once(client: Client, desk: DeskAtWork) -> None:
    told(desk.cast.cy, desk.taken())
    told(desk.cast.ada, desk.taken())
    sign_in(client, desk.cast.cy)
    assert client.post("/notifications/").status_code == 302
    assert (unread(desk.cast.cy), unread(desk.cast.ada)) == (0, 1)


@pytest.mark.parametrize("address", ["/notifications/", FRESH, "/notifications/badge/"])
def test_a_visitor_is_told_nothing(client: Client, desk: DeskAtWork, address: str) -> None:
    assert client.get(address).status_code in (302, 401, 403)
