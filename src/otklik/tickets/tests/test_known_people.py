"""A person's and a company's own page, as colleagues meet them beside their work."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from otklik.people.models import Person
from otklik.people.tests.factories import (
    Cast,
    make_account,
    make_cast,
    make_organization,
    make_person,
    sign_in,
)
from otklik.tickets.models import Ticket
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    make_configuration()
    return make_cast()


def address(person: Person) -> str:
    return reverse("person", args=[person.pk])


def profile(person: Person, **changes: str) -> dict[str, str]:
    values = {"surname": person.surname, "given_name": person.given_name, "language": "en"}
    return values | {"time_zone": "UTC", "channel": "web"} | changes


def shown(client: Client, person: Person) -> dict[str, str]:
    """Return what a page carries of the values that it shows."""
    found = re.search(r'name="shown" value="([^"]*)"', client.get(address(person)).text)
    assert found
    return {"shown": unescape(found[1])}


def test_colleagues_see_a_person_with_the_tickets_that_they_may_see(
    client: Client, cast: Cast
) -> None:
    pat = make_person(name="Pat Doe", phone="+7 843 555-01-42")
    ticket = make_ticket(department=cast.it, requester=cast.cy, subject="My printer")
    secret = make_ticket(department=cast.hr, requester=cast.cy, subject="My salary")
    Ticket.objects.filter(pk__in=[ticket.pk, secret.pk]).update(requester=pat)
    for name, actor in cast.everyone.items():
        sign_in(client, actor)
        answer = client.get(address(pat))
        assert answer.status_code == (404 if name == "cy" else 200), name
        assert ("My printer" in answer.text) == (name in ("ada", "vi", "cora", "root")), name
        assert ("My salary" in answer.text) == (name in ("sam", "root")), name
    assert Client().get(address(pat)).status_code == 302
    assert client.get(reverse("person", args=[10**9])).status_code == 404


def test_an_agent_changes_a_customers_profile_and_takes_it_back(client: Client, cast: Cast) -> None:
    company = make_organization(name="Acme")
    pat = make_person(name="Pat Doe")
    sign_in(client, cast.ada)
    changed = profile(pat, position="Chief", organization="acme", office="Room 5")
    assert client.post(address(pat), changed).status_code == 302
    pat.refresh_from_db()
    assert (pat.position, pat.organization, pat.office) == ("Chief", company, "Room 5")

    undo = client.get(address(pat)).text.partition('id="undo"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', undo))
    assert client.post(address(pat), fields).status_code == 302
    pat.refresh_from_db()
    assert (pat.position, pat.organization, pat.office) == ("", None, "")


def test_of_two_changes_at_once_both_stand_and_one_of_the_same_is_told(
    client: Client, cast: Cast
) -> None:
    pat = make_person(name="Pat Doe")
    sign_in(client, cast.ada)
    seen = shown(client, pat)
    assert client.post(address(pat), profile(pat, position="First") | seen).status_code == 302
    assert client.post(address(pat), profile(pat, office="Room 5") | seen).status_code == 302
    answer = client.post(address(pat), profile(pat, position="Second") | seen)
    assert answer.status_code == 422
    assert 'value="Second"' in answer.text
    pat.refresh_from_db()
    assert (pat.position, pat.office) == ("First", "Room 5")


@pytest.mark.parametrize(
    "wrong",
    [
        {"surname": "", "given_name": ""},
        {"surname": "a" * 101},
        {"language": "de"},
        {"time_zone": "Mars"},
        {"channel": "pigeon"},
        {"organization": "nobody's"},
        {"position": "a\0b"},
    ],
)
def test_a_wrong_value_is_refused(client: Client, cast: Cast, wrong: dict[str, str]) -> None:
    pat = make_person(name="Pat Doe")
    sign_in(client, cast.ada)
    assert client.post(address(pat), profile(pat) | wrong).status_code == 422
    pat.refresh_from_db()
    assert (pat.surname, pat.version) == ("Doe", 1)


def test_addresses_of_those_who_sign_in_are_the_administrators(client: Client, cast: Cast) -> None:
    pat = make_person(name="Pat Doe")
    sign_in(client, cast.ada)
    emails, phones = (
        reverse("person_emails", args=[pat.pk]),
        reverse("person_phones", args=[pat.pk]),
    )
    assert client.post(emails, {"email": "two@example.com"}).status_code == 302
    assert client.post(phones, {"phone": "+7 843 555-01-42"}).status_code == 302
    assert client.post(phones, {"phone": "none"}).status_code == 422
    two, phone = pat.emails.get(address="two@example.com"), pat.phones.get()
    choice = reverse("person_email_choice", args=[pat.pk, two.pk])
    assert client.post(choice).status_code == 302
    assert client.post(reverse("person_phone_choice", args=[pat.pk, phone.pk])).status_code == 302
    assert pat.emails.get(is_primary=True) == two

    make_account(person=pat)
    page = client.get(address(pat)).text
    assert emails not in page
    assert phones in page
    assert client.post(emails, {"email": "mine@example.com"}).status_code == 422
    removal = reverse("person_email_removal", args=[pat.pk, two.pk])
    assert client.post(removal).status_code == 403
    assert client.post(reverse("person_phone_removal", args=[pat.pk, phone.pk])).status_code == 302
    assert pat.emails.count() == 2
    sign_in(client, cast.root)
    assert client.post(removal).status_code == 302
    assert pat.emails.count() == 1


def test_a_colleague_is_seen_but_changed_by_the_administrator_alone(
    client: Client, cast: Cast
) -> None:
    sam = Person.objects.get(pk=cast.sam.person_id)
    sign_in(client, cast.ada)
    page = client.get(address(sam)).text
    assert "Change the profile" not in page
    assert client.post(address(sam), profile(sam, position="Chief")).status_code == 422
    sign_in(client, cast.root)
    assert client.post(address(sam), profile(sam, position="Chief")).status_code == 302


def test_a_company_shows_its_people_and_what_was(client: Client, cast: Cast) -> None:
    acme = make_organization(name="Acme", domains=["acme.example"])
    pat = make_person(name="Pat Doe", organization=acme)
    ticket = make_ticket(department=cast.it, requester=cast.cy, subject="Our printers")
    Ticket.objects.filter(pk=ticket.pk).update(requester=pat)
    place = reverse("organization", args=[acme.pk])
    for name, actor in cast.everyone.items():
        sign_in(client, actor)
        answer = client.get(place)
        assert answer.status_code == (404 if name == "cy" else 200), name
        if name != "cy":
            assert address(pat) in answer.text
            assert "acme.example" in answer.text
            assert ("Our printers" in answer.text) == (name != "sam"), name
            assert (reverse("setup_organization", args=[acme.pk]) in answer.text) == (
                name == "root"
            )
    assert client.post(place).status_code == 405
    sign_in(client, cast.ada)
    assert client.get(reverse("organization", args=[10**9])).status_code == 404


def test_the_ticket_leads_to_its_customer_and_their_company(client: Client, cast: Cast) -> None:
    acme = make_organization(name="Acme")
    pat = make_person(name="Pat Doe", organization=acme)
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    Ticket.objects.filter(pk=ticket.pk).update(requester=pat)
    sign_in(client, cast.ada)
    page = client.get(reverse("ticket", args=[ticket.number])).text
    assert f'href="{address(pat)}"' in page
    assert f'href="{reverse("organization", args=[acme.pk])}"' in page
    assert f'href="{address(pat)}"' in client.get(reverse("call_caller", args=[pat.pk])).text
    assert f'href="{address(pat)}"' in client.get(reverse("search"), {"q": "Pat"}).text
