"""The queue's page: what it shows, what its parts show alone, how many queries it asks."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from otklik.core import clock
from otklik.core.tests.query_counts import assert_query_count
from otklik.people.models import Account, Person
from otklik.people.tests.factories import Cast, make_cast, make_desk, sign_in
from otklik.tickets.models import SavedView, Ticket
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    make_desk(languages=["en", "ru", "bg"])
    make_configuration()
    return make_cast()


def page(client: Client, address: str = "/queue/", **headers: str) -> str:
    return client.get(address, headers=headers or None).content.decode()


def part(html: str, name: str) -> str:
    """Cut the element with an id out of a page, from its tag to where its indentation ends."""
    start = re.search(rf'<(\w+)[^>]* id="{name}"', html)
    assert start, name
    tag, depth, at = start[1], 0, start.start()
    for found in re.finditer(rf"<(/?){tag}\b", html[at:]):
        depth += -1 if found[1] else 1
        if depth == 0:
            return html[at : at + found.end()] + ">"
    raise AssertionError(name)


def same(one: str, other: str) -> bool:
    """Compare without what tells one reading from another."""
    moving = r"since=[^&\"]*|known=[^&\"]*|name=\"csrfmiddlewaretoken\" value=\"\w+\""
    return re.sub(moving, "", one).split() == re.sub(moving, "", other).split()


def address_in(html: str) -> str:
    found = re.search(r'data-refresh="([^"]+)"', html)
    assert found
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("name", ["queue", "rail-views", "queue-total"])
@pytest.mark.parametrize("q", ["turn:ours sort:due", "tag:a", "is:any printer"])
def test_a_part_read_again_is_what_the_page_shows(
    cast: Cast, client: Client, name: str, q: str
) -> None:
    make_ticket(department=cast.it, requester=cast.cy, tags=["a"])
    SavedView.objects.create(account_id=cast.ada.account_id, name="Tagged", query="tag:a")
    sign_in(client, cast.ada)
    with clock.moved_to(clock.now()):
        shown = part(page(client, f"/queue/?q={q}"), name)
        again = page(client, address_in(shown), **HX)
    assert same(shown, again)


def test_a_row_read_again_is_what_the_list_shows(cast: Cast, client: Client) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    sign_in(client, cast.ada)
    with clock.moved_to(clock.now()):
        shown = part(page(client), f"row-{ticket.pk}")
        assert same(shown, page(client, address_in(shown), **HX))
    Ticket.objects.filter(pk=ticket.pk).update(assignee=cast.cora.person_id)
    assert client.get(address_in(shown)).status_code == 404


def test_a_waiter_counts_what_came_since_and_is_not_shown(cast: Cast, client: Client) -> None:
    old = make_ticket(department=cast.it, requester=cast.cy)
    sign_in(client, cast.ada)
    address = address_in(part(page(client), "queue-waiter"))
    assert " hidden" in page(client, address)
    make_ticket(department=cast.it, requester=cast.cy)
    make_ticket(department=cast.hr, requester=cast.cy)
    Ticket.objects.filter(pk=old.pk).update(updated_at=clock.now())
    fresh = page(client, address)
    assert " hidden" not in fresh
    assert "1 new" in fresh
    for wrong in ("", "?since=x&known=a.b", "?since=2026-01-01", "?q=is:opne&since=x"):
        assert " hidden" in page(client, f"/queue/waiter/{wrong}")


def test_the_page_asks_as_many_queries_for_many_rows_as_for_one(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    make_ticket(department=cast.it, requester=cast.cy)
    page(client)
    with assert_query_count("queue, an agent"):
        page(client)
    for number in range(8):
        make_ticket(department=cast.it, requester=cast.cy, subject=f"{number}")
    with assert_query_count("queue, an agent"):
        page(client)
    with assert_query_count("queue, one row again"):
        page(client, f"/queue/rows/{Ticket.objects.all()[0].pk}/")
    with assert_query_count("queue, the rail again"):
        page(client, "/queue/rail/")
    with assert_query_count("search, an agent"):
        page(client, "/search/?q=printer")
    SavedView.objects.create(account_id=cast.ada.account_id, name="a", query="tag:a")
    with assert_query_count("queue, a query and a saved view"):
        page(client, "/queue/?q=tag:b assignee:cora")
    sign_in(client, cast.cy)
    page(client, "/search/?q=printer")
    with assert_query_count("search, a customer"):
        page(client, "/search/?q=printer")


def test_menus_change_the_query_and_the_query_the_menus(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    chosen = {"facet": "status", "value": ["new", "pending"], "q": "tag:x status:closed sort:due"}
    address = client.get("/queue/", chosen)["Location"]
    assert address == "/queue/?q=tag%3Ax+sort%3Adue+status%3Anew%2Cpending"
    shown = page(client, address)
    for value in ("new", "pending"):
        assert re.search(rf'value="{value}" checked', shown)
    assert not re.search(r'value="closed" checked', shown)
    assert client.get("/queue/", {"facet": "tag", "value": "", "q": "tag:x a"})["Location"] == (
        "/queue/?q=a"
    )
    assert client.get("/queue/", {"facet": "drop", "q": "a"}).status_code == 200


def test_numbers_alone_list_those_very_tickets_also_closed_ones(cast: Cast, client: Client) -> None:
    closed = make_ticket(department=cast.it, requester=cast.cy, status="closed")
    other, *_rest = [make_ticket(department=cast.it, requester=cast.cy) for _ in range(11)]
    hidden = make_ticket(department=cast.hr, requester=cast.cy)
    sign_in(client, cast.ada)

    def listed(q: str) -> set[str]:
        shown = client.get("/queue/", {"q": q}).text
        return set(re.findall(r'href="/tickets/([^/"]+)/"', shown))

    assert listed(closed.number) == {closed.number}
    assert listed(f"{closed.number.lower()} #{other.number}") == {
        closed.number,
        other.number,
    }
    assert listed(f"{closed.number} is:open") == set()
    assert listed(hidden.number) == set()
    about = make_ticket(department=cast.it, requester=cast.cy, subject="Sick of covid-19")
    assert about.number in listed("covid-19")


def test_a_query_that_is_a_view_is_called_so(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    for q in ("is:unassigned", "есть:ничья", " is:unassigned "):
        shown = page(client, f"/queue/?q={q}")
        assert '<h1 dir="auto">Unassigned</h1>' in shown
        assert "Keep as a view" not in shown
    assert "Keep as a view" in page(client, "/queue/?q=is:unassigned tag:x")
    assert client.get("/queue/?view=nothing").status_code == 404


def test_a_fault_is_shown_at_its_word_and_the_text_is_kept(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    answer = client.get("/queue/", {"q": 'printer is:"<b>"'})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="printer is:&#34;&lt;b&gt;&#34;"' in shown
    assert 'data-fault-at="11" data-fault-length="5"' in shown
    assert "<mark>&#34;&lt;b&gt;&#34;</mark>" in shown


def test_columns_are_chosen_and_kept(cast: Cast, client: Client) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy, tags=["urgent"], source="phone")
    sign_in(client, cast.ada)
    every = {"column": ["tags", "created", "source", "type", "category", "escalated", "x"]}
    assert client.post("/queue/columns/", {**every, "q": "tag:urgent"})["Location"] == (
        "/queue/?q=tag%3Aurgent"
    )
    assert "x" not in Account.objects.get(pk=cast.ada.account_id).columns
    row = part(page(client), f"row-{ticket.pk}")
    assert "urgent" in row
    assert "Telephone" in row
    assert 'class="state"' not in row


def test_an_order_is_asked_for_by_the_heads_of_columns(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    make_ticket(department=cast.it, requester=cast.cy, tags=["x"])
    shown = page(client, "/queue/?q=tag:x sort:due")
    assert 'aria-sort="ascending"' in shown
    assert "q=tag%3Ax+sort%3A-due" in shown
    assert "q=tag%3Ax+sort%3A-priority" in shown


def test_further_pages_follow_a_link(cast: Cast, client: Client) -> None:
    for number in range(53):
        ticket = make_ticket(department=cast.it, requester=cast.cy, subject=f"ticket {number}.")
        if number:
            Ticket.objects.filter(pk=ticket.pk).update(updated_at=clock.now())
    sign_in(client, cast.ada)
    first = page(client, "/queue/?q=")
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = page(client, link[1].replace("&amp;", "&"))
    assert first.count("data-row>") == 50
    assert [f"ticket {number}." in second for number in (0, 1, 2, 3)] == [True, True, True, False]
    assert 'rel="next"' not in second


def test_what_customers_write_is_text(cast: Cast, client: Client) -> None:
    attack = '"><script>alert(1)</script>'
    make_ticket(department=cast.it, requester=cast.cy, subject=attack, last_author=attack)
    sign_in(client, cast.ada)
    shown = page(client, f"/queue/?q={escape('x')}")
    assert "<script>alert" not in page(client) + shown
    assert "&lt;script&gt;alert" in page(client)


@pytest.mark.parametrize(
    "address",
    [
        *("/queue/", "/queue/rail/", "/queue/total/", "/queue/waiter/", "/queue/rows/1/"),
        *("/queue/bulk/status/?ticket=1", "/views/", "/views/1/"),
    ],
)
def test_lists_are_for_colleagues(cast: Cast, client: Client, address: str) -> None:
    assert client.get(address).status_code == 302
    sign_in(client, cast.cy)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("language", ["en", "ru", "bg"])
def test_the_page_speaks_the_language_of_the_person(
    cast: Cast, client: Client, language: str
) -> None:
    Person.objects.filter(pk=cast.ada.person_id).update(language=language)
    sign_in(client, cast.ada)
    words = {"en": "turn:ours sort:due", "ru": "ход:наш порядок:срок", "bg": "ход:наш ред:срок"}
    assert f'value="{words[language]}"' in page(client)


@pytest.mark.parametrize(("name", "is_led"), [("root", True), ("ada", False)])
def test_a_desk_that_nobody_has_asked_says_what_comes_next(
    client: Client, cast: Cast, name: str, *, is_led: bool
) -> None:
    sign_in(client, cast.everyone[name])
    steps = ["/setup/people/new/", "/setup/departments/", "/calls/new/"]
    for shown in (page(client), page(client, **HX)):
        listed = part(shown, "queue")
        found = [one for one in re.findall(r'href="([^"]+)"', listed) if one in steps]
        assert found == (steps if is_led else [])
        assert ("No request has come yet." in listed) == (not is_led)
        assert "http://testserver/" in listed
    make_ticket(department=cast.hr, requester=cast.cy)
    listed = part(page(client), "queue")
    assert "/setup/people/new/" not in listed
    assert "No request has come yet." not in listed
