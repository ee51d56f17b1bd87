"""The tree of departments as lists and choices show it."""

from dataclasses import dataclass

from django.db.models import Count

from otklik.people.models import Actor, Department


@dataclass(frozen=True)
class DepartmentRow:
    """A department in its place: how deep below the top, and how many work there."""

    department: Department
    depth: int
    people_count: int


def department_tree(*, actor: Actor, open_only: bool = False) -> list[DepartmentRow]:
    """Return departments, each followed by its parts.

    Colleagues see all; customers those that they may write to.
    """
    departments = Department.objects.annotate(people_count=Count("memberships"))
    if not actor.is_staff:
        departments = departments.filter(is_public=True, is_active=True)
    if open_only:
        departments = departments.filter(is_active=True)
    known: list[Department] = list(departments.order_by("position", "pk"))
    below: dict[int | None, list[Department]] = {}
    present = {department.pk for department in known}
    for department in known:
        parent = department.parent_id if department.parent_id in present else None
        below.setdefault(parent, []).append(department)

    rows: list[DepartmentRow] = []
    waiting = [(department, 0) for department in reversed(below.get(None, []))]
    while waiting:
        department, depth = waiting.pop()
        rows.append(DepartmentRow(department, depth, getattr(department, "people_count", 0)))
        waiting += [(part, depth + 1) for part in reversed(below.get(department.pk, []))]
    return rows
