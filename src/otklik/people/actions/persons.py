"""Registering people and changing what is known about them."""

from collections.abc import Sequence
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotAllowed
from otklik.core.events import publish
from otklik.core.together import insert_one
from otklik.people.actions.checks import Checks
from otklik.people.actions.home import home
from otklik.people.actions.look_up import refresh_look_up
from otklik.people.actions.roles import publish_rights_changed
from otklik.people.events import PersonChanged, PersonRegistered
from otklik.people.models import Actor, EmailAddress, Organization, Person, PhoneNumber
from otklik.people.models.contact import look_up_text
from otklik.people.policies import (
    ensure_may_change_company,
    ensure_may_change_person,
    ensure_may_read_remarks,
    ensure_staff,
    find_organization,
    lock_person,
)

LINES = {"surname": 100, "given_name": 100, "patronymic": 100, "position": 150, "office": 150}
STAFF_ONLY = frozenset({"organization_id", "remarks"})


class PersonFields(TypedDict, total=False):
    """What a profile holds; a key left out is left as it is."""

    surname: str
    given_name: str
    patronymic: str
    organization_id: int | None
    position: str
    office: str
    time_zone: str
    language: str
    channel: str
    remarks: str


@transaction.atomic
def register_person(
    *, actor: Actor, fields: PersonFields, emails: Sequence[str] = (), phones: Sequence[str] = ()
) -> Person:
    """Make a person known to the desk; the first address and telephone are the primary ones.

    Publishes PersonRegistered. Raises NotFound for customers, Invalid, Conflict when an
    address is somebody else's.
    """
    ensure_staff(actor)
    return new_person(actor=actor, fields=fields, emails=emails, phones=phones)


@transaction.atomic
def change_person(
    *, actor: Actor, person_id: int, changes: PersonFields, version: int | None = None
) -> Person:
    """Change a profile; `version` is the one that the change was made from, None for any.

    Publishes PersonChanged, and RightsChanged for another organization. Raises NotFound,
    NotAllowed, Invalid, Conflict.
    """
    person = lock_person(actor, person_id)
    ensure_may_change_person(actor, person)
    if not actor.is_staff and STAFF_ONLY & changes.keys():
        raise NotAllowed
    if "remarks" in changes:
        ensure_may_read_remarks(actor, person)
    if version is not None and version != person.version:
        raise Conflict(_("Someone changed this person meanwhile. Nothing of yours was written."))

    checked = checked_fields(actor, changes)
    altered = [name for name, value in checked.items() if getattr(person, name) != value]
    if not altered:
        return person
    if "organization_id" in altered:
        ensure_may_change_company(actor, person)
    for name in altered:
        setattr(person, name, checked[name])
    ensure_named(person)
    person.version += 1
    person.save(update_fields=[*altered, "version"])
    refresh_look_up(person)
    publish(PersonChanged(person_id=person.pk))
    if "organization_id" in altered:
        publish_rights_changed(person)
    return person


def new_person(
    *, actor: Actor | None, fields: PersonFields, emails: Sequence[str], phones: Sequence[str]
) -> Person:
    """Write a person with their addresses and telephones. Rights are the caller's to check.

    Raises Invalid, and Conflict with nothing written.
    """
    place = home()
    person = Person(created_at=clock.now(), **(place.profile | checked_fields(actor, fields)))
    ensure_named(person)
    checks = Checks()
    addresses = [checks.email("email", email) for email in emails]
    typed = [checks.phone("phone", text, place.region) for text in phones]
    numbers = {one.digits: one for one in typed}
    checks.finish()
    names = [person.surname, person.given_name, person.patronymic]
    shown = [phone.number for phone in numbers.values()]
    person.look_up = look_up_text([*names, *dict.fromkeys(addresses)], shown)
    try:
        with transaction.atomic():  # so that a caller may go on with who has the address
            insert_one(person)
            for rank, address in enumerate(dict.fromkeys(addresses)):
                insert_one(EmailAddress(person=person, address=address, is_primary=rank == 0))
    except IntegrityError as error:
        raise Conflict(_("This address belongs to another person already.")) from error
    PhoneNumber.objects.bulk_create(
        PhoneNumber(person=person, number=phone.number, digits=phone.digits, is_primary=rank == 0)
        for rank, phone in enumerate(numbers.values())
    )
    publish(PersonRegistered(person_id=person.pk))
    return person


def checked_fields(actor: Actor | None, fields: PersonFields) -> dict[str, object]:
    """Return the given fields as the model takes them. Raises Invalid naming every wrong one."""
    checks = Checks()
    taken: dict[str, object] = {
        name: checks.line(name, fields.get(name, ""), limit=limit)
        for name, limit in LINES.items()
        if name in fields
    }
    if "remarks" in fields:
        taken["remarks"] = checks.text("remarks", fields["remarks"])
    if "time_zone" in fields:
        taken["time_zone"] = checks.zone("time_zone", fields["time_zone"])
    if "language" in fields:
        taken["language"] = checks.choice("language", fields["language"], home().languages)
    if "channel" in fields:
        taken["channel"] = checks.choice("channel", fields["channel"], Person.Channel.values)
    if "organization_id" in fields:
        taken["organization_id"] = _organization(checks, actor, fields["organization_id"])
    checks.finish()
    return taken


def ensure_named(person: Person) -> None:
    if not person.surname and not person.given_name:
        why = _("A name or a surname is needed.")
        raise Invalid(fields={"given_name": why})


def _organization(checks: Checks, actor: Actor | None, organization_id: int | None) -> int | None:
    if organization_id is None or actor is None:
        return organization_id
    if not Organization.objects.filter(pk=organization_id).exists():
        checks.wrong["organization_id"] = _("There is no such organization.")
        return None
    return find_organization(actor, organization_id).pk
