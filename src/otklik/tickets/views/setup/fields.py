"""The questions that forms are made of, and their answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.people.models import Actor
from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.choices import (
    LISTS,
    add_choice,
    change_choice,
    delete_choice,
    find_choice,
    place_choice,
    step_choice,
)
from otklik.tickets.actions.configuring.fields import (
    add_field,
    change_field,
    delete_field,
    find_field,
)
from otklik.tickets.actions.configuring.questions import ask_field
from otklik.tickets.forms.composing import whole
from otklik.tickets.forms.configuring import FieldForm, NodeForm, field_values, node_values
from otklik.tickets.models import Choice, Field
from otklik.tickets.selectors.configuration import (
    choice_branches,
    field_rows,
)
from otklik.tickets.views.setup.answering import (
    acted,
    direction_of,
    done,
    held,
    latest,
    shown,
)


@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """List all questions with where they are asked."""
    administrator_of(request)
    return _list(request)


@require_http_methods(["GET", "POST"])
def new_field(request: HttpRequest) -> HttpResponse:
    """Add a question; from a form's page it is put on that form at once."""
    actor = administrator_of(request)
    kind = whole(request.POST.get("type") or request.GET.get("type"))
    form = FieldForm(request.POST or None, initial={"is_active": True, "kind": "text"})
    made: list[Field] = []
    before = latest(actor)
    if request.method == "POST" and form.does(
        lambda: made.append(add_field(actor=actor, draft=form.draft()))
    ):
        if kind is None or made[0].kind in LISTS:
            place = reverse("setup_field", args=[made[0].pk])
            return redirect(f"{place}?type={kind}#answers" if kind else f"{place}#answers")
        ask_field(actor=actor, type_id=kind, field_id=made[0].pk)
        return done(actor, reverse("setup_type", args=[kind]), before)
    answer = shown(request, "new_field", form=form, type_id=kind)
    answer.status_code = 422 if form.errors else 200
    return answer


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, field_id: int) -> HttpResponse:
    """Show a question with its answers; a post changes its words."""
    actor = administrator_of(request)
    row = find_field(field_id)
    if request.method == "GET":
        return _page(request, row)
    form = FieldForm(request.POST)

    def act() -> None:
        change_field(actor=actor, field_id=row.pk, draft=form.draft())

    before = latest(actor)
    if form.does(act, now=lambda: field_values(held(actor, find_field, row.pk))):
        return done(actor, reverse("setup_field", args=[row.pk]), before)
    return _page(request, row, form=form, status=422)


@require_POST
def field_removal(request: HttpRequest, field_id: int) -> HttpResponse:
    """Delete a question that nothing uses."""
    actor = administrator_of(request)
    return acted(
        actor,
        lambda: delete_field(actor=actor, field_id=field_id),
        back=reverse("setup_fields"),
        page=lambda e: _list(request, error=e),
    )


@require_POST
def field_choices(request: HttpRequest, field_id: int) -> HttpResponse:
    """Add an answer."""
    actor = administrator_of(request)
    row = find_field(field_id)
    form = NodeForm(request.POST)
    under = whole(request.POST.get("under"))
    before = latest(actor)
    if form.does(
        lambda: add_choice(actor=actor, field_id=row.pk, names=form.said(), parent_id=under)
    ):
        return done(actor, f"{_home(row)}#new", before)
    return _page(request, row, adding=form, under=under, status=422)


@require_http_methods(["GET", "POST"])
def choice(request: HttpRequest, choice_id: int) -> HttpResponse:
    """Edit an answer in its place."""
    actor = administrator_of(request)
    row = find_choice(choice_id)
    if request.method == "GET":
        editing = NodeForm(initial=node_values(row))
        return _page(request, row.field, editing=editing, edited=row)
    form = NodeForm(request.POST)

    def act() -> None:
        change_choice(
            actor=actor,
            choice_id=row.pk,
            names=form.said(),
            is_active=form.cleaned_data["is_active"],
        )

    before = latest(actor)
    if form.does(act, now=lambda: node_values(held(actor, find_choice, row.pk))):
        return done(actor, f"{_home(row.field)}#node-{row.pk}", before)
    return _page(request, row.field, editing=form, edited=row, status=422)


@require_POST
def choice_place(request: HttpRequest, choice_id: int) -> HttpResponse:
    """Move an answer: a step by a button, or to a place by hand."""
    actor = administrator_of(request)
    row = find_choice(choice_id)
    direction = direction_of(request)

    def act() -> None:
        if direction is not None:
            step_choice(actor=actor, choice_id=row.pk, direction=direction)
            return
        place_choice(
            actor=actor,
            choice_id=row.pk,
            parent_id=whole(request.POST.get("parent")),
            index=whole(request.POST.get("index")) or 0,
        )

    return _answered(request, actor, row, act)


@require_POST
def choice_removal(request: HttpRequest, choice_id: int) -> HttpResponse:
    """Delete an answer that nothing uses."""
    actor = administrator_of(request)
    row = find_choice(choice_id)
    return _answered(request, actor, row, lambda: delete_choice(actor=actor, choice_id=row.pk))


def _answered(
    request: HttpRequest, actor: Actor, row: Choice, act: Callable[[], object]
) -> HttpResponse:
    return acted(
        actor,
        act,
        back=f"{_home(row.field)}#answers",
        page=lambda e: _page(request, row.field, error=e),
    )


def _home(row: Field) -> str:
    return reverse("setup_field", args=[row.pk])


def _list(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    return shown(request, "fields", fields=field_rows(), error=error)


def _page(request: HttpRequest, row: Field, *, status: int = 200, **words: object) -> HttpResponse:
    given: dict[str, object] = {
        "field": row,
        "form": FieldForm(initial=field_values(row)),
        "tree": choice_branches(row) if row.kind in LISTS else None,
        "forms": row.forms.select_related("type"),
        "adding": NodeForm(),
        "under": whole(request.GET.get("under")),
        "type_id": whole(request.GET.get("type")),
        "editing": None,
        "edited": None,
    }
    answer = shown(request, "field", **given | words)
    answer.status_code = status
    return answer
