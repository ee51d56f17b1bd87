"""People over the API: who sees whom, and what is taken."""

import pytest

from otklik.people.models import EmailAddress, Organization, Person
from otklik.people.tests.factories import Cast, make_account, make_organization, make_person
from otklik.people.tests.program import WRITING, ask

pytestmark = pytest.mark.django_db


def test_staff_find_people_and_customers_themselves(cast: Cast) -> None:
    caller = make_person(name="Cal Caller", phone="+7 843 555-01-42")
    status, found = ask(cast.ada, "GET", "/people?q=5550142")
    assert (status, [one["id"] for one in found["items"]]) == (200, [caller.pk])
    status, found = ask(cast.cy, "GET", "/people?q=5550142")
    assert (status, [one["id"] for one in found["items"]]) == (200, [cast.cy.person_id])
    assert found["items"][0]["remarks"] is None


def test_a_customer_reads_themselves_alone(cast: Cast) -> None:
    assert ask(cast.cy, "GET", f"/people/{cast.ada.person_id}")[0] == 404
    assert ask(cast.cy, "GET", f"/people/{cast.cy.person_id}")[0] == 200
    assert ask(cast.cy, "GET", "/people/me")[1]["id"] == cast.cy.person_id
    assert ask(cast.cy, "POST", "/people", {"surname": "New"})[0] == 404


def test_a_person_is_registered_changed_and_reached(cast: Cast) -> None:
    status, made = ask(
        cast.ada,
        "POST",
        "/people",
        {"surname": "New", "emails": ["new@example.com"], "phones": ["+7 843 555-01-42"]},
    )
    assert (status, made["emails"][0]["address"], made["version"]) == (201, "new@example.com", 1)
    path = f"/people/{made['id']}"
    status, changed = ask(cast.ada, "PATCH", path, {"office": "Tower 5"})
    assert (status, changed["office"], changed["surname"]) == (200, "Tower 5", "New")
    email = ask(cast.ada, "POST", f"{path}/emails", {"address": "two@example.com"})[1]
    assert ask(cast.ada, "DELETE", f"{path}/emails/{email['id']}")[0] == 204
    phone = ask(cast.ada, "POST", f"{path}/phones", {"number": "12 34"})[1]
    assert ask(cast.ada, "DELETE", f"{path}/phones/{phone['id']}")[0] == 204


def test_members_that_are_not_offered_change_nothing(cast: Cast) -> None:
    account = make_account()
    path = f"/people/{account.person_id}"
    for name in ("is_administrator", "look_up", "version", "id", "account", "login", "created_at"):
        assert ask(cast.root, "PATCH", path, {name: True})[0] == 422, name
    before = Person.objects.get(pk=account.person_id)
    assert (before.version, before.surname) == (1, account.person.surname)


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        None,
        {"surname": ["a"]},
        {"surname": 7},
        {"surname": None},
        {"surname": "a\x00"},
        {"surname": "x" * 101},
        {"organization_id": "1"},
        {"organization_id": 2**70},
        {"language": "de"},
        {"time_zone": "Mars"},
    ],
)
def test_wrong_types_are_refused_in_words(cast: Cast, body: object) -> None:
    status, said = ask(cast.root, "PATCH", f"/people/{cast.cy.person_id}", body)
    assert status in (400, 422), said
    assert said["status"] == status


def test_roles_are_the_administrators_to_give(cast: Cast) -> None:
    path = f"/people/{cast.cy.person_id}/roles/{cast.it.pk}"
    assert ask(cast.vi, "PUT", path, {"role": "supervisor"})[0] == 403
    assert ask(cast.root, "PUT", path, {"role": "agent"})[0] == 204
    assert ask(cast.root, "DELETE", path)[0] == 204


def test_a_scope_bounds_what_a_token_may_do(cast: Cast) -> None:
    reading = ("people:read",)
    assert ask(cast.ada, "GET", "/people", scopes=reading)[0] == 200
    assert ask(cast.ada, "POST", "/people", {"surname": "A"}, scopes=reading)[0] == 403
    assert ask(cast.ada, "GET", "/people", scopes=("tickets:read",))[0] == 403


def test_a_people_token_takes_over_no_account(cast: Cast) -> None:
    person = f"/people/{cast.ada.person_id}"
    given = {"address": "thief@example.com"}
    known = ask(cast.root, "POST", f"{person}/emails", {"address": "ada@work.example"})[1]
    role = f"{person}/roles/{cast.hr.pk}"

    assert ask(cast.root, "POST", f"{person}/emails", given, WRITING)[0] == 403
    assert ask(cast.root, "DELETE", f"{person}/emails/{known['id']}", scopes=WRITING)[0] == 403
    assert ask(cast.root, "PUT", role, {"role": "supervisor"}, WRITING)[0] == 403
    assert ask(cast.root, "DELETE", role, scopes=WRITING)[0] == 403
    assert not EmailAddress.objects.filter(address="thief@example.com").exists()
    assert ask(cast.root, "POST", f"{person}/emails", given)[0] == 201
    assert ask(cast.root, "PUT", role, {"role": "supervisor"})[0] == 204


def test_a_people_token_shows_nobody_anothers_requests(cast: Cast) -> None:
    company = make_organization()
    path = f"/organizations/{company.pk}"
    moved = {"organization_id": company.pk}

    assert ask(cast.root, "PATCH", path, {"shares_tickets": True}, WRITING)[0] == 403
    assert ask(cast.root, "PATCH", path, {"domains": ["a.example"]}, WRITING)[0] == 403
    named = {"name": "New", "shares_tickets": True}
    assert ask(cast.root, "POST", "/organizations", named, WRITING)[0] == 403
    assert ask(cast.root, "PATCH", f"/people/{cast.cy.person_id}", moved, WRITING)[0] == 403
    assert ask(cast.root, "PATCH", f"/people/{make_person().pk}", moved, WRITING)[0] == 200
    assert ask(cast.root, "PATCH", path, {"name": "Renamed"}, WRITING)[0] == 200


def test_a_people_token_keeps_people_without_an_account(cast: Cast) -> None:
    caller = f"/people/{make_person(name='Cal Caller').pk}"

    added = ask(cast.ada, "POST", f"{caller}/emails", {"address": "cal@example.com"}, WRITING)
    assert added[0] == 201
    assert ask(cast.ada, "PATCH", caller, {"office": "Tower 5"}, WRITING)[0] == 200


def test_nobody_joins_a_company_to_read_its_requests(cast: Cast) -> None:
    company = make_organization()
    Organization.objects.update(shares_tickets=True)
    moved = {"organization_id": company.pk}

    assert ask(cast.ada, "PATCH", f"/people/{cast.ada.person_id}", moved)[0] == 403
    assert ask(cast.root, "PATCH", f"/people/{cast.root.person_id}", moved)[0] == 200


def test_organizations_over_the_api(cast: Cast) -> None:
    values = {"name": "Acme", "domains": ["acme.example"], "shares_tickets": True}
    assert ask(cast.ada, "POST", "/organizations", values)[0] == 403
    status, made = ask(cast.root, "POST", "/organizations", values)
    assert (status, made["domains"]) == (201, ["acme.example"])
    path = f"/organizations/{made['id']}"
    assert ask(cast.root, "PATCH", path, {"domains": []})[1]["domains"] == []
    assert ask(cast.root, "PATCH", path, {"domains": ["gmail.com"], "name": "B"})[0] == 422
    assert Organization.objects.get().name == "Acme"
    assert ask(cast.cy, "GET", path)[0] == 404
    assert ask(cast.cy, "GET", "/organizations")[1]["items"] == []


def test_a_customer_reads_their_own_company_without_remarks(cast: Cast) -> None:
    company = make_organization()
    Organization.objects.update(remarks="difficult")
    Person.objects.filter(pk=cast.cy.person_id).update(organization=company)
    found = ask(cast.cy, "GET", "/organizations")[1]["items"]
    assert [(one["id"], one["remarks"]) for one in found] == [(company.pk, None)]


def test_departments_over_the_api(cast: Cast) -> None:
    values = {"names": {"en": "Network"}, "prefix": "NET", "parent_id": cast.it.pk}
    assert ask(cast.vi, "POST", "/departments", values)[0] == 403
    status, made = ask(cast.root, "POST", "/departments", values)
    assert (status, made["parent"]) == (201, cast.it.pk)
    path = f"/departments/{made['id']}"
    assert ask(cast.root, "PATCH", path, {"is_active": False})[1]["is_active"] is False
    assert ask(cast.root, "PATCH", path, {"parent_id": made["id"]})[0] == 422
    assert ask(cast.cy, "GET", path)[0] == 404
    assert {one["id"] for one in ask(cast.cy, "GET", "/departments")[1]} == {
        cast.it.pk,
        cast.hr.pk,
    }
