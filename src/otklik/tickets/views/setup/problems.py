"""Typical problems: their list, and each on a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.problems import (
    add_problem,
    change_problem,
    delete_problem,
    find_problem,
    step_problem,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.forms.problems import ProblemForm, problem_values
from otklik.tickets.selectors.problems import problem_rows
from otklik.tickets.views.setup.answering import acted, direction_of, done, held, latest, shown

HOME = "setup_problems"


@require_GET
def problems(request: HttpRequest) -> HttpResponse:
    """List all typical problems in their order."""
    administrator_of(request)
    return _list(request)


@require_http_methods(["GET", "POST"])
def new_problem(request: HttpRequest) -> HttpResponse:
    """Add a typical problem."""
    actor = administrator_of(request)
    form = ProblemForm(request.POST or None, initial={"is_active": True})
    before = latest(actor)
    if request.method == "POST" and form.does(lambda: add_problem(actor=actor, draft=form.draft())):
        return done(actor, reverse(HOME), before)
    answer = shown(request, "problem", form=form, problem=None)
    answer.status_code = 422 if form.errors else 200
    return answer


@require_http_methods(["GET", "POST"])
def problem(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Change a typical problem."""
    actor = administrator_of(request)
    found = find_problem(problem_id)
    if request.method == "GET":
        form = ProblemForm(initial=problem_values(found))
        return shown(request, "problem", form=form, problem=found)
    form = ProblemForm(request.POST)

    def act() -> None:
        change_problem(actor=actor, problem_id=found.pk, draft=form.draft())

    before = latest(actor)
    if form.does(act, now=lambda: problem_values(held(actor, find_problem, found.pk))):
        return done(actor, reverse(HOME), before)
    answer = shown(request, "problem", form=form, problem=found)
    answer.status_code = 422
    return answer


@require_POST
def problem_place(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Move a problem one place up or down."""
    actor = administrator_of(request)
    direction = direction_of(request) or Direction.DOWN
    return acted(
        actor,
        lambda: step_problem(actor=actor, problem_id=problem_id, direction=direction),
        back=reverse(HOME),
        page=lambda e: _list(request, error=e),
    )


@require_POST
def problem_removal(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Delete a problem."""
    actor = administrator_of(request)
    return acted(
        actor,
        lambda: delete_problem(actor=actor, problem_id=problem_id),
        back=reverse(HOME),
        page=lambda e: _list(request, error=e),
    )


def _list(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    return shown(request, "problems", problems=problem_rows(), error=error)
