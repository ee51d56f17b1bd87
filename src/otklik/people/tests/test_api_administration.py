"""What administrators do with people, departments and the desk, over the API."""

from typing import Any

import pytest
from conftest import SaidLive
from django.contrib.auth.hashers import check_password

from otklik.core.models import Desk
from otklik.people.actions import create_token
from otklik.people.models import (
    Account,
    Actor,
    ApiToken,
    Department,
    Membership,
    Organization,
    PasswordLink,
    Session,
)
from otklik.people.tests.factories import (
    PASSWORD,
    Cast,
    account_of,
    make_department,
    make_desk,
    make_organization,
    make_person,
    sign_in,
)
from otklik.people.tests.program import WRITING, ask, call, secret_of

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "administration-1"}
MEGABYTE = 1024 * 1024


def path_of(actor: Actor) -> str:
    return f"/people/{actor.person_id}/account"


def others(cast: Cast) -> list[tuple[Actor, int]]:
    """Everyone but the administrator, and what they are told."""
    staff = dict.fromkeys(["ada", "vi", "cora", "sam"], 403) | {"cy": 404}
    return [(getattr(cast, name), status) for name, status in staff.items()]


def test_an_account_is_opened_by_a_password_that_must_be_changed(cast: Cast) -> None:
    person = make_person()
    path = f"/people/{person.pk}/account"

    assert ask(cast.root, "GET", path)[0] == 404
    status, made = ask(cast.root, "POST", path, {"login": "Nina", "password": PASSWORD})

    assert (status, made["login"], made["must_change_password"]) == (201, "nina", True)
    account = Account.objects.get(person=person)
    assert check_password(PASSWORD, account.password)
    assert ask(cast.root, "GET", path) == (200, made)
    assert ask(cast.root, "POST", path, {"login": "other"})[0] == 409
    other = make_person()
    assert ask(cast.root, "POST", f"/people/{other.pk}/account", {"login": "nina"})[0] == 409
    assert not Account.objects.filter(person=other).exists()


def test_an_account_without_a_password_gets_a_link(cast: Cast) -> None:
    person = make_person()
    made = ask(cast.root, "POST", f"/people/{person.pk}/account", {"login": "nina"})

    assert (made[0], made[1]["must_change_password"]) == (201, False)
    links = f"/people/{person.pk}/account/password-links"
    assert ask(cast.root, "POST", links)[0] == 204
    assert not Account.objects.get(person=person).has_usable_password()
    person.emails.all().delete()
    assert ask(cast.root, "POST", links)[0] == 409


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ({"login": ""}, "login"),
        ({"login": "a@b"}, "login"),
        ({"login": "x" * 65}, "login"),
        ({"login": "a\0"}, "login"),
        ({"login": 5}, "login"),
        ({"login": "nina", "password": "short"}, "password"),
        ({"login": "nina", "password": "12345678"}, "password"),
        ({"login": "nina", "password": "x" * 1025}, "password"),
        ({"login": "nina", "is_administrator": True}, "is_administrator"),
    ],
)
def test_accounts_that_cannot_be_are_named(cast: Cast, body: dict[str, Any], member: str) -> None:
    person = make_person()
    status, said = ask(cast.root, "POST", f"/people/{person.pk}/account", body)

    assert (status, [one["field"] for one in said["errors"]]) == (422, [member])
    assert not Account.objects.filter(person=person).exists()


def test_an_account_is_changed_as_a_whole_or_not_at_all(cast: Cast) -> None:
    path = path_of(cast.ada)
    changed = ask(
        cast.root,
        "PATCH",
        path,
        {"login": "Lane", "is_administrator": True, "must_change_password": True},
    )[1]

    assert (changed["login"], changed["is_administrator"]) == ("lane", True)
    assert changed["must_change_password"] is True
    taken = {"is_administrator": False, "login": account_of(cast.cy).login}
    assert ask(cast.root, "PATCH", path, taken)[0] == 409
    assert ask(cast.root, "GET", path)[1] == changed
    assert ask(cast.root, "PATCH", path, {"must_change_password": False})[0] == 422


def test_blocking_ends_all_and_letting_in_gives_nothing_back(
    cast: Cast, client: Any, said_live: SaidLive
) -> None:
    sign_in(client, cast.cy)
    secret = secret_of(cast.cy)

    assert ask(cast.root, "PATCH", path_of(cast.cy), {"is_active": False})[1]["is_active"] is False
    assert ask(cast.root, "PATCH", path_of(cast.cy), {"is_active": False})[0] == 200
    assert call(secret, "GET", "/me").status_code == 401
    assert not Session.objects.filter(account=cast.cy.account_id).exists()
    assert ask(cast.root, "PATCH", path_of(cast.cy), {"is_active": True})[1]["is_active"] is True
    assert call(secret, "GET", "/me").status_code == 401


def test_nobody_blocks_themselves_and_one_administrator_stays(cast: Cast) -> None:
    assert ask(cast.root, "PATCH", path_of(cast.root), {"is_active": False})[0] == 409
    assert ask(cast.root, "PATCH", path_of(cast.root), {"is_administrator": False})[0] == 409
    assert account_of(cast.root).is_administrator


def test_a_person_is_signed_out_everywhere(cast: Cast, client: Any) -> None:
    sign_in(client, cast.cy)
    path = f"{path_of(cast.cy)}/sessions"

    assert [ask(cast.root, "DELETE", path)[0] for _again in range(2)] == [204, 204]
    assert not Session.objects.exists()


def test_accounts_are_the_administrators_alone(cast: Cast) -> None:
    before = list(Account.objects.order_by("pk").values())
    person = make_person()
    for actor, refused in others(cast):
        for method, path, body in (
            ("GET", path_of(cast.cy), None),
            ("PATCH", path_of(cast.cy), {"is_administrator": True}),
            ("POST", f"/people/{person.pk}/account", {"login": "x"}),
            ("POST", f"{path_of(cast.cy)}/password-links", None),
            ("DELETE", f"{path_of(cast.cy)}/sessions", None),
        ):
            assert ask(actor, method, path, body)[0] == refused, (method, path)
    assert list(Account.objects.order_by("pk").values()) == before
    assert not PasswordLink.objects.exists()


def test_accounts_need_the_whole_scope(cast: Cast) -> None:
    person = make_person()
    for method, path, body in (
        ("PATCH", path_of(cast.cy), {"login": "x"}),
        ("POST", f"/people/{person.pk}/account", {"login": "x"}),
        ("POST", f"{path_of(cast.cy)}/password-links", None),
        ("DELETE", f"{path_of(cast.cy)}/sessions", None),
    ):
        assert ask(cast.root, method, path, body, WRITING)[0] == 403, path
    assert ask(cast.root, "GET", path_of(cast.cy), scopes=WRITING)[0] == 200
    assert not Account.objects.filter(login="x").exists()


def test_an_account_is_changed_from_the_state_that_was_read(cast: Cast) -> None:
    secret, path = secret_of(cast.root), path_of(cast.cy)
    match = {"If-Match": call(secret, "GET", path)["ETag"]}

    assert call(secret, "PATCH", path, {"login": "one"}, **match).status_code == 200
    assert call(secret, "PATCH", path, {"login": "two"}, **match).status_code == 412
    assert account_of(cast.cy).login == "one"


def test_a_repeated_opening_opens_once_and_is_told_to_administrators_alone(cast: Cast) -> None:
    person, secret = make_person(), secret_of(cast.root)
    path, body = f"/people/{person.pk}/account", {"login": "nina", "password": PASSWORD}

    first = call(secret, "POST", path, body, **KEY)
    again = call(secret, "POST", path, body, **KEY)
    Account.objects.filter(pk=cast.root.account_id).update(is_administrator=False)
    Membership.objects.create(person_id=cast.root.person_id, department=cast.it, role="agent")
    later = call(secret, "POST", path, body, **KEY)

    assert (first.status_code, again.json()) == (201, first.json())
    assert later.status_code == 403
    assert PASSWORD not in first.content.decode()


def test_the_primary_contact_is_chosen(cast: Cast) -> None:
    person = make_person(phone="+35921234567")
    path = f"/people/{person.pk}"
    email = ask(cast.ada, "POST", f"{path}/emails", {"address": "two@example.com"})[1]
    phone = ask(cast.ada, "POST", f"{path}/phones", {"number": "+35927654321"})[1]

    for _again in range(2):
        assert ask(cast.ada, "PUT", f"{path}/emails/{email['id']}/choice")[0] == 204
        assert ask(cast.ada, "PUT", f"{path}/phones/{phone['id']}/choice")[0] == 204

    seen = ask(cast.ada, "GET", path)[1]
    assert [one["address"] for one in seen["emails"] if one["is_primary"]] == ["two@example.com"]
    assert [one["id"] for one in seen["phones"] if one["is_primary"]] == [phone["id"]]
    assert ask(cast.ada, "PUT", f"{path}/emails/{2**62}/choice")[0] == 404
    assert ask(cast.ada, "PUT", f"{path}/phones/{2**62}/choice")[0] == 404
    assert ask(cast.cy, "PUT", f"{path}/emails/{email['id']}/choice")[0] == 404
    own = f"/people/{cast.cy.person_id}/emails/{account_of(cast.cy).person.emails.get().pk}/choice"
    assert ask(cast.ada, "PUT", own)[0] == 403
    assert ask(cast.root, "PUT", own, scopes=WRITING)[0] == 403
    assert ask(cast.root, "PUT", own)[0] == 204


def test_departments_are_placed_closed_and_removed(cast: Cast) -> None:
    new = make_department(name="Canteen")
    path = f"/departments/{new.pk}"

    order = ask(cast.root, "PUT", f"{path}/place", {"index": 0})[1]
    assert [one["id"] for one in order] == [new.pk, cast.it.pk, cast.hr.pk]
    order = ask(cast.root, "PUT", f"{path}/place", {"index": 1})[1]
    assert [one["id"] for one in order] == [cast.it.pk, new.pk, cast.hr.pk]
    assert ask(cast.root, "PUT", f"{path}/place", {"index": 999})[1][-1]["id"] == new.pk
    assert ask(cast.root, "PATCH", path, {"parent_id": cast.it.pk})[1]["parent"] == cast.it.pk
    assert ask(cast.root, "PATCH", path, {"is_active": False})[1]["is_active"] is False
    assert [ask(cast.root, "DELETE", path)[0] for _again in range(2)] == [204, 204]
    assert not Department.objects.filter(pk=new.pk).exists()
    assert ask(cast.root, "DELETE", f"/departments/{cast.it.pk}")[0] == 409
    assert ask(cast.root, "PUT", f"{path}/place", {"index": 0})[0] == 404
    assert ask(cast.root, "PUT", f"/departments/{cast.it.pk}/place", {"index": -1})[0] == 422


def test_departments_and_companies_are_the_administrators_to_remove(cast: Cast) -> None:
    company = make_organization()
    for actor, refused in others(cast):
        assert ask(actor, "DELETE", f"/departments/{cast.hr.pk}")[0] == refused
        assert ask(actor, "PUT", f"/departments/{cast.hr.pk}/place", {"index": 0})[0] == refused
        assert ask(actor, "DELETE", f"/organizations/{company.pk}")[0] == refused
    reading = ("people:read",)
    assert ask(cast.root, "DELETE", f"/organizations/{company.pk}", scopes=reading)[0] == 403
    assert ask(cast.root, "DELETE", f"/departments/{cast.hr.pk}", scopes=reading)[0] == 403
    assert Department.objects.count() == 2


def test_a_company_is_removed_when_nobody_belongs_to_it(cast: Cast) -> None:
    empty, company = make_organization(), make_organization()
    make_person(organization=company)

    assert ask(cast.root, "DELETE", f"/organizations/{company.pk}")[0] == 409
    gone = [ask(cast.root, "DELETE", f"/organizations/{empty.pk}")[0] for _again in range(2)]
    assert gone == [204, 204]
    assert list(Organization.objects.all()) == [company]


def test_the_desk_is_read_and_changed_by_the_administrator(cast: Cast) -> None:
    make_desk()
    status, changed = ask(
        cast.root,
        "PATCH",
        "/desk",
        {
            "company": "Meridian",
            "languages": ["bg", "en", "bg"],
            "time_zone": "Europe/Sofia",
            "message_limit": 50_000,
            "file_limit": 2048 * MEGABYTE,
            "customer_file_limit": MEGABYTE,
            "hue": 359,
        },
    )

    assert (status, changed["languages"]) == (200, ["bg", "en"])
    desk = Desk.objects.get()
    assert (desk.company, desk.hue, desk.customer_file_limit) == ("Meridian", 359, MEGABYTE)
    assert ask(cast.root, "GET", "/desk") == (200, changed)
    assert ask(cast.root, "PATCH", "/desk", {"customer_file_limit": None})[0] == 200
    assert Desk.objects.get().customer_file_limit is None


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"company": ""}, "company"),
        ({"company": " "}, "company"),
        ({"company": "x" * 101}, "company"),
        ({"languages": []}, "languages"),
        ({"languages": ["de"]}, "languages.0"),
        ({"time_zone": "Mars"}, "time_zone"),
        ({"message_limit": 0}, "message_limit"),
        ({"message_limit": 50_001}, "message_limit"),
        ({"file_limit": MEGABYTE - 1}, "file_limit"),
        ({"file_limit": 2048 * MEGABYTE + 1}, "file_limit"),
        ({"customer_file_limit": 0}, "customer_file_limit"),
        ({"hue": 360}, "hue"),
        ({"hue": -1}, "hue"),
    ],
)
def test_a_desk_that_cannot_be_is_named(cast: Cast, change: dict[str, Any], member: str) -> None:
    make_desk()
    before = Desk.objects.values().get()
    status, said = ask(cast.root, "PATCH", "/desk", {"message_limit": 77, **change})

    assert (status, [one["field"] for one in said["errors"]]) == (422, [member])
    assert Desk.objects.values().get() == before


def test_the_desk_is_no_one_elses_and_has_a_scope_of_its_own(cast: Cast) -> None:
    assert ask(cast.root, "GET", "/desk")[0] == 404
    assert ask(cast.root, "PATCH", "/desk", {"hue": 1})[0] == 404
    make_desk()
    for actor, refused in others(cast):
        assert ask(actor, "GET", "/desk")[0] == refused
        assert ask(actor, "PATCH", "/desk", {"hue": 1})[0] == refused
    assert ask(cast.root, "PATCH", "/desk", {"hue": 1}, WRITING)[0] == 403
    assert ask(cast.root, "PATCH", "/desk", {"hue": 1}, ("configuration:write",))[0] == 200


def test_the_desk_is_changed_from_the_state_that_was_read_and_once(cast: Cast) -> None:
    make_desk()
    _row, secret = create_token(actor=cast.root, name="t", scopes=("all",))
    match = {"If-Match": call(secret, "GET", "/desk")["ETag"]}

    first = call(secret, "PATCH", "/desk", {"hue": 5}, **match, **KEY)
    again = call(secret, "PATCH", "/desk", {"hue": 5}, **match, **KEY)
    stale = call(secret, "PATCH", "/desk", {"hue": 6}, **match)
    Account.objects.filter(pk=cast.root.account_id).update(is_administrator=False)
    later = call(secret, "PATCH", "/desk", {"hue": 5}, **match, **KEY)

    assert (first.status_code, again.json(), stale.status_code) == (200, first.json(), 412)
    assert later.status_code == 404
    assert ApiToken.objects.count() == 1
