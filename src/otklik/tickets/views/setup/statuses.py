"""One stage of a flow."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.people.models import Actor
from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.emptying import empty_status
from otklik.tickets.actions.configuring.statuses import (
    change_status,
    delete_status,
    find_status,
    make_status_first,
    step_status,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.forms.composing import whole
from otklik.tickets.forms.configuring import StatusForm, status_values
from otklik.tickets.models import Status
from otklik.tickets.views.setup.answering import (
    acted,
    direction_of,
    done,
    held,
    latest,
    shown,
)


@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, status_id: int) -> HttpResponse:
    """Show a stage; a post changes it."""
    actor = administrator_of(request)
    row = find_status(status_id)
    if request.method == "GET":
        return _page(request, row)
    form = StatusForm(row.flow, request.POST)

    def act() -> None:
        change_status(actor=actor, status_id=row.pk, draft=form.draft())

    before = latest(actor)
    if form.does(act, now=lambda: status_values(held(actor, find_status, row.pk))):
        return done(actor, _flow_of(row), before)
    return _page(request, row, form=form, code=422)


@require_POST
def status_place(request: HttpRequest, status_id: int) -> HttpResponse:
    """Move a stage one place up or down."""
    direction = direction_of(request) or Direction.DOWN
    return _answered(
        request,
        status_id,
        lambda actor: step_status(actor=actor, status_id=status_id, direction=direction),
    )


@require_POST
def status_first(request: HttpRequest, status_id: int) -> HttpResponse:
    """Let new tickets begin in this stage."""
    return _answered(
        request, status_id, lambda actor: make_status_first(actor=actor, status_id=status_id)
    )


@require_POST
def status_removal(request: HttpRequest, status_id: int) -> HttpResponse:
    """Delete a stage without tickets."""
    return _answered(
        request, status_id, lambda actor: delete_status(actor=actor, status_id=status_id)
    )


@require_POST
def status_tickets(request: HttpRequest, status_id: int) -> HttpResponse:
    """Move the tickets of a stage to another one."""
    target = whole(request.POST.get("target")) or status_id
    return _answered(
        request,
        status_id,
        lambda actor: empty_status(actor=actor, status_id=status_id, target_id=target),
        stay=True,
    )


def _answered(
    request: HttpRequest, status_id: int, act: Callable[[Actor], object], *, stay: bool = False
) -> HttpResponse:
    actor = administrator_of(request)
    row = find_status(status_id)
    return acted(
        actor,
        lambda: act(actor),
        back=reverse("setup_status", args=[row.pk]) if stay else _flow_of(row),
        page=lambda e: _page(request, row, error=e),
    )


def _flow_of(row: Status) -> str:
    return f"{reverse('setup_flow', args=[row.flow_id])}#statuses"


def _page(
    request: HttpRequest,
    row: Status,
    *,
    form: StatusForm | None = None,
    error: DomainError | None = None,
    code: int = 200,
) -> HttpResponse:
    answer = shown(
        request,
        "status",
        flow=row.flow,
        status=row,
        form=form or StatusForm(row.flow, initial=status_values(row)),
        others=row.flow.statuses.exclude(pk=row.pk),
        tickets=row.tickets.count(),
        error=error,
    )
    answer.status_code = code
    return answer
