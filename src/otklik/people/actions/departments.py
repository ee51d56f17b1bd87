"""The tree of departments that answer tickets."""

import re
from typing import Any, TypedDict

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.core.events import publish
from otklik.core.spoken import known_languages
from otklik.core.wording import Names, with_unspoken
from otklik.people.actions.checks import Checks
from otklik.people.actions.home import home
from otklik.people.events import DepartmentChanged
from otklik.people.models import Actor, Department
from otklik.people.policies import ensure_administrator, lock_departments

PREFIX = re.compile(r"[A-ZА-Я0-9]{1,6}")
LONGEST_NAME = 100


class DepartmentFields(TypedDict, total=False):
    """What a department is called and where it stands; a key left out is left as it is."""

    names: Names
    prefix: str
    parent_id: int | None
    language: str
    is_public: bool


@transaction.atomic
def add_department(*, actor: Actor, fields: DepartmentFields) -> Department:
    """Add a department as the last among its siblings.

    Publishes DepartmentChanged. Raises NotAllowed, Invalid, Conflict.
    """
    ensure_administrator(actor)
    return new_department(fields)


@transaction.atomic
def change_department(*, actor: Actor, department_id: int, changes: DepartmentFields) -> Department:
    """Rename a department, or move it with all its parts under another.

    Publishes DepartmentChanged. Raises NotFound, NotAllowed, Invalid (also for a circle, and
    for an open one below a closed one).
    """
    ensure_administrator(actor)
    tree = lock_departments()
    department = _of(tree, department_id)
    parent_id = department.parent_id
    taken = _checked(changes, tree)
    if "names" in taken:
        taken["names"] = with_unspoken(taken["names"], department.names)
    for name, value in taken.items():
        setattr(department, name, value)
    _refuse_circle(department, tree)
    if department.is_active and department.parent_id != parent_id:
        _refuse_closed_parent(department, tree)
    _save(department)
    return department


@transaction.atomic
def move_department(*, actor: Actor, department_id: int, steps: int) -> None:
    """Move a department among its siblings: -1 is one place up. Raises NotFound, NotAllowed."""
    ensure_administrator(actor)
    tree = lock_departments()
    department = _of(tree, department_id)
    _place(department, tree, _siblings(department, tree).index(department) + steps)


@transaction.atomic
def place_department(*, actor: Actor, department_id: int, index: int) -> None:
    """Put a department at a place among its siblings: 0 is the first, and again does nothing.

    Publishes DepartmentChanged. Raises NotFound, NotAllowed.
    """
    ensure_administrator(actor)
    tree = lock_departments()
    _place(_of(tree, department_id), tree, index)


@transaction.atomic
def close_department(*, actor: Actor, department_id: int) -> Department:
    """Let a department take no new tickets; what it has is worked to the end.

    Closing a closed one does nothing. Raises NotFound, NotAllowed, Conflict for the last open
    one and for one with open parts.
    """
    ensure_administrator(actor)
    tree = lock_departments()
    department = _of(tree, department_id)
    if not department.is_active:
        return department
    if any(one.is_active and one.parent_id == department.pk for one in tree.values()):
        raise Conflict(_("It has parts that are open. Close or move them first."))
    if sum(one.is_active for one in tree.values()) == 1:
        raise Conflict(_("This is the last open department, and tickets need one."))
    department.is_active = False
    _save(department)
    return department


@transaction.atomic
def reopen_department(*, actor: Actor, department_id: int) -> Department:
    """Let a closed department take tickets again. Raises NotFound, NotAllowed, Conflict."""
    ensure_administrator(actor)
    tree = lock_departments()
    department = _of(tree, department_id)
    if department.parent_id and not tree[department.parent_id].is_active:
        raise Conflict(_("The department above it is closed. Open that one first."))
    department.is_active = True
    _save(department)
    return department


@transaction.atomic
def remove_department(*, actor: Actor, department_id: int) -> None:
    """Remove a department that was never used. Again does nothing. Raises NotAllowed, Conflict."""
    ensure_administrator(actor)
    tree = lock_departments()
    if department_id not in tree:
        return
    department = tree[department_id]
    if department.memberships.exists():
        raise Conflict(_("People work here. Take their roles away first."))
    if department.is_active and sum(one.is_active for one in tree.values()) == 1:
        raise Conflict(_("This is the last open department, and tickets need one."))
    try:
        department.delete()
    except ProtectedError as error:
        why = _("It has tickets or parts, which would lose their place. Close it instead.")
        raise Conflict(why) from error
    publish(DepartmentChanged(department_id=department_id))


def new_department(fields: DepartmentFields) -> Department:
    """Write a department. Rights are the caller's to check."""
    tree = lock_departments()
    department = Department(**_checked({"names": {}, "prefix": "", **fields}, tree))
    _refuse_closed_parent(department, tree)
    siblings = [one.position for one in tree.values() if one.parent_id == department.parent_id]
    department.position = max(siblings, default=-1) + 1
    _save(department)
    return department


def _checked(fields: DepartmentFields, tree: dict[int, Department]) -> dict[str, Any]:
    checks = Checks()
    taken: dict[str, Any] = {}
    if "names" in fields:
        taken["names"] = checked_names(checks, fields["names"])
    if "prefix" in fields:
        prefix = checks.line("prefix", fields["prefix"], limit=6).upper()
        if not PREFIX.fullmatch(prefix):
            checks.wrong["prefix"] = _("One to six capital letters or digits, such as IT.")
        taken["prefix"] = prefix
    if "parent_id" in fields:
        taken["parent_id"] = fields["parent_id"]
        if fields["parent_id"] is not None and fields["parent_id"] not in tree:
            checks.wrong["parent_id"] = _("There is no such department.")
    if "language" in fields:
        taken["language"] = checks.choice("language", fields["language"], home().languages)
    if "is_public" in fields:
        taken["is_public"] = checks.flag("is_public", fields["is_public"])
    checks.finish()
    return taken


def checked_names(checks: Checks, names: object) -> Names:
    """Take a name in one language at least."""
    given = names if isinstance(names, dict) else {}
    taken = {
        code: checks.line(f"names_{code}", given.get(code, ""), limit=LONGEST_NAME)
        for code in known_languages()
    }
    taken = {code: text for code, text in taken.items() if text}
    if not taken:
        checks.wrong.setdefault("names_en", _("A name in one language at least is needed."))
    return taken


def _of(tree: dict[int, Department], department_id: int) -> Department:
    if department_id not in tree:
        raise NotFound
    return tree[department_id]


def _siblings(department: Department, tree: dict[int, Department]) -> list[Department]:
    beside = (one for one in tree.values() if one.parent_id == department.parent_id)
    return sorted(beside, key=lambda one: (one.position, one.pk))


def _place(department: Department, tree: dict[int, Department], index: int) -> None:
    siblings = _siblings(department, tree)
    siblings.remove(department)
    siblings.insert(max(0, index), department)
    for position, sibling in enumerate(siblings):
        sibling.position = position
    Department.objects.bulk_update(siblings, ["position"])
    publish(DepartmentChanged(department_id=department.pk))


def _refuse_circle(department: Department, tree: dict[int, Department]) -> None:
    above = department.parent_id
    while above is not None:
        if above == department.pk:
            why = _("A department cannot stand below itself.")
            raise Invalid(fields={"parent_id": why})
        above = tree[above].parent_id


def _refuse_closed_parent(department: Department, tree: dict[int, Department]) -> None:
    if department.parent_id is not None and not tree[department.parent_id].is_active:
        why = _("The department above it is closed. Open that one first.")
        raise Invalid(fields={"parent_id": why})


def _save(department: Department) -> None:
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError as error:
        why = _("Another department has this prefix.")
        raise Conflict(why, field="prefix") from error
    publish(DepartmentChanged(department_id=department.pk))
