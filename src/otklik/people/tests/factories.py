"""Typed makers of people, and the cast that all tests share: Ada, Vi, Cora, Sam, Root, Cy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.test import Client

from otklik.core import clock
from otklik.core.models import Desk
from otklik.people.models import (
    Account,
    Actor,
    Department,
    EmailAddress,
    Membership,
    Organization,
    OrganizationDomain,
    Person,
    PhoneNumber,
    Role,
)
from otklik.people.models.contact import look_up_text
from otklik.people.policies import actor_for
from otklik.people.views.proving import PROVED

PASSWORD = "correct horse battery"

_number = count(1)
MARK = UUID("0f" * 16)
"""One for all tests of a process: those who read letters are begun anew for each."""


def make_desk(
    *, time_zone: str = "Europe/Moscow", languages: Iterable[str] = ("en", "ru", "bg")
) -> Desk:
    return Desk.objects.create(
        pk=1,
        company="Acme",
        languages=list(languages),
        time_zone=time_zone,
        mark=MARK,
        created_at=clock.now(),
    )


def make_organization(
    *, name: str = "", domains: Iterable[str] = (), shares_tickets: bool = False
) -> Organization:
    organization = Organization.objects.create(
        name=name or f"Company {next(_number)}",
        shares_tickets=shares_tickets,
        created_at=clock.now(),
    )
    for domain in domains:
        OrganizationDomain.objects.create(organization=organization, domain=domain)
    return organization


def make_department(
    *, name: str = "", prefix: str = "", parent: Department | None = None, is_public: bool = True
) -> Department:
    """Make a department; name and prefix are made up when not given."""
    number = next(_number)
    prefix = prefix or f"D{number}"
    return Department.objects.create(
        names={"en": name or f"Department {prefix}"},
        prefix=prefix,
        parent=parent,
        is_public=is_public,
    )


def make_person(
    *,
    name: str = "",
    email: str = "",
    phone: str = "",
    organization: Organization | None = None,
    language: str = "en",
) -> Person:
    """Make a person by given name and surname; the e-mail is made up when not given."""
    number = next(_number)
    given_name, _, surname = (name or f"Pat Person{number}").partition(" ")
    email = email or f"{given_name.lower()}{number}@example.com"
    digits = "".join(sign for sign in phone if sign.isdigit())
    person = Person.objects.create(
        given_name=given_name,
        surname=surname,
        organization=organization,
        language=language,
        look_up=look_up_text([surname, given_name, email], [phone] if phone else []),
        created_at=clock.now(),
    )
    EmailAddress.objects.create(person=person, address=email, is_primary=True)
    if phone:
        PhoneNumber.objects.create(person=person, number=phone, digits=digits, is_primary=True)
    return person


def make_account(
    *,
    person: Person | None = None,
    login: str = "",
    password: str = "",
    is_administrator: bool = False,
) -> Account:
    """Make an account; without a password nobody can sign in by one (tests use `sign_in`)."""
    person = person or make_person()
    account = Account(
        person=person,
        login=login or f"{person.given_name.lower() or 'user'}{next(_number)}",
        is_administrator=is_administrator,
        created_at=clock.now(),
    )
    if password:
        account.set_password(password)
    else:
        account.set_unusable_password()
    account.save()
    return account


def make_actor(
    *,
    name: str = "",
    roles: Mapping[Department, Role] | None = None,
    organization: Organization | None = None,
    is_administrator: bool = False,
    language: str = "en",
) -> Actor:
    """Make a person with an account and roles, and return who they are as an actor."""
    person = make_person(name=name, organization=organization, language=language)
    for department, role in (roles or {}).items():
        Membership.objects.create(person=person, department=department, role=role)
    return actor_for(make_account(person=person, is_administrator=is_administrator))


@dataclass(frozen=True)
class Cast:
    """Everyone that a test about rights needs, and the two departments they stand in."""

    it: Department
    hr: Department
    ada: Actor  # agent of IT
    vi: Actor  # supervisor of IT
    cora: Actor  # co-ordinator of IT
    sam: Actor  # agent of HR
    root: Actor  # administrator
    cy: Actor  # customer

    @property
    def everyone(self) -> dict[str, Actor]:
        return {name: getattr(self, name) for name in ("ada", "vi", "cora", "sam", "root", "cy")}


def make_cast() -> Cast:
    it = make_department(name="IT")
    hr = make_department(name="Staff")
    return Cast(
        it=it,
        hr=hr,
        ada=make_actor(name="Ada Agent", roles={it: Role.AGENT}),
        vi=make_actor(name="Vi Visor", roles={it: Role.SUPERVISOR}),
        cora=make_actor(name="Cora Head", roles={it: Role.COORDINATOR}),
        sam=make_actor(name="Sam Other", roles={hr: Role.AGENT}),
        root=make_actor(name="Root Chief", is_administrator=True),
        cy=make_actor(name="Cy Customer"),
    )


def account_of(actor: Actor) -> Account:
    return Account.objects.get(pk=actor.account_id)


def sign_in(client: Client, who: Account | Actor, *, is_proved: bool = True) -> None:
    """Sign a test client in as someone, without the form; as if the password was typed just now."""
    client.force_login(account_of(who) if isinstance(who, Actor) else who)
    if is_proved:
        session = client.session
        session[PROVED] = int(clock.now().timestamp())
        session.save()
