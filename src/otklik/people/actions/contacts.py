"""A person's e-mail addresses and telephones."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, NotFound
from otklik.core.events import publish
from otklik.people.actions.checks import Checks
from otklik.people.actions.home import home
from otklik.people.actions.look_up import refresh_look_up
from otklik.people.actions.password_links import void_password_links
from otklik.people.events import PersonChanged
from otklik.people.models import Actor, EmailAddress, Person, PhoneNumber
from otklik.people.policies import (
    ensure_may_change_addresses,
    ensure_may_change_person,
    lock_person,
)

MOST_CONTACTS = 20


@transaction.atomic
def add_email(*, actor: Actor, person_id: int, address: str) -> EmailAddress:
    """Add an address; the first one is the primary. Adding it again does nothing.

    Publishes PersonChanged. Raises NotFound, NotAllowed, Invalid, Conflict when it is
    somebody else's.
    """
    person = _person_for_addresses(actor, person_id)
    checks = Checks()
    canonical = checks.email("email", address)
    checks.finish()
    if present := person.emails.filter(address=canonical).first():
        return present

    _ensure_few(person.emails.count())
    is_first = not person.emails.exists()
    try:
        with transaction.atomic():
            added = person.emails.create(address=canonical, is_primary=is_first)
    except IntegrityError as error:
        raise Conflict(_("This address belongs to another person already.")) from error
    _note_change(person)
    return added


@transaction.atomic
def remove_email(*, actor: Actor, person_id: int, email_id: int) -> None:
    """Remove an address; if it was the primary one, the next becomes it.

    Links to set a password that were mailed stop working. Removing it again does nothing.
    Publishes PersonChanged. Raises NotFound, NotAllowed.
    """
    person = _person_for_addresses(actor, person_id)
    removed, _rows = person.emails.filter(pk=email_id).delete()
    if not removed:
        return
    if not person.emails.filter(is_primary=True).exists() and (left := person.emails.first()):
        left.is_primary = True
        left.save(update_fields=["is_primary"])
    void_password_links(person_id=person.pk)
    _note_change(person)


@transaction.atomic
def choose_email(*, actor: Actor, person_id: int, email_id: int) -> None:
    """Make an address the primary one: mail goes there. Raises NotFound, NotAllowed."""
    person = _person_for_addresses(actor, person_id)
    chosen = person.emails.filter(pk=email_id).first()
    if chosen is None:
        raise NotFound
    person.emails.filter(is_primary=True).update(is_primary=False)
    person.emails.filter(pk=chosen.pk).update(is_primary=True)
    void_password_links(person_id=person.pk)
    _note_change(person)


@transaction.atomic
def add_phone(*, actor: Actor, person_id: int, number: str) -> PhoneNumber:
    """Add a telephone in any notation; the first one is the primary. Again does nothing.

    Publishes PersonChanged. Raises NotFound, NotAllowed, Invalid.
    """
    person = _person_for_phones(actor, person_id)
    checks = Checks()
    phone = checks.phone("phone", number, home().region)
    checks.finish()
    if present := person.phones.filter(digits=phone.digits).first():
        return present

    _ensure_few(person.phones.count())
    is_first = not person.phones.exists()
    added: PhoneNumber = person.phones.create(
        number=phone.number, digits=phone.digits, is_primary=is_first
    )
    _note_change(person)
    return added


@transaction.atomic
def remove_phone(*, actor: Actor, person_id: int, phone_id: int) -> None:
    """Remove a telephone; if it was the primary one, the next becomes it. Again does nothing."""
    person = _person_for_phones(actor, person_id)
    removed, _rows = person.phones.filter(pk=phone_id).delete()
    if not removed:
        return
    if not person.phones.filter(is_primary=True).exists() and (left := person.phones.first()):
        left.is_primary = True
        left.save(update_fields=["is_primary"])
    _note_change(person)


@transaction.atomic
def choose_phone(*, actor: Actor, person_id: int, phone_id: int) -> None:
    """Make a telephone the primary one. Raises NotFound, NotAllowed."""
    person = _person_for_phones(actor, person_id)
    if not person.phones.filter(pk=phone_id).exists():
        raise NotFound
    person.phones.filter(is_primary=True).update(is_primary=False)
    person.phones.filter(pk=phone_id).update(is_primary=True)
    _note_change(person)


def _person_for_addresses(actor: Actor, person_id: int) -> Person:
    person = lock_person(actor, person_id)
    ensure_may_change_addresses(actor, person)
    return person


def _person_for_phones(actor: Actor, person_id: int) -> Person:
    person = lock_person(actor, person_id)
    ensure_may_change_person(actor, person)
    return person


def _ensure_few(present: int) -> None:
    if present >= MOST_CONTACTS:
        raise Conflict(_("This person has as many as one can keep. Remove one first."))


def _note_change(person: Person) -> None:
    person.version += 1
    person.save(update_fields=["version"])
    refresh_look_up(person)
    publish(PersonChanged(person_id=person.pk))
