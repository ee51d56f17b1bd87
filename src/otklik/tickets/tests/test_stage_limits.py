"""A status may say how long a ticket stays in it: what is near that or past it is marked."""

from datetime import timedelta

import pytest
from django.test import Client

from otklik.core import clock
from otklik.people.tests.factories import Cast, make_desk, sign_in
from otklik.tickets.actions.configuring.statuses import StatusDraft, change_status
from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import Status, Ticket
from otklik.tickets.selectors.listed import ListedTicket, listed
from otklik.tickets.selectors.queue import Asked, queue_page
from otklik.tickets.selectors.search import search_tickets
from otklik.tickets.tests.factories import Configuration, make_ticket

H = timedelta(hours=1)


@pytest.fixture(autouse=True)
def set_up(cast: Cast, made: Configuration) -> None:
    make_desk(languages=["en", "ru", "bg"])


def limited(key: str, hours: float | None) -> Status:
    limit = None if hours is None else hours * H
    Status.objects.filter(key=key).update(time_limit=limit)
    return Status.objects.get(key=key)


def standing(cast: Cast, hours: float, status: str = "new") -> Ticket:
    entered = clock.now() - hours * H
    return make_ticket(department=cast.it, requester=cast.cy, status=status, entered_at=entered)


def found(cast: Cast, q: str) -> set[int]:
    return {row.pk for row in queue_page(cast.ada, Asked(q=q)).rows}


def listed_now(cast: Cast) -> dict[int, ListedTicket]:
    page = queue_page(cast.ada, Asked(q="is:any"))
    return {one.row.pk: one for one in listed(page.rows, page.words)}


def test_what_stands_too_long_is_found_in_each_language(cast: Cast) -> None:
    limited("new", 8)
    late, fine = standing(cast, 9), standing(cast, 7)
    elsewhere = standing(cast, 90, "pending")
    for q in ("is:stuck", "есть:застряла", "е:заседнала", "is:stale"):
        assert found(cast, q) == {late.pk}, q
    assert found(cast, "-is:stuck") == {fine.pk, elsewhere.pk}
    assert found(cast, "is:stuck,unassigned -is:stuck") == {fine.pk, elsewhere.pk}


def test_without_limits_nothing_is_stuck(cast: Cast) -> None:
    Status.objects.update(time_limit=None)
    standing(cast, 9000)
    assert found(cast, "is:stuck") == set()
    assert len(found(cast, "-is:stuck")) == 1


def test_pending_has_its_time_too_and_closed_has_none(cast: Cast) -> None:
    limited("pending", 24)
    limited("closed", 24)
    waits = standing(cast, 25, "pending")
    closed = standing(cast, 25, "closed")
    assert found(cast, "is:stuck") == {waits.pk}
    assert found(cast, "is:any is:stuck") == {waits.pk}
    rows = listed_now(cast)
    assert (rows[waits.pk].stage_state, rows[closed.pk].stage_state) == ("late", "none")
    assert Ticket.objects.get(pk=closed.pk).stage_due_at is None


@pytest.mark.parametrize(
    ("hours", "state", "words"), [(1, "none", ""), (7, "soon", "59 min"), (11, "late", "−3 h")]
)
def test_rows_and_the_page_say_how_near_it_is(
    cast: Cast, client: Client, hours: float, state: str, words: str
) -> None:
    limited("new", 8)
    ticket = standing(cast, hours)
    one = listed_now(cast)[ticket.pk]
    assert (one.stage_state, one.stage) == (state, words)
    sign_in(client, cast.ada)
    row = client.get(f"/queue/rows/{ticket.pk}/").content.decode()
    head = client.get(f"/tickets/{ticket.number}/parts/header/").content.decode()
    side = client.get(f"/tickets/{ticket.number}/parts/side/").content.decode()
    assert ('class="due stage"' in row) == (state != "none")
    assert ("Time for this status" in head) == (state != "none")
    assert "In this status at most" in side
    assert ("longer in this status" in row) == (state == "late")


def test_without_a_limit_the_pages_say_nothing_of_one(cast: Cast, client: Client) -> None:
    ticket = standing(cast, 900)
    limited("new", None)
    sign_in(client, cast.ada)
    assert 'class="due stage"' not in client.get(f"/queue/rows/{ticket.pk}/").content.decode()
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "In this status at most" not in page
    assert "Time for this status" not in page


def test_a_limit_that_is_changed_counts_at_once(cast: Cast) -> None:
    status = limited("new", 8)
    ticket = standing(cast, 4)
    assert found(cast, "is:stuck") == set()
    draft = StatusDraft(names=status.names, phase=status.phase, time_limit=3 * H)
    change_status(actor=cast.root, status_id=status.pk, draft=draft)
    assert found(cast, "is:stuck") == {ticket.pk}
    assert listed_now(cast)[ticket.pk].stage_state == "late"


def test_customers_neither_ask_for_it_nor_see_it(cast: Cast, client: Client) -> None:
    limited("new", 1)
    ticket = standing(cast, 9)
    with pytest.raises(QueryRefused):
        search_tickets(cast.cy, "is:stuck", as_customer=True)
    sign_in(client, cast.cy)
    page = client.get(f"/requests/{ticket.number}/").content.decode()
    assert "status at most" not in page
    assert "Time for this status" not in page


def test_colleagues_of_others_find_nothing(cast: Cast) -> None:
    limited("new", 1)
    standing(cast, 9)
    assert queue_page(cast.sam, Asked(q="is:stuck")).rows == []


def test_many_limits_are_one_statement(cast: Cast, django_assert_num_queries: object) -> None:
    Status.objects.update(time_limit=H)
    for _number in range(5):
        standing(cast, 9)
    queue_page(cast.ada, Asked(q="is:stuck"))  # reads the desk's words
    with django_assert_num_queries(2):  # type: ignore[operator]  # one for the words' stamp
        assert len(queue_page(cast.ada, Asked(q="is:stuck")).rows) == 5
