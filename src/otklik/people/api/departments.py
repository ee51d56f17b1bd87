"""Departments over the API: staff see all, customers those that they may write to."""

from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Status

from otklik.core.api import REFUSALS, created, ensure_matches, ensure_scope, members_named, tagged
from otklik.core.spoken import known_languages
from otklik.people import actions
from otklik.people.actions import DepartmentFields
from otklik.people.api import schemas
from otklik.people.api.router import new_router
from otklik.people.models import Department
from otklik.people.policies import actor_of, find_department, lock_department
from otklik.people.selectors import department_tree

router = new_router()
MEMBERS = {f"names_{code}": f"names.{code}" for code in known_languages()}


@router.get("/departments", response={200: list[schemas.DepartmentOut], **REFUSALS})
def get_departments(request: HttpRequest) -> Any:
    """List departments, each followed by its parts."""
    actor = actor_of(request)
    ensure_scope(actor, "people:read")
    return [_out(row.department) for row in department_tree(actor=actor)]


@router.post("/departments", response={201: schemas.DepartmentOut, **REFUSALS})
def add_department(
    request: HttpRequest, response: HttpResponse, payload: schemas.DepartmentIn
) -> Any:
    """Add a department. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    with members_named(MEMBERS):
        made = actions.add_department(actor=actor, fields=_fields(payload.dict(exclude_unset=True)))
    return created(response, f"/departments/{made.pk}", _out(made))


@router.get("/departments/{department_id}", response={200: schemas.DepartmentOut, **REFUSALS})
def get_department(request: HttpRequest, response: HttpResponse, department_id: schemas.Key) -> Any:
    """Read one department."""
    actor = actor_of(request)
    ensure_scope(actor, "people:read")
    return tagged(response, _out(find_department(actor, department_id)))


@router.patch("/departments/{department_id}", response={200: schemas.DepartmentOut, **REFUSALS})
@transaction.atomic
def change_department(
    request: HttpRequest,
    response: HttpResponse,
    department_id: schemas.Key,
    payload: schemas.DepartmentPatch,
) -> Any:
    """Change a department; `is_active` false closes it for new tickets. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    ensure_matches(request, _out(lock_department(actor, department_id)))
    values = payload.dict(exclude_unset=True)
    is_active = values.pop("is_active", None)
    with members_named(MEMBERS):
        changed = actions.change_department(
            actor=actor, department_id=department_id, changes=_fields(values)
        )
    if is_active is not None:
        act = actions.reopen_department if is_active else actions.close_department
        changed = act(actor=actor, department_id=department_id)
    return tagged(response, _out(changed))


@router.put(
    "/departments/{department_id}/place",
    response={200: list[schemas.DepartmentOut], **REFUSALS},
    summary="Place a department among its siblings",
)
def place_department(
    request: HttpRequest, department_id: schemas.Key, payload: schemas.PlaceIn
) -> Any:
    """Put a department at a place among those beside it; gives all in their order."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    actions.place_department(actor=actor, department_id=department_id, index=payload.index)
    return [_out(row.department) for row in department_tree(actor=actor)]


@router.delete(
    "/departments/{department_id}",
    response={204: None, **REFUSALS},
    summary="Remove a department",
)
def remove_department(request: HttpRequest, department_id: schemas.Key) -> Any:
    """Remove a department that was never used; one that was is closed. Again does nothing."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    actions.remove_department(actor=actor, department_id=department_id)
    return Status(204, None)


def _fields(values: dict[str, Any]) -> DepartmentFields:
    return cast("DepartmentFields", values)


def _out(one: Department) -> dict[str, Any]:
    plain = ("id", "label", "names", "prefix", "language", "is_active", "is_public")
    return {**{name: getattr(one, name) for name in plain}, "parent": one.parent_id}
