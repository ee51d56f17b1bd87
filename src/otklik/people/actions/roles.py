"""Who works in which department, as what."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.events import publish
from otklik.people.events import RightsChanged
from otklik.people.models import Account, Actor, Department, Membership, Person, Role
from otklik.people.policies import ensure_administrator, ensure_full_scope, lock_person


@transaction.atomic
def set_role(*, actor: Actor, person_id: int, department_id: int, role: Role | None) -> None:
    """Give a person a role in a department, another one, or (None) none.

    Setting it again does nothing. Publishes RightsChanged. Raises NotFound, NotAllowed.
    """
    set_roles(actor=actor, person_id=person_id, roles={department_id: role})


@transaction.atomic
def set_roles(
    *,
    actor: Actor,
    person_id: int,
    roles: Mapping[int, Role | None],
    seen: Mapping[int, Role | None] = MappingProxyType({}),
) -> dict[int, Role | None]:
    """Set a person's roles in several departments at once; others stay as they are.

    Returns those that are different now, as they were; publishes RightsChanged if there are any.
    Raises NotFound, NotAllowed, Invalid, and Conflict where the actor has `seen` another role.
    """
    ensure_administrator(actor)
    ensure_full_scope(actor)
    person = lock_person(actor, person_id)
    known = set(Department.objects.filter(pk__in=roles).values_list("pk", flat=True))
    if known != set(roles):
        raise NotFound
    if any(role is not None and role not in Role.values for role in roles.values()):
        raise Invalid(fields={"role": _("Choose one of the offered values.")})

    present = {one.department_id: Role(one.role) for one in person.memberships.all()}
    before = {pk: present.get(pk) for pk, role in roles.items() if present.get(pk) != role}
    if any(pk in seen and seen[pk] != role for pk, role in before.items()):
        raise Conflict(_("Somebody changed these roles meanwhile. Save again to have yours."))
    for department_id in before:
        _write(person, department_id, roles[department_id])
    if before:
        publish_rights_changed(person)
    return before


def publish_rights_changed(person: Person) -> None:
    account_id = Account.objects.filter(person=person).values_list("pk", flat=True).first()
    publish(RightsChanged(person_id=person.pk, account_id=account_id))


def _write(person: Person, department_id: int, role: Role | None) -> None:
    if role is None:
        Membership.objects.filter(person=person, department=department_id).delete()
        return
    Membership.objects.update_or_create(
        person=person, department_id=department_id, defaults={"role": role}
    )
