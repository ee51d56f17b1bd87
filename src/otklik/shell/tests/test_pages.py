"""The way in: home for each kind of person, the palette, and the first minutes of a desk."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from otklik.core.models import Desk
from otklik.people.actions import set_up_code
from otklik.people.middleware import FirstRunMiddleware
from otklik.people.models import Account
from otklik.people.policies import actor_for
from otklik.people.tests.factories import PASSWORD, Cast, make_cast, make_desk, sign_in
from otklik.tickets.models import Flow, Ticket, TicketType
from otklik.tickets.tests.desk import needed_answers
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    make_configuration()
    return make_cast()


def test_a_visitor_is_shown_what_can_be_asked(client: Client, cast: Cast) -> None:
    page = client.get("/").text
    assert 'href="/sign-in/"' in page
    assert "/requests/new/hr/" in page


def test_the_requests_of_the_first_page_are_read_again_by_themselves(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.cy)
    assert client.get("/home/requests/").text.strip() in client.get("/").text
    make_ticket(department=cast.it, requester=cast.cy, subject="My own printer")
    page, part = client.get("/").text, client.get("/home/requests/").text
    assert "My own printer" in part
    assert part.strip() in page
    assert f'data-topic="person:{cast.cy.person_id}"' in part


def test_a_customer_sees_only_their_own_requests(client: Client, cast: Cast) -> None:
    make_ticket(department=cast.it, requester=cast.cy, subject="My own printer")
    make_ticket(department=cast.it, requester=cast.sam, subject="Salary of others")
    sign_in(client, cast.cy)
    page = client.get("/").text
    assert "My own printer" in page
    assert "Salary of others" not in page


@pytest.mark.parametrize("name", ["ada", "vi", "cora", "sam", "root"])
def test_colleagues_go_to_their_queue(client: Client, cast: Cast, name: str) -> None:
    sign_in(client, cast.everyone[name])
    assert client.get("/")["Location"] == "/queue/"
    assert client.get("/?portal").status_code == 200


def test_only_an_administrator_comes_to_the_set_up(client: Client, cast: Cast) -> None:
    for name, actor in cast.everyone.items():
        sign_in(client, actor)
        assert client.get("/setup/").status_code == (200 if name == "root" else 404), name


def test_the_palette_finds_what_one_may_see(client: Client, cast: Cast) -> None:
    make_ticket(department=cast.hr, requester=cast.cy, subject="Secret salary")
    sign_in(client, cast.ada)
    assert "Secret salary" not in client.get("/palette/?q=salary").text
    sign_in(client, cast.sam)
    assert "Secret salary" in client.get("/palette/?q=salary").text
    assert "/setup/" not in client.get("/palette/").text


@pytest.mark.parametrize("typed", ["{prefix}-1", "{prefix} 1", "{prefix}1", "#{prefix}-1", "1"])
def test_the_palette_has_the_very_number_first(client: Client, cast: Cast, typed: str) -> None:
    tickets = [make_ticket(department=cast.it, requester=cast.cy) for _ in range(12)]
    first = next(one for one in tickets if one.number.endswith("-1"))
    sign_in(client, cast.ada)

    shown = client.get("/palette/", {"q": typed.format(prefix=cast.it.prefix.lower())}).text

    assert re.findall(r'href="/tickets/([^/"]+)/"', shown)[0] == first.number


def test_the_palette_is_for_colleagues(client: Client, cast: Cast) -> None:
    assert client.get("/palette/").status_code in (302, 401)
    sign_in(client, cast.cy)
    assert client.get("/palette/?q=a").status_code == 404


@pytest.mark.parametrize("text", ["\0", "%", "_" * 5000, "\u202e", "' OR 1=1", "{{7*7}}"])
def test_a_broken_word_finds_nothing(client: Client, cast: Cast, text: str) -> None:
    sign_in(client, cast.root)
    assert client.get("/palette/", {"q": text}).status_code == 200


FIRST = {
    "company": "Acme",
    "language": "en",
    "languages": ["en", "ru"],
    "time_zone": "Europe/Sofia",
    "department-0": "Support",
    "prefix-0": "IT",
    "given_name": "Root",
    "surname": "Chief",
    "email": "root@acme.example",
    "login": "root",
    "password": PASSWORD,
}


@pytest.fixture
def empty_desk(settings: Settings) -> Iterator[None]:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE]
    place = settings.MIDDLEWARE.index("otklik.people.middleware.SessionMiddleware")
    settings.MIDDLEWARE.insert(place, "otklik.people.middleware.FirstRunMiddleware")
    FirstRunMiddleware.is_set_up = False
    yield
    FirstRunMiddleware.is_set_up = False


def test_an_empty_desk_takes_its_first_request_at_once(client: Client, empty_desk: None) -> None:
    assert client.get("/")["Location"] == "/welcome/"
    assert client.post("/welcome/", FIRST | {"code": set_up_code()})["Location"] == "/"
    assert Flow.objects.filter(is_default=True).count() == 1
    client.post("/sign-out/")
    client.post("/sign-in/", {"name": "root@acme.example", "password": PASSWORD})
    kind = TicketType.objects.filter(is_public=True).order_by("position").last()
    assert kind is not None
    actor = actor_for(Account.objects.get())
    post = {"subject": "First", "body": "It works", **needed_answers(actor, kind)}
    answer = client.post(f"/requests/new/{kind.key}/", post)
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/requests/{ticket.number}/"
    assert ticket.number.startswith("IT-")
    assert client.get(f"/tickets/{ticket.number}/").status_code == 200
    assert "First" in client.get("/queue/").text


def test_programmers_are_led_to_the_api_from_set_up_and_their_own_page(
    client: Client, cast: Cast
) -> None:
    make_desk()
    sign_in(client, cast.root)
    for address in ("/setup/", "/setup/people/", "/me/"):
        assert 'href="/api/v1/docs"' in client.get(address).text, address
    assert client.get("/api/v1/docs").status_code == 200


def test_no_page_of_a_company_s_desk_speaks_of_a_demo(client: Client, cast: Cast) -> None:
    make_desk()
    sign_in(client, cast.root)
    for address in ("/setup/", "/setup/desk/", "/me/", "/?portal", "/nowhere/"):
        assert "demo-ribbon" not in client.get(address).text, address


def test_the_first_page_makes_no_demo_desk_whatever_is_sent(
    client: Client, empty_desk: None
) -> None:
    client.post("/welcome/", FIRST | {"code": set_up_code(), "is_demo": "1"})
    assert not Desk.objects.get().is_demo
