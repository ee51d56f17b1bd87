"""The caller look-up: any part of a telephone, name, login or address, as one types."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from otklik.people.models import Actor, Person
from otklik.people.models.contact import FEWEST_DIGITS, dialled_digits, folded
from otklik.people.policies import ensure_staff

DIALLED = re.compile(r"[\d\s+()./–-]+")
SHORTEST = 2
SHORTEST_INSIDE = 3  # characters; fewer are looked for at the start of words only
MOST_WORDS = 6
CANDIDATES = 200
LONGEST = 100


@dataclass(frozen=True)
class FoundPerson:
    """One answer of the look-up, as a row shows it."""

    id: int
    name: str
    full_name: str
    initials: str
    login: str
    organization: str
    position: str
    office: str
    emails: Sequence[str]
    phones: Sequence[str]


def look_up(*, actor: Actor, text: str, limit: int = 10) -> list[FoundPerson]:
    """Find people by parts of what they are known by, those whose words begin so first.

    Every word of `text` must be found; a telephone in any notation counts as one. At most
    200 candidates are weighed, so that two letters cost no more than ten.
    """
    ensure_staff(actor)
    parts = needles(text)
    if not parts:
        return []
    found = _ranked(people_like(parts, inside=False), parts)
    if len(found) < limit and all(len(part) >= SHORTEST_INSIDE for part in parts):
        seen = {person.pk for person in found}
        further = _ranked(people_like(parts, inside=True), parts)
        found += [person for person in further if person.pk not in seen]
    return _rows([person.pk for person in found[:limit]])


def needles(text: str) -> list[str]:
    """Return the parts that must all be found."""
    text = text[:LONGEST].replace("\x00", "")
    if DIALLED.fullmatch(text):
        digits = dialled_digits(text)
        return [digits] if len(digits) >= FEWEST_DIGITS else []
    words = folded(text.encode("utf-8", "ignore").decode()).split()
    return [word for word in words if len(word) >= SHORTEST][:MOST_WORDS]


def people_like(parts: Sequence[str], *, inside: bool) -> QuerySet[Person]:
    """Return people of whom each part begins a word, or stands anywhere (`person_look_up`)."""
    people = Person.objects.all()
    for part in parts:
        people = people.filter(look_up__contains=part if inside else f" {part}")
    return people


def _ranked(people: QuerySet[Person], parts: Sequence[str]) -> list[Person]:
    candidates = list(people.only("pk", "surname", "given_name", "look_up").order_by()[:CANDIDATES])
    return sorted(candidates, key=lambda person: _distance(person, parts))


def _distance(person: Person, parts: Sequence[str]) -> tuple[int, int, str, str, int]:
    """Return how far a person is from what was typed: whole words, then beginnings of names."""
    words = set(person.look_up.split())
    names = folded(f"{person.surname} {person.given_name}").split()
    whole = sum(part in words for part in parts)
    begun = sum(any(name.startswith(part) for name in names) for part in parts)
    return (-whole, -begun, person.surname, person.given_name, person.pk)


def _rows(keys: Sequence[int]) -> list[FoundPerson]:
    people = Person.objects.filter(pk__in=keys).select_related("organization", "account")
    known = {person.pk: person for person in people.prefetch_related("emails", "phones").order_by()}
    return [found_person(known[key]) for key in keys if key in known]


def found_person(person: Person) -> FoundPerson:
    """Return a person whose organization, account, emails and phones are loaded, as a row."""
    account = getattr(person, "account", None)
    return FoundPerson(
        id=person.pk,
        name=person.name,
        full_name=person.full_name,
        initials=person.initials,
        login=account.login if account else "",
        organization=person.organization.name if person.organization else "",
        position=person.position,
        office=person.office,
        emails=[email.address for email in person.emails.all()],
        phones=[phone.number for phone in person.phones.all()],
    )
