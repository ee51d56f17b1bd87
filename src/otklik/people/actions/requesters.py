"""Who a letter, call or program speaks of: found by address, or registered."""

from typing import Final

from django.db import DEFAULT_DB_ALIAS, transaction

from otklik.core.errors import Conflict, NotAllowed
from otklik.core.prepared import Given, Prepared, prepared_cursor
from otklik.people.actions.checks import Checks
from otklik.people.actions.persons import PersonFields, new_person
from otklik.people.models import Actor, OrganizationDomain, Person
from otklik.people.models.contact import folded

PATRONYMIC_ENDINGS = ("вич", "вна", "ична", "vich", "vna")
LONGEST_NAME = 100

PERSON_FIELDS = [one.attname for one in Person._meta.concrete_fields]  # noqa: SLF001  # Django's documented door
PERSON_AT = f"""
    SELECT {", ".join(f"person.{name}" for name in PERSON_FIELDS)}
      FROM people_person AS person
      JOIN people_emailaddress AS email ON email.person_id = person.id
     WHERE email.address = %s
"""  # noqa: S608  # names of our own columns

_OF_DOMAIN: Final = Prepared(lambda: OrganizationDomain.objects.filter(domain=Given("domain")))


def find_requester(*, actor: Actor | None, email: str) -> Person | None:
    """Return the person who has this address, if anybody has.

    A customer may name only themselves. Raises Invalid, NotAllowed.
    """
    checks = Checks()
    address = checks.email("email", email)
    checks.finish()
    person = person_at(address)
    if (
        actor is not None
        and not actor.is_staff
        and (person is None or person.pk != actor.person_id)
    ):
        raise NotAllowed
    return person


def find_or_register_requester(*, actor: Actor | None, email: str, name: str = "") -> Person:
    """Return the person who has this address, or register them under the given name.

    A new one belongs to the organization of the address's domain; a name without a letter or
    digit is none, and the address's own stands for it. `actor` is None for the desk
    itself (mail); a customer may name only themselves. Safe to repeat, also at once.
    Publishes PersonRegistered. Raises Invalid, NotAllowed.
    """
    known = find_requester(actor=actor, email=email)
    if known is not None:
        return known
    with transaction.atomic(savepoint=False):
        return register_requester(email=email, name=name)


def register_requester(*, email: str, name: str = "") -> Person:
    """Register whom nobody has found at an address, as `find_or_register_requester` does.

    Returns who was registered there meanwhile. In the caller's transaction.
    """
    checks = Checks()
    address = checks.email("email", email)
    shown = checks.line("name", name, limit=3 * LONGEST_NAME)
    checks.finish()
    try:
        return new_person(actor=None, fields=_fields(address, shown), emails=[address], phones=[])
    except Conflict:
        person = person_at(address)  # another was quicker
        if person is None:
            raise
        return person


def person_at(address: str) -> Person | None:
    """Return the person with this canonical address."""
    with prepared_cursor() as cursor:
        cursor.execute(PERSON_AT, [address])
        row = cursor.fetchone()
    return Person.from_db(DEFAULT_DB_ALIAS, PERSON_FIELDS, row) if row else None


def split_name(name: str) -> PersonFields:
    """Guess the parts of a name as people sign: "Ada Lane", or "Иванов Иван Иванович"."""
    words = name.replace(",", " ").split()
    if len(words) >= 3 and folded(words[-1]).endswith(PATRONYMIC_ENDINGS):  # noqa: PLR2004  # with a patronymic
        return {
            "surname": " ".join(words[:-2])[:LONGEST_NAME],
            "given_name": words[-2][:LONGEST_NAME],
            "patronymic": words[-1][:LONGEST_NAME],
        }
    given, rest = words[:1], words[1:]
    return {
        "given_name": " ".join(given)[:LONGEST_NAME],
        "surname": " ".join(rest)[:LONGEST_NAME],
    }


def _fields(address: str, name: str) -> PersonFields:
    local, _at, domain = address.partition("@")
    known = _OF_DOMAIN.first(domain=domain)
    return {
        **split_name(name if any(map(str.isalnum, name)) else local),
        "organization_id": known.organization_id if known else None,
    }
