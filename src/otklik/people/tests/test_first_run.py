"""The first page: once, for whoever has the code, and nothing else before it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from otklik.core.errors import Conflict, Invalid
from otklik.core.events import Event
from otklik.core.models import Desk
from otklik.people.actions import (
    FirstAdministrator,
    FirstDesk,
    set_up_code,
    set_up_desk,
    set_up_link,
)
from otklik.people.events import DeskSetUp
from otklik.people.middleware import FirstRunMiddleware
from otklik.people.models import Account, Department
from otklik.people.tests.factories import PASSWORD, make_desk

pytestmark = pytest.mark.django_db

VALUES = {
    "company": "Acme",
    "language": "bg",
    "languages": ["bg", "en"],
    "time_zone": "Europe/Sofia",
    "department-0": "Поддръжка",
    "prefix-0": "it",
    "department-1": "Кадри",
    "prefix-1": "HR",
    "given_name": "Root",
    "surname": "Chief",
    "email": "root@acme.example",
    "login": "root",
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def empty_desk(settings: Settings) -> Iterator[None]:
    place = settings.MIDDLEWARE.index("otklik.people.middleware.SessionMiddleware")
    middleware = [*settings.MIDDLEWARE]
    middleware.insert(place, "otklik.people.middleware.FirstRunMiddleware")
    settings.MIDDLEWARE = middleware
    FirstRunMiddleware.is_set_up = False
    yield
    FirstRunMiddleware.is_set_up = False


def first_desk(**changes: object) -> FirstDesk:
    values: dict[str, object] = {
        "company": "Acme",
        "languages": ["ru", "en"],
        "time_zone": "Europe/Moscow",
        "departments": [{"names": {"ru": "Поддержка"}, "prefix": "IT"}],
        "administrator": FirstAdministrator(
            given_name="Root",
            surname="",
            email="root@acme.example",
            login="root",
            password=PASSWORD,
        ),
    }
    return FirstDesk(**(values | changes))  # type: ignore[arg-type]  # its fields


def code() -> dict[str, str]:
    return {"code": set_up_code()}


def test_every_address_leads_to_the_first_page(client: Client) -> None:
    for address in ("/", "/sign-in/", "/setup/people/", "/me/", "/nowhere/"):
        assert client.get(address)["Location"] == reverse("welcome")
    assert client.get("/api/v1/tickets").status_code == 404
    assert client.get(reverse("welcome")).status_code == 200


def test_filling_it_in_opens_the_desk_and_lets_its_administrator_in(client: Client) -> None:
    assert client.post(reverse("welcome"), VALUES | code())["Location"] == "/"
    desk = Desk.objects.get()
    assert (desk.company, desk.languages, desk.time_zone) == ("Acme", ["bg", "en"], "Europe/Sofia")
    assert [one.prefix for one in Department.objects.all()] == ["IT", "HR"]
    account = Account.objects.get()
    assert account.is_administrator
    assert account.person.language == "bg"
    assert client.get(reverse("setup_people")).status_code == 200


def test_a_passer_by_without_the_code_gets_no_further(client: Client) -> None:
    asked = client.get(reverse("welcome")).text
    assert 'name="company"' not in asked
    assert set_up_code() not in asked

    for wrong in ("", "AAAA-BBBB-CCCC-DDDD-EEEE", set_up_code()[:-1], "\x00", "\u202e" * 500):
        for answer in (
            client.get(reverse("welcome"), {"code": wrong}),
            client.post(reverse("welcome"), VALUES | {"code": wrong}),
        ):
            assert answer.status_code == 422
            assert 'name="company"' not in answer.text
    assert client.post(reverse("welcome"), VALUES).status_code == 422
    assert not Desk.objects.exists()


def test_the_link_on_the_console_opens_the_page(client: Client) -> None:
    shown = client.get(set_up_link().removeprefix("http://testserver"))

    assert shown.status_code == 200
    assert 'name="company"' in shown.text


def test_the_code_may_be_typed_as_people_type(client: Client) -> None:
    typed = set_up_code().lower().replace("-", " ")
    assert 'name="company"' in client.get(reverse("welcome"), {"code": typed}).text


def test_guessing_the_code_is_made_slow(client: Client) -> None:
    for number in range(20):
        client.get(reverse("welcome"), {"code": f"guess{number}"})

    assert "Too many tries" in client.get(reverse("welcome"), code()).text


def test_another_desk_has_another_code(settings: Settings) -> None:
    mine = set_up_code()
    settings.SECRET_KEY = "another key of another desk, long enough"

    assert set_up_code() != mine


def test_once_there_is_a_desk_the_page_is_gone(client: Client) -> None:
    make_desk()
    assert client.get(reverse("sign_in")).status_code == 200
    assert client.get(reverse("welcome")).status_code == 404
    assert client.get(reverse("welcome"), code()).status_code == 404
    assert client.post(reverse("welcome"), VALUES | code()).status_code == 404
    with pytest.raises(Conflict):
        set_up_desk(first=first_desk())
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"company": ""},
        {"company": "x" * 101},
        {"company": "a\x00"},
        {"languages": []},
        {"languages": ["xx"]},
        {"time_zone": "Mars/Base"},
        {"departments": []},
        {"departments": [{"names": {}, "prefix": "IT"}]},
        {"departments": [{"names": {"en": "A"}, "prefix": ""}]},
    ],
)
def test_a_wrong_value_leaves_no_half_a_desk(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        set_up_desk(first=first_desk(**wrong))
    assert not Desk.objects.exists()
    assert not Department.objects.exists()


def test_a_refused_page_keeps_what_was_typed(client: Client) -> None:
    response = client.post(reverse("welcome"), VALUES | code() | {"password": "short"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "Поддръжка" in text
    assert "short" not in text
    assert not Desk.objects.exists()


def test_the_desk_is_announced(published: list[Event]) -> None:
    account = set_up_desk(first=first_desk())
    assert published[-1] == DeskSetUp(administrator_id=account.pk, languages=("ru", "en"))


@pytest.mark.parametrize(
    ("typed", "place", "told"),
    [
        ({"prefix-1": "It"}, "prefix-1", "Another department has this prefix."),
        ({"prefix-1": "?!"}, "prefix-1", "One to six capital letters or digits"),
        ({"department-1": ""}, "department-1", "A name in one language at least is needed."),
        (
            {"department-3": "Storage", "prefix-3": "hr"},
            "prefix-3",
            "Another department has this prefix.",
        ),
        (
            {"department-0": "", "prefix-0": "", "department-1": "", "prefix-1": ""},
            "department-0",
            "A desk needs one department at least.",
        ),
    ],
)
def test_what_is_wrong_with_a_department_is_told_in_its_own_row(
    client: Client, typed: dict[str, str], place: str, told: str
) -> None:
    page = client.post(reverse("welcome"), VALUES | code() | typed | {"language": "en"})
    assert page.status_code == 422
    fault = page.text.partition(f'id="id_{place}-fault"')[2].partition("</p>")[0]
    assert told in fault
    assert f'href="#id_{place}"' in page.text
    assert page.text.count('class="fault"') == 1
    assert not Desk.objects.exists()
