"""Flows: their stages, their steps, and what they look like."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.core.errors import Conflict, DomainError, NotFound
from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.flows import (
    add_flow,
    delete_flow,
    find_flow,
    make_flow_default,
    rename_flow,
)
from otklik.tickets.actions.configuring.statuses import add_status, find_status
from otklik.tickets.actions.configuring.transitions import set_transition
from otklik.tickets.forms.configuring import (
    FlowForm,
    SetupForm,
    StatusForm,
    StepForm,
    names_of,
    step_values,
)
from otklik.tickets.models import Flow, Transition
from otklik.tickets.selectors.configuration import flow_rows
from otklik.tickets.selectors.flow_map import flow_map
from otklik.tickets.views.setup.answering import acted, done, held, latest, shown


@require_http_methods(["GET", "POST"])
def flows(request: HttpRequest) -> HttpResponse:
    """List all flows; a post adds one."""
    actor = administrator_of(request)
    if request.method == "GET":
        return _list(request)
    form = FlowForm(request.POST)
    made: list[Flow] = []

    def act() -> None:
        like = form.cleaned_data["like"]
        like_id = int(like) if like else None
        made.append(add_flow(actor=actor, names=form.said(), like_id=like_id))

    before = latest(actor)
    if form.does(act):
        return done(actor, _home(made[0]), before)
    return _list(request, form=form, status=422)


@require_http_methods(["GET", "POST"])
def flow(request: HttpRequest, flow_id: int) -> HttpResponse:
    """Show a flow with all that belongs to it; a post renames it."""
    actor = administrator_of(request)
    row = find_flow(flow_id)
    if request.method == "GET":
        return _page(request, row)
    form = SetupForm(request.POST)

    def act() -> None:
        rename_flow(actor=actor, flow_id=row.pk, names=form.said())

    before = latest(actor)
    if form.does(act, now=lambda: names_of(held(actor, find_flow, row.pk))):
        return done(actor, _home(row), before)
    return _page(request, row, form=form, status=422)


@require_POST
def flow_default(request: HttpRequest, flow_id: int) -> HttpResponse:
    """Let new types begin with this flow."""
    actor = administrator_of(request)
    row = find_flow(flow_id)
    return acted(
        actor,
        lambda: make_flow_default(actor=actor, flow_id=row.pk),
        back=_home(row),
        page=lambda e: _page(request, row, error=e),
    )


@require_POST
def flow_removal(request: HttpRequest, flow_id: int) -> HttpResponse:
    """Delete a flow that nothing uses."""
    actor = administrator_of(request)
    row = find_flow(flow_id)
    return acted(
        actor,
        lambda: delete_flow(actor=actor, flow_id=row.pk),
        back=reverse("setup_flows"),
        page=lambda e: _page(request, row, error=e),
    )


@require_http_methods(["GET", "POST"])
def flow_statuses(request: HttpRequest, flow_id: int) -> HttpResponse:
    """Add a stage to a flow."""
    actor = administrator_of(request)
    row = find_flow(flow_id)
    form = StatusForm(row, request.POST or None, initial={"phase": "progress"})
    before = latest(actor)
    if request.method == "POST" and form.does(
        lambda: add_status(actor=actor, flow_id=row.pk, draft=form.draft())
    ):
        return done(actor, f"{_home(row)}#statuses", before)
    answer = shown(request, "status", flow=row, status=None, form=form, others=[], tickets=0)
    answer.status_code = 422 if form.errors else 200
    return answer


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, source_id: int, target_id: int) -> HttpResponse:
    """Say who may go from one stage to another, and what that demands."""
    actor = administrator_of(request)
    source, target = find_status(source_id), find_status(target_id)
    if source.flow_id != target.flow_id or source.pk == target.pk:
        raise NotFound
    ways = Transition.objects.filter(source=source, target=target)
    form = StepForm(request.POST or None, initial=step_values(ways.first()))

    def now() -> dict[str, Any]:
        held(actor, find_status, source.pk)
        way = ways.first()
        if way is None and form.showed_a_step():
            raise Conflict(_("Somebody took this step away meanwhile. Open it again to make it."))
        return step_values(way)

    def act() -> None:
        set_transition(actor=actor, ends=(source.pk, target.pk), step=form.step())

    before = latest(actor)
    if request.method == "POST" and form.does(act, now=now):
        return done(actor, f"{_home(source.flow)}#steps", before)
    answer = shown(request, "step", flow=source.flow, source=source, target=target, form=form)
    answer.status_code = 422 if form.errors else 200
    return answer


def _home(row: Flow) -> str:
    return reverse("setup_flow", args=[row.pk])


def _list(request: HttpRequest, *, status: int = 200, **words: object) -> HttpResponse:
    given: dict[str, object] = {"flows": flow_rows(), "form": FlowForm()}
    answer = shown(request, "flows", **given | words)
    answer.status_code = status
    return answer


def _page(
    request: HttpRequest,
    row: Flow,
    *,
    form: SetupForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form or SetupForm(initial=names_of(row))
    answer = shown(request, "flow", flow=row, map=flow_map(row), form=form, error=error)
    answer.status_code = status
    return answer
