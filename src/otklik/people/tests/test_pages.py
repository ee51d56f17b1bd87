"""Every page about people, as each of the cast meets it."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from otklik.people.actions import end_all_sessions
from otklik.people.models import Account, Department, Organization, Person, Role, Session
from otklik.people.tests.factories import (
    PASSWORD,
    Cast,
    account_of,
    make_account,
    make_department,
    make_organization,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db

OPEN_PAGES = ["sign_in", "password_link_request"]
OWN_PAGES = ["me", "own_password"]
SETUP_PAGES = [
    "setup_people",
    "setup_new_person",
    "setup_organizations",
    "setup_new_organization",
    "setup_departments",
    "setup_new_department",
]
TONGUES = ["en", "ru", "bg"]


def post(client: Client, route: str, /, *args: object, **values: object) -> int:
    return client.post(reverse(route, args=args), values).status_code


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_a_visitor_sees_the_ways_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", [*OWN_PAGES, *SETUP_PAGES])
def test_a_visitor_signs_in_first_and_comes_back(client: Client, name: str) -> None:
    make_account(login="ada", password=PASSWORD, is_administrator=True)
    asked = client.get(reverse(name))
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("sign_in") + "?next=")

    form = client.get(asked["Location"]).content.decode()
    assert f'name="next" value="{reverse(name)}"' in form
    came = client.post(
        reverse("sign_in"), {"name": "ada", "password": PASSWORD, "next": reverse(name)}
    )
    assert came["Location"] == reverse(name)


def test_each_page_opens_for_those_whom_it_is_for(client: Client, cast: Cast) -> None:
    organization = make_organization(domains=["acme.example"])
    person = make_person(phone="+7 843 555-01-42", organization=organization)
    pages = {reverse(name): "setup" for name in SETUP_PAGES}
    pages |= {reverse(name): "own" for name in OWN_PAGES}
    pages[reverse("setup_person", args=[person.pk])] = "setup"
    pages[reverse("setup_person", args=[cast.ada.person_id])] = "setup"
    pages[reverse("setup_organization", args=[organization.pk])] = "setup"
    pages[reverse("setup_department", args=[cast.it.pk])] = "setup"
    for name, actor in cast.everyone.items():
        sign_in(client, actor)
        for address, kind in pages.items():
            expected = 200 if kind == "own" or name == "root" else 404
            assert client.get(address).status_code == expected, (name, address)


@pytest.mark.parametrize("tongue", TONGUES)
def test_pages_speak_the_persons_language(client: Client, cast: Cast, tongue: str) -> None:
    Person.objects.filter(pk=cast.root.person_id).update(language=tongue)
    sign_in(client, cast.root)
    response = client.get(reverse("setup_people"))
    assert response.headers["Content-Language"] == tongue
    assert f'<html lang="{tongue}"' in response.content.decode()


def test_a_visitor_chooses_a_language(client: Client) -> None:
    client.post(reverse("language"), {"language": "bg", "next": "/sign-in/"})
    assert client.get(reverse("sign_in")).headers["Content-Language"] == "bg"
    client.post(reverse("language"), {"language": "xx", "next": "//evil.example/"})
    assert client.get(reverse("sign_in")).headers["Content-Language"] == "bg"


def test_a_request_costs_one_query_before_its_own(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("live_token"))
    first, *rest = asked.captured_queries
    assert all(one in first["sql"] for one in ("people_session", "people_membership"))
    assert not any("people_" in one["sql"] for one in rest)


def test_the_list_of_people_costs_the_same_however_many_they_are(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.root)
    counts = []
    for _ in range(2):
        make_person(phone="+7 843 555-01-42", organization=make_organization())
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("setup_people"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_no_page_shows_a_hash(client: Client, cast: Cast) -> None:
    account = make_account(person=make_person(), password=PASSWORD)
    sign_in(client, cast.root)
    text = client.get(reverse("setup_person", args=[account.person_id])).content.decode()
    assert "argon2" not in text
    assert account.password not in text


def test_an_administrator_adds_a_person_and_opens_an_account(client: Client, cast: Cast) -> None:
    make_organization(name="Acme")
    sign_in(client, cast.root)
    values = {
        "surname": "New",
        "organization": "acme",
        "email": "new@acme.example",
        "phone": "+7 843 555-01-42",
        "language": "ru",
        "time_zone": "Europe/Moscow",
        "channel": "phone",
    }
    made = client.post(reverse("setup_new_person"), values)
    person = Person.objects.get(surname="New")
    assert made["Location"] == reverse("setup_person", args=[person.pk])
    assert person.organization is not None
    assert (person.organization.name, person.channel) == ("Acme", "phone")

    assert post(client, "setup_person_account", person.pk, login="new", password=PASSWORD) == 302
    assert Account.objects.get(person=person).must_change_password
    for name in (
        "setup_person_password_link",
        "setup_person_password_change",
        "setup_person_block",
        "setup_person_release",
        "setup_person_sessions_ending",
    ):
        assert post(client, name, person.pk) == 302, name
    assert post(client, "setup_person_administration", person.pk, is_administrator="1") == 302
    assert Account.objects.get(person=person).is_administrator
    assert post(client, "setup_person_login", person.pk, login="other") == 302
    assert client.get(reverse("setup_person", args=[person.pk])).status_code == 200


def test_a_refused_form_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    sign_in(client, cast.root)
    response = client.post(
        reverse("setup_new_person"),
        {
            "surname": "x" * 101,
            "email": "no address",
            "office": "Tower 5",
            "language": "en",
            "time_zone": "UTC",
            "channel": "web",
        },
    )
    text = response.content.decode()
    assert response.status_code == 422
    assert "Tower 5" in text
    assert "no address" in text
    assert not Person.objects.filter(office="Tower 5").exists()


def test_contacts_are_removed_and_had_back(client: Client, cast: Cast) -> None:
    person = make_person(email="one@example.com")
    sign_in(client, cast.root)
    assert post(client, "setup_person_emails", person.pk, email="two@example.com") == 302
    assert post(client, "setup_person_phones", person.pk, phone="+7 843 555-01-42") == 302
    assert post(client, "setup_person_emails", person.pk, email="wrong") == 422
    assert post(client, "setup_person_phones", person.pk, phone="wrong") == 422
    two = person.emails.get(address="two@example.com")
    assert post(client, "setup_person_email_choice", person.pk, two.pk) == 302
    phone = person.phones.get()
    assert post(client, "setup_person_phone_choice", person.pk, phone.pk) == 302
    assert post(client, "setup_person_phone_removal", person.pk, phone.pk) == 302

    undo_phone = undo_form(client, person.pk)
    assert post(client, "setup_person_email_removal", person.pk, two.pk) == 302
    undo_email = undo_form(client, person.pk)
    for address, values in (undo_phone, undo_email):
        assert client.post(address, values).status_code == 302
    assert person.emails.filter(address="two@example.com").exists()
    assert person.phones.count() == 1


def undo_form(client: Client, person_id: int) -> tuple[str, dict[str, str]]:
    text = client.get(reverse("setup_person", args=[person_id])).content.decode()
    form = r'id="undo".*?<form method="post" action="([^"]+)">(.*?)</form>'
    found = re.search(form, text, re.DOTALL)
    assert found
    values = re.findall(r'name="([^"]+)" value="([^"]*)"', found[2])
    return found[1], {name: value.replace("&#43;", "+") for name, value in values}


def test_roles_are_given_in_one_grid(client: Client, cast: Cast) -> None:
    person = make_person()
    sign_in(client, cast.root)
    grid = {f"role-{cast.it.pk}": "agent", f"role-{cast.hr.pk}": "supervisor"}
    assert client.post(reverse("setup_person_roles", args=[person.pk]), grid).status_code == 302
    assert set(person.memberships.values_list("department", "role")) == {
        (cast.it.pk, "agent"),
        (cast.hr.pk, "supervisor"),
    }
    address, values = undo_form(client, person.pk)
    client.post(address, values)
    assert not person.memberships.exists()
    assert post(client, "setup_person_roles", person.pk, **{"role-999999": Role.AGENT}) == 404


def test_roles_that_two_give_at_once_both_stand_and_of_one_the_second_is_told(
    client: Client, cast: Cast
) -> None:
    person = make_person()
    sign_in(client, cast.root)
    address = reverse("setup_person_roles", args=[person.pk])
    it, hr = cast.it.pk, cast.hr.pk
    nothing = {f"{sign}-{pk}": "" for sign in ("role", "was") for pk in (it, hr)}
    assert 'name="was-' in client.get(reverse("setup_person", args=[person.pk])).text

    assert client.post(address, nothing | {f"role-{it}": "agent"}).status_code == 302
    assert client.post(address, nothing | {f"role-{hr}": "agent"}).status_code == 302
    refused = client.post(address, nothing | {f"role-{it}": "supervisor"})

    assert refused.status_code == 422
    assert "Somebody changed these roles meanwhile." in refused.text
    assert "Now it is “Agent”." in refused.text
    assert f'name="was-{it}" value="agent"' in refused.text
    assert f'name="role-{it}" value="supervisor" checked' in refused.text
    assert f'name="role-{hr}" value="agent" checked' in refused.text
    roles = person.memberships.values_list("department", "role")
    assert set(roles) == {(it, "agent"), (hr, "agent")}
    again = {f"was-{it}": "agent", f"role-{it}": "supervisor"}
    assert client.post(address, again).status_code == 302
    assert set(roles.all()) == {(it, "supervisor"), (hr, "agent")}


def test_organizations_are_added_changed_and_removed(client: Client, cast: Cast) -> None:
    sign_in(client, cast.root)
    values = {"name": "Acme", "standing": "key", "domains": "acme.example\nacme.test"}
    assert post(client, "setup_new_organization", **values) == 302
    company = Organization.objects.get()
    assert company.domains.count() == 2
    assert post(client, "setup_organization", company.pk, **(values | {"domains": ""})) == 302
    assert post(client, "setup_organization", company.pk, **(values | {"domains": "x"})) == 422
    person = make_person(organization=company)
    listed = client.get(reverse("setup_organizations")).content.decode()
    assert '<td role="cell" data-of="People">1</td>' in listed  # a row on a telephone has no head
    assert post(client, "setup_organization_removal", company.pk) == 422
    person.delete()
    assert post(client, "setup_organization_removal", company.pk) == 302
    assert not Organization.objects.exists()


def test_departments_are_kept_as_a_tree(client: Client, cast: Cast) -> None:
    sign_in(client, cast.root)
    values = {"names_en": "Network", "prefix": "NET", "parent_id": cast.it.pk, "language": "en"}
    assert post(client, "setup_new_department", **values) == 302
    network = Department.objects.get(prefix="NET")
    assert post(client, "setup_department", network.pk, **(values | {"parent_id": ""})) == 302
    assert post(client, "setup_department", network.pk, **(values | {"prefix": "no way"})) == 422
    assert post(client, "setup_department_place", network.pk, way="up") == 302
    assert post(client, "setup_department_closing", network.pk) == 302
    assert post(client, "setup_department_opening", network.pk) == 302
    assert post(client, "setup_department_removal", network.pk) == 302
    assert post(client, "setup_department_removal", cast.it.pk) == 422
    assert not Department.objects.filter(pk=network.pk).exists()


def test_ones_own_page_changes_oneself_alone(client: Client, cast: Cast) -> None:
    sign_in(client, cast.cy)
    values = {
        "given_name": "Cyril",
        "language": "bg",
        "time_zone": "Europe/Sofia",
        "channel": "email",
        "organization_id": make_organization().pk,
        "is_administrator": "1",
    }
    assert client.post(reverse("me"), values).status_code == 302
    person = Person.objects.get(pk=cast.cy.person_id)
    assert (person.given_name, person.language, person.organization) == ("Cyril", "bg", None)
    assert post(client, "own_look", theme="dark", signature="Cy") == 302
    told = {"known_kinds": ["assigned", "status"], "told_kinds": ["status", "other"]}
    assert post(client, "own_notifications", plays_sound="on", **told) == 302
    account = account_of(cast.cy)
    assert (account.theme, account.plays_sound, account.shows_pop_ups) == ("dark", True, False)
    assert account.muted_kinds == ["assigned"]
    assert not account.is_administrator
    assert account.signature == "<p>Cy</p>"
    rich = "<p><b>Cy</b></p><script>alert(1)</script>"
    assert post(client, "own_look", theme="dark", signature=rich, signature_format="html") == 302
    assert "<script" not in account_of(cast.cy).signature
    assert "<b>Cy</b>" in account_of(cast.cy).signature.replace("strong>", "b>")
    assert post(client, "own_look", theme="pink") == 422
    assert account_of(cast.cy).undo_seconds == 5
    assert 'data-theme="dark"' in client.get(reverse("me")).content.decode()


def test_an_agent_chooses_how_long_a_reply_may_be_taken_back(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    assert 'name="undo_seconds"' in client.get(reverse("me")).content.decode()
    for seconds in ("0", "10", "20", "5"):
        assert post(client, "own_look", theme="dark", undo_seconds=seconds) == 302
        assert account_of(cast.ada).undo_seconds == int(seconds)
    strange = ("", "7", "-5", "5.0", "five", "0x5", "\u0665", "9" * 40, "5\0", "' OR 1=1")
    for value in strange:
        assert post(client, "own_look", theme="light", undo_seconds=value) == 422, value
    account = account_of(cast.ada)
    assert (account.undo_seconds, account.theme) == (5, "dark")

    sign_in(client, cast.cy)
    assert "undo_seconds" not in client.get(reverse("me")).content.decode()


def test_the_database_refuses_a_time_that_nobody_offers(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="undo_seconds_are_offered"), transaction.atomic():
        Account.objects.filter(pk=cast.ada.account_id).update(undo_seconds=7)


def test_a_token_is_shown_once_and_revoked(client: Client, cast: Cast) -> None:
    sign_in(client, cast.cy)
    shown = client.post(
        reverse("own_tokens"), {"name": "Script", "scopes": ["tickets:read"], "lifetime": "30"}
    )
    secret = re.search(r"otk_[\w-]{40,}", shown.content.decode())
    assert secret
    assert secret[0] not in client.get(reverse("me")).content.decode()
    token = account_of(cast.cy).tokens.get()
    sign_in(client, cast.ada)
    assert post(client, "own_token_revocation", token.pk) == 404
    sign_in(client, cast.cy)
    assert post(client, "own_token_revocation", token.pk) == 302


def test_sessions_are_listed_and_ended(client: Client, cast: Cast) -> None:
    other = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"})
    sign_in(client, cast.cy)
    account = account_of(cast.cy)
    account.set_password(PASSWORD)
    account.save()
    sign_in(client, cast.cy)
    other.post(reverse("sign_in"), {"name": account.login, "password": PASSWORD})
    assert other.get(reverse("me")).status_code == 200
    text = client.get(reverse("me")).content.decode()
    assert "Firefox, Windows" in text
    assert not any(one.session_key in text for one in Session.objects.all())

    session = Session.objects.get(browser__contains="Firefox")
    assert session.address == "127.0.0.1"
    assert post(client, "own_session_ending", session.name) == 302
    assert other.get(reverse("me")).status_code == 302
    assert client.get(reverse("me")).status_code == 200

    end_all_sessions(actor=cast.cy, account_id=account.pk)
    assert client.get(reverse("me")).status_code == 302


def test_unknown_rows_are_not_found(client: Client, cast: Cast) -> None:
    sign_in(client, cast.root)
    huge = 10**30
    for name in ("setup_person", "setup_organization", "setup_department"):
        assert client.get(reverse(name, args=[huge])).status_code == 404
        assert client.get(reverse(name, args=[0])).status_code == 404
    assert post(client, "setup_person_block", make_person().pk) == 404
    make_department()
    assert client.get(reverse("setup_people"), {"after": "nonsense"}).status_code == 422


def test_the_search_answers_with_rows_alone_to_htmx(client: Client, cast: Cast) -> None:
    sign_in(client, cast.root)
    response = client.get(reverse("setup_people"), {"q": "cora"}, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert text.strip().startswith('<div id="people-rows"')
    assert "Cora" in text
    assert "Ada" not in text
