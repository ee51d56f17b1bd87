"""Who a request speaks for, and what people may do with people."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from otklik.core.carried import asker
from otklik.core.errors import NotAllowed, NotFound, NotSignedIn
from otklik.core.models import Desk
from otklik.people.models import Account, Actor, Department, Organization, Person, Role

M = TypeVar("M", bound=Model)
NO_ACCOUNT = 0


def actor_for(
    account: Account,
    scopes: frozenset[str] = frozenset({"all"}),
    roles: Mapping[int, Role] | None = None,
) -> Actor:
    """Load the rights of an account as they are now: one query for person, one for roles.

    Whoever has just read the roles gives them, and none is asked.
    """
    person = account.person
    if roles is None:
        roles = {one.department_id: Role(one.role) for one in person.memberships.all()}
    organization = person.organization
    return Actor(
        account_id=account.pk,
        person_id=person.pk,
        name=person.name,
        is_administrator=account.is_administrator,
        roles=MappingProxyType(dict(roles)),
        organization_id=person.organization_id,
        shares_organization=bool(organization and organization.shares_tickets),
        scopes=scopes,
        language=person.language,
        time_zone=person.time_zone,
        signature=account.signature,
        undo_seconds=account.undo_seconds,
    )


def writer(person: Person) -> Actor:
    """Return somebody who writes from outside: themselves, with no right beyond that.

    Neither a role nor a company's sharing speaks for a letter, nor does an account.
    """
    return Actor(
        account_id=NO_ACCOUNT,
        person_id=person.pk,
        name=person.name,
        scopes=frozenset(),
        language=person.language,
        time_zone=person.time_zone,
    )


def asker_of(request: HttpRequest) -> Actor | None:
    """Return who is asking, None for a visitor."""
    actor: Actor | None = asker.found(request)
    return actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking. Raises NotSignedIn."""
    actor = asker_of(request)
    if actor is None:
        raise NotSignedIn
    return actor


def staff_of(request: HttpRequest) -> Actor:
    """Return the colleague who is asking. Raises NotSignedIn, or NotFound for a customer."""
    actor = actor_of(request)
    if not actor.is_staff:
        raise NotFound
    return actor


def administrator_of(request: HttpRequest) -> Actor:
    """Return the administrator who is asking. Raises NotSignedIn, or NotFound for others."""
    actor = actor_of(request)
    if not actor.is_administrator:
        raise NotFound
    return actor


def ensure_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise NotFound


def ensure_administrator(actor: Actor) -> None:
    ensure_staff(actor)
    if not actor.is_administrator:
        raise NotAllowed(_("Only an administrator may do this."))


def ensure_full_scope(actor: Actor) -> None:
    """Refuse a token that may write but not do everything: who signs in and sees what is more.

    A stolen `people:write` could else become any account. Raises NotAllowed.
    """
    if "all" not in actor.scopes:
        raise NotAllowed(_("Who signs in and who sees what needs a token of the scope “all”."))


def find_person(actor: Actor, person_id: int) -> Person:
    """Return a person whom the actor may know of: colleagues know all, customers themselves."""
    if not actor.is_staff and actor.person_id != person_id:
        raise NotFound
    return _first(Person.objects.filter(pk=person_id).select_related("organization"))


def lock_person(actor: Actor, person_id: int) -> Person:
    """Return a person as `find_person` does, held until the transaction ends."""
    find_person(actor, person_id)
    return _first(Person.objects.select_for_update().filter(pk=person_id))


def may_change_person(actor: Actor, person: Person) -> bool:
    """Everyone may change themselves; colleagues also customers; the administrator everyone."""
    if actor.is_administrator or actor.person_id == person.pk:
        return True
    return actor.is_staff and not is_colleague(person)


def ensure_may_change_person(actor: Actor, person: Person) -> None:
    if not may_change_person(actor, person):
        raise NotAllowed(_("Only an administrator may change a colleague."))


def ensure_may_change_company(actor: Actor, person: Person) -> None:
    """Refuse to change by which company a person sees requests: one's own, or by a lesser token.

    Raises NotAllowed.
    """
    if person.pk == actor.person_id and not actor.is_administrator:
        raise NotAllowed(_("Only an administrator may move you to another organization."))
    if Account.objects.filter(person=person).exists():
        ensure_full_scope(actor)


def may_read_remarks(actor: Actor, person: Person) -> bool:
    """Colleagues remark on others; what stands of oneself only the administrator may look up."""
    return actor.is_administrator or (actor.is_staff and actor.person_id != person.pk)


def ensure_may_read_remarks(actor: Actor, person: Person) -> None:
    if not may_read_remarks(actor, person):
        raise NotAllowed(_("Remarks on you are for your colleagues to read and to write."))


def may_change_addresses(actor: Actor, person: Person) -> bool:
    """Answer for addresses, which open the account of their person by a mailed link."""
    if actor.is_administrator:
        return True
    return actor.is_staff and not Account.objects.filter(person=person).exists()


def ensure_may_change_addresses(actor: Actor, person: Person) -> None:
    """Refuse to change by what a person signs in. Raises NotAllowed."""
    if not may_change_addresses(actor, person):
        raise NotAllowed(
            _("This person signs in by these addresses, so only an administrator may change them.")
        )
    if Account.objects.filter(person=person).exists():
        ensure_full_scope(actor)


def is_colleague(person: Person) -> bool:
    """Tell whether a person works at the desk."""
    return (
        person.memberships.exists()
        or Account.objects.filter(person=person, is_administrator=True).exists()
    )


def find_organization(actor: Actor, organization_id: int) -> Organization:
    """Return an organization: colleagues know all, customers their own."""
    if not actor.is_staff and actor.organization_id != organization_id:
        raise NotFound
    return _first(Organization.objects.filter(pk=organization_id))


def lock_organization(actor: Actor, organization_id: int) -> Organization:
    """Return an organization as `find_organization` does, held until the transaction ends."""
    find_organization(actor, organization_id)
    return _first(Organization.objects.select_for_update().filter(pk=organization_id))


def find_department(actor: Actor, department_id: int) -> Department:
    """Return a department: colleagues know all, customers those that they may write to."""
    return _known(actor, Department.objects.filter(pk=department_id).first())


def lock_department(actor: Actor, department_id: int) -> Department:
    """Return a department as `find_department` does, held with its tree."""
    return _known(actor, lock_departments().get(department_id))


def _known(actor: Actor, department: Department | None) -> Department:
    if department is None:
        raise NotFound
    if not actor.is_staff and not (department.is_public and department.is_active):
        raise NotFound
    return department


def lock_departments() -> dict[int, Department]:
    """Return every department, held: a tree is sound or not only as a whole."""
    return {one.pk: one for one in Department.objects.select_for_update().order_by("pk")}


def lock_desk(actor: Actor) -> Desk:
    """Return the desk for the administrator, held until the transaction ends."""
    ensure_administrator(actor)
    desk = Desk.objects.select_for_update().first()
    if desk is None:
        raise NotFound
    return desk


def lock_account(actor: Actor, account_id: int) -> Account:
    """Return any account for the administrator, held until the transaction ends."""
    ensure_administrator(actor)
    ensure_full_scope(actor)
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound
    account.person = Person.objects.get(pk=account.person_id)
    return account


def _first(rows: QuerySet[M]) -> M:
    row = rows.first()
    if row is None:
        raise NotFound
    return row
