"""The company, its departments, its customers, and everyone's account and role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from otklik.people.actions import (
    DepartmentFields,
    FirstAdministrator,
    FirstDesk,
    change_preferences,
    register_organization,
    register_person,
    set_roles,
    set_up_desk,
)
from otklik.people.actions.accounts import new_account
from otklik.people.models import Account, Actor, Department, Person, Role
from otklik.people.policies import actor_for
from otklik.shell.demo.accounts import DOMAIN, password_of
from otklik.tickets.actions.defaults import load_defaults
from otklik.tickets.models import TicketType

COMPANY = "Meridian"
PROFILE = ("given_name", "surname", "patronymic", "position", "office", "time_zone", "language")

COMPANY_FIELDS = ("name", "standing", "products", "remarks", "shares_tickets")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone of the demo desk by key, as those who act."""

    root: Actor
    actors: dict[str, Actor]
    departments: dict[str, int]


def settle(sheet: Mapping[str, list[dict[str, Any]]]) -> Cast:
    """Set the desk up and let everyone move in."""
    administrator = set_up_desk(first=_first(sheet["department"]))
    load_defaults()
    departments = dict(Department.objects.values_list("prefix", "pk"))
    for row in sheet["department"]:
        TicketType.objects.filter(key__in=row["types"]).update(
            department=departments[row["prefix"]]
        )
    root = actor_for(administrator)
    companies = {row["key"]: _company(root, row) for row in sheet["organization"]}
    domains = {row["key"]: row["domains"][0] for row in sheet["organization"]}
    actors = {"root": root}
    for row in sheet["person"]:
        home = row.get("organization")
        person = _person(root, row, companies.get(home), domains.get(home))
        actors[row["key"]] = _moved_in(root, row, person, departments)
    return Cast(root, actors, departments)


def _first(departments: list[dict[str, Any]]) -> FirstDesk:
    return FirstDesk(
        company=COMPANY,
        languages=("en", "ru", "bg"),
        time_zone="Europe/London",
        departments=[
            DepartmentFields(names=row["names"], prefix=row["prefix"]) for row in departments
        ],
        administrator=FirstAdministrator(
            given_name="Robin",
            surname="Root",
            email=f"root@{DOMAIN}",
            login="root",
            password=password_of("root"),
        ),
        is_demo=True,
    )


def _company(root: Actor, row: Row) -> int:
    fields: Any = {name: row[name] for name in COMPANY_FIELDS if name in row}
    return register_organization(actor=root, fields=fields, domains=row["domains"]).pk


def _person(root: Actor, row: Row, company: int | None, domain: str | None) -> Person:
    fields: Any = {name: row[name] for name in (*PROFILE, "channel") if name in row}
    emails = [f"{row['key']}@{domain}"] if domain else []
    return register_person(
        actor=root,
        fields=fields | {"organization_id": company},
        emails=emails,
        phones=row.get("phones", []),
    )


def _moved_in(root: Actor, row: Row, person: Person, departments: Mapping[str, int]) -> Actor:
    """Open the person's account, if they have one, and give them their roles."""
    roles: Mapping[str, str] = row.get("roles", {})
    if not roles and not row.get("account"):
        return _caller(person)
    login = row["key"]
    account = new_account(person=person, login=login, password=password_of(login))
    set_roles(
        actor=root,
        person_id=person.pk,
        roles={departments[prefix]: Role(role) for prefix, role in roles.items()},
    )
    actor = actor_for(Account.objects.select_related("person__organization").get(pk=account.pk))
    if signature := row.get("signature"):
        change_preferences(actor=actor, changes={"signature": signature})
    return actor


def _caller(person: Person) -> Actor:
    """Return someone who only telephones: known to the desk, without an account."""
    return Actor(account_id=0, person_id=person.pk, name=person.name, language=person.language)
