"""Departments in the set-up: a tree, its order, who works there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import Conflict
from otklik.people.actions import (
    add_department,
    change_department,
    close_department,
    move_department,
    remove_department,
    reopen_department,
)
from otklik.people.actions.home import home
from otklik.people.forms.departments import DepartmentForm
from otklik.people.models import Actor, Department
from otklik.people.policies import administrator_of, find_department, lock_department
from otklik.people.selectors import department_tree
from otklik.people.selectors.persons import members_of
from otklik.people.views.answers import done, posted, shown, undoable


@require_GET
def departments(request: HttpRequest) -> HttpResponse:
    tree = department_tree(actor=administrator_of(request))
    return shown(request, "people/departments.html", tree=tree, refusal=None)


@require_http_methods(["GET", "POST"])
def new_department(request: HttpRequest) -> HttpResponse:
    actor = administrator_of(request)
    form = DepartmentForm(
        department_tree(actor=actor),
        posted(request),
        initial={"parent_id": request.GET.get("below", ""), "language": home().languages[0]},
    )
    made: list[Department] = []
    if request.method == "POST" and form.does(
        lambda: made.append(add_department(actor=actor, fields=form.changes()))
    ):
        return done(request, "setup_departments", said=_("Added."))
    return shown(request, "people/department.html", form=form, department=None, members=[])


@require_http_methods(["GET", "POST"])
def department(request: HttpRequest, department_id: int) -> HttpResponse:
    """Show a department with who works there; a post changes it."""
    actor = administrator_of(request)
    found = find_department(actor, department_id)
    form = _form(request, actor, found)

    def act() -> None:
        change_department(actor=actor, department_id=found.pk, changes=form.changes())

    def now() -> dict[str, object]:
        return _values(lock_department(actor, found.pk))

    if request.method == "POST" and form.does(act, now=now):
        return done(request, "setup_department", found.pk, said=_("Saved."))
    members = list(members_of(found.pk))
    return shown(request, "people/department.html", form=form, department=found, members=members)


@require_POST
def department_place(request: HttpRequest, department_id: int) -> HttpResponse:
    """Move a department one place up or down among its siblings."""
    steps = -1 if request.POST.get("way") == "up" else 1
    move_department(actor=administrator_of(request), department_id=department_id, steps=steps)
    return done(request, "setup_departments")


@require_POST
def department_closing(request: HttpRequest, department_id: int) -> HttpResponse:
    """Let a department take no new tickets."""

    def act(actor: Actor, found: Department) -> None:
        close_department(actor=actor, department_id=found.pk)
        said = _("“%(name)s” takes no new tickets now.") % {"name": found.label}
        undoable(request, said, reverse("setup_department_opening", args=[found.pk]))

    return _acted(request, department_id, act)


@require_POST
def department_opening(request: HttpRequest, department_id: int) -> HttpResponse:
    """Let a closed department take tickets again."""

    def act(actor: Actor, found: Department) -> None:
        reopen_department(actor=actor, department_id=found.pk)
        said = _("“%(name)s” takes tickets again.") % {"name": found.label}
        undoable(request, said, reverse("setup_department_closing", args=[found.pk]))

    return _acted(request, department_id, act)


@require_POST
def department_removal(request: HttpRequest, department_id: int) -> HttpResponse:
    """Remove a department that was never used; it can be had back as it was."""

    def act(actor: Actor, found: Department) -> None:
        remove_department(actor=actor, department_id=found.pk)
        said = _("“%(name)s” is removed.") % {"name": found.label}
        undoable(request, said, reverse("setup_new_department"), _posted(found))

    return _acted(request, department_id, act)


def _acted(
    request: HttpRequest, department_id: int, act: Callable[[Actor, Department], None]
) -> HttpResponse:
    actor = administrator_of(request)
    found = find_department(actor, department_id)
    try:
        act(actor, found)
    except Conflict as refusal:
        tree = department_tree(actor=actor)
        return shown(request, "people/departments.html", tree=tree, refusal=refusal)
    return done(request, "setup_departments")


def _form(request: HttpRequest, actor: Actor, found: Department) -> DepartmentForm:
    tree = [row for row in department_tree(actor=actor) if row.department.pk != found.pk]
    return DepartmentForm(tree, posted(request), initial=_values(found))


def _values(found: Department) -> dict[str, object]:
    names = {f"names_{code}": text for code, text in found.names.items()}
    fields = ("prefix", "parent_id", "language", "is_public")
    return names | {name: getattr(found, name) for name in fields}


def _posted(found: Department) -> dict[str, str]:
    values = {f"names_{code}": str(text) for code, text in found.names.items()}
    values |= {"prefix": found.prefix, "language": found.language}
    values["parent_id"] = str(found.parent_id or "")
    return values | ({"is_public": "on"} if found.is_public else {})
