"""Lists of people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Q, QuerySet

from otklik.people.models import Account, Actor, Membership, Organization, Person, Role, Session
from otklik.people.policies import ensure_staff, find_person
from otklik.people.selectors.look_up import SHORTEST_INSIDE, needles, people_like
from otklik.people.selectors.own import sessions_of
from otklik.people.selectors.paging import Page, read_cursor, write_cursor

Kind = Literal["", "colleagues", "customers", "administrators", "blocked"]
KINDS: Final[tuple[Kind, ...]] = ("", "colleagues", "customers", "administrators", "blocked")


@dataclass(frozen=True)
class PersonCard:
    """A person as the administrator sees them."""

    person: Person  # with emails, phones, organization
    account: Account | None
    roles: Mapping[int, Role]
    sessions: Sequence[Session]


@dataclass(frozen=True, kw_only=True)
class PersonFilter:
    """Which people a list holds."""

    text: str = ""
    kind: Kind = ""
    organization_id: int | None = None
    department_id: int | None = None


def person_page(
    *, actor: Actor, wanted: PersonFilter, cursor: str = "", size: int = 50
) -> Page[Person]:
    """Return people by surname, with organization, account, addresses, telephones and roles.

    Raises NotFound for customers, Invalid for a foreign cursor.
    """
    ensure_staff(actor)
    people = _matching(wanted)
    if key := read_cursor(cursor, (str, str, int)):
        surname, given_name, pk = key
        people = people.filter(
            Q(surname__gt=surname)
            | Q(surname=surname, given_name__gt=given_name)
            | Q(surname=surname, given_name=given_name, pk__gt=pk)
        )
    rows = list(
        people.select_related("organization", "account")
        .prefetch_related("emails", "phones", "memberships__department")
        .order_by("surname", "given_name", "pk")[: size + 1]
    )
    last = rows[size - 1] if len(rows) > size else None
    following = write_cursor([last.surname, last.given_name, last.pk]) if last else ""
    return Page(rows[:size], following)


def person_card(*, actor: Actor, person_id: int) -> PersonCard:
    """Collect what the page of a person shows. Raises NotFound."""
    find_person(actor, person_id)
    person = (
        Person.objects.select_related("organization")
        .prefetch_related("emails", "phones", "memberships__department")
        .get(pk=person_id)
    )
    account = Account.objects.filter(person=person).first()
    return PersonCard(
        person=person,
        account=account,
        roles={one.department_id: Role(one.role) for one in person.memberships.all()},
        sessions=sessions_of(account.pk) if account else [],
    )


def organization_names() -> list[str]:
    """Return names to choose from while typing; the first of very many."""
    return list(Organization.objects.order_by("name").values_list("name", flat=True)[:500])


def staff_of_departments(departments: Iterable[int]) -> QuerySet[Person]:
    """Return those who work in any of these departments and may sign in, by name."""
    return (
        Person.objects.filter(memberships__department__in=departments, account__is_active=True)
        .distinct()
        .order_by("surname", "given_name", "pk")
    )


def members_of(department_id: int) -> QuerySet[Membership]:
    """Return who works in a department, as what."""
    return (
        Membership.objects.filter(department=department_id)
        .select_related("person__account")
        .order_by("person__surname", "person__given_name", "pk")
    )


def _matching(wanted: PersonFilter) -> QuerySet[Person]:
    people = Person.objects.all()
    if wanted.text.strip():
        parts = needles(wanted.text)
        inside = bool(parts) and all(len(part) >= SHORTEST_INSIDE for part in parts)
        people = people_like(parts, inside=inside) if parts else Person.objects.none()
    if wanted.organization_id is not None:
        people = people.filter(organization=wanted.organization_id)
    if wanted.department_id is not None:
        people = people.filter(memberships__department=wanted.department_id)
    works = Q(memberships__isnull=False) | Q(account__is_administrator=True)
    match wanted.kind:
        case "colleagues":
            return people.filter(pk__in=Person.objects.filter(works).values("pk"))
        case "customers":
            return people.exclude(pk__in=Person.objects.filter(works).values("pk"))
        case "administrators":
            return people.filter(account__is_administrator=True)
        case "blocked":
            return people.filter(account__is_active=False)
        case "":
            return people
