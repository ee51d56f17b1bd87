"""Values at the edge of what can be kept, as pages and programs send them."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from otklik.core.errors import Invalid
from otklik.people.actions import find_or_register_requester
from otklik.people.models import Person
from otklik.people.models.contact import PhoneTooLong, read_phone
from otklik.people.selectors import PersonFilter, person_page
from otklik.people.selectors.paging import read_cursor, write_cursor
from otklik.people.tests.factories import Cast, make_desk, make_person, sign_in
from otklik.people.tests.program import ask

pytestmark = pytest.mark.django_db

BUSINESS = "(843) 555-01-42 ext. 1234567890"  # twenty digits as typed, one more with the country
TOO_LONG = "With its country and extension this telephone is too long."


@pytest.fixture
def moscow(cast: Cast) -> Cast:
    make_desk(time_zone="Europe/Moscow")
    return cast


def test_a_telephone_is_measured_as_it_is_kept() -> None:
    with pytest.raises(PhoneTooLong):
        read_phone(BUSINESS, "RU")
    assert len(read_phone("01512 3456789 ext. 1234567", "DE").digits) == 20


def test_a_telephone_too_long_with_its_extension_is_refused_by_the_api(moscow: Cast) -> None:
    caller = make_person()
    for method, path, body in (
        ("POST", f"/people/{caller.pk}/phones", {"number": BUSINESS}),
        ("POST", "/people", {"surname": "New", "phones": [BUSINESS]}),
    ):
        status, answer = ask(moscow.ada, method, path, body)
        assert status == 422
        assert TOO_LONG in str(answer)
    assert not caller.phones.exists()
    assert not Person.objects.filter(surname="New").exists()


def test_a_telephone_too_long_with_its_extension_is_refused_by_the_pages(
    client: Client, moscow: Cast
) -> None:
    sign_in(client, moscow.root)
    caller = make_person()
    form = {"surname": "New", "language": "en", "time_zone": "UTC", "channel": "web"}
    for address, posted in (
        (reverse("setup_person_phones", args=[caller.pk]), {"phone": BUSINESS}),
        (reverse("person_phones", args=[caller.pk]), {"phone": BUSINESS}),
        (reverse("setup_new_person"), form | {"phone": BUSINESS}),
    ):
        answer = client.post(address, posted)
        assert answer.status_code == 422
        assert TOO_LONG in answer.text


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_list_goes_on_after_a_name_with_an_invisible_joiner(cast: Cast, joiner: str) -> None:
    name = f"نیم{joiner}فاصله"
    for given in ("A", "B"):
        made = make_person(name=f"{given} x")
        Person.objects.filter(pk=made.pk).update(surname=name)
    first = person_page(
        actor=cast.ada, wanted=PersonFilter(text=""), size=Person.objects.count() - 1
    )
    rest = person_page(actor=cast.ada, wanted=PersonFilter(), cursor=first.next)
    assert [person.surname for person in rest.rows] == [name]


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a\udfff"])
def test_a_place_after_what_is_never_kept_is_foreign(text: str) -> None:
    with pytest.raises(Invalid):
        read_cursor(write_cursor([text, 7]), (str, int))


@pytest.mark.parametrize("route", ["setup_person", "person"])
@pytest.mark.parametrize("seen", ["Other", ["Other"], {"a": 1}, 7, None, "9" * 5000])
def test_what_a_page_says_it_showed_and_never_was_changes_nothing(
    client: Client, cast: Cast, route: str, seen: object
) -> None:
    sign_in(client, cast.root)
    caller = make_person(name="Old Name")
    form = {"surname": "New", "language": "en", "time_zone": "UTC", "channel": "web"}
    shown = json.dumps({"surname": seen, "language": seen, "organization": seen})
    answer = client.post(reverse(route, args=[caller.pk]), form | {"shown": shown})
    assert answer.status_code == 422
    caller.refresh_from_db()
    assert caller.surname == "Name"


@pytest.mark.parametrize("name", [",", ", ,", "...", "—", "\u200b", ""])
def test_a_requester_without_a_name_is_called_by_their_address(name: str) -> None:
    made = find_or_register_requester(actor=None, email="ann.lee@example.com", name=name)
    assert (made.given_name, made.surname) == ("ann.lee", "")
