"""Ticket types, and the builder of their forms with a preview."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.people.models import Actor
from otklik.people.policies import administrator_of
from otklik.tickets.actions.configuring.questions import (
    ask_field,
    change_question,
    drop_question,
    find_question,
    place_question,
    step_question,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.actions.configuring.types import (
    add_type,
    change_type,
    delete_type,
    find_type,
    step_type,
)
from otklik.tickets.forms.asked import customer_form, opening_form
from otklik.tickets.forms.composing import whole
from otklik.tickets.forms.configuring import (
    QuestionForm,
    TypeForm,
    question_values,
    type_values,
)
from otklik.tickets.models import FormField, TicketType
from otklik.tickets.selectors.configuration import (
    condition_words,
    questions_of,
    type_rows,
    unasked_fields,
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
def types(request: HttpRequest) -> HttpResponse:
    """List all types in their order."""
    administrator_of(request)
    return _list(request)


@require_http_methods(["GET", "POST"])
def new_type(request: HttpRequest) -> HttpResponse:
    """Add a type."""
    actor = administrator_of(request)
    form = TypeForm(request.POST or None, initial={"is_active": True, "is_public": True})
    made: list[TicketType] = []
    before = latest(actor)
    if request.method == "POST" and form.does(
        lambda: made.append(add_type(actor=actor, draft=form.draft()))
    ):
        return done(actor, reverse("setup_type", args=[made[0].pk]), before)
    answer = shown(request, "new_type", form=form)
    answer.status_code = 422 if form.errors else 200
    return answer


@require_http_methods(["GET", "POST"])
def type_(request: HttpRequest, type_id: int) -> HttpResponse:
    """Show a type with its form and a preview; a post changes the type itself."""
    actor = administrator_of(request)
    kind = find_type(type_id)
    if request.method == "GET":
        return _page(request, actor, kind)
    form = TypeForm(request.POST)

    def act() -> None:
        change_type(actor=actor, type_id=kind.pk, draft=form.draft())

    before = latest(actor)
    if form.does(act, now=lambda: type_values(held(actor, find_type, kind.pk))):
        return done(actor, _home(kind), before)
    return _page(request, actor, kind, form=form, status=422)


@require_POST
def type_place(request: HttpRequest, type_id: int) -> HttpResponse:
    """Move a type one place up or down."""
    actor = administrator_of(request)
    direction = direction_of(request) or Direction.DOWN
    return acted(
        actor,
        lambda: step_type(actor=actor, type_id=type_id, direction=direction),
        back=reverse("setup_types"),
        page=lambda e: _list(request, error=e),
    )


@require_POST
def type_removal(request: HttpRequest, type_id: int) -> HttpResponse:
    """Delete a type without tickets."""
    actor = administrator_of(request)
    kind = find_type(type_id)
    return acted(
        actor,
        lambda: delete_type(actor=actor, type_id=kind.pk),
        back=reverse("setup_types"),
        page=lambda e: _page(request, actor, kind, error=e),
    )


@require_POST
def type_questions(request: HttpRequest, type_id: int) -> HttpResponse:
    """Put a question on the form."""
    actor = administrator_of(request)
    kind = find_type(type_id)
    field = whole(request.POST.get("field")) or 0
    return acted(
        actor,
        lambda: ask_field(actor=actor, type_id=kind.pk, field_id=field),
        back=f"{_home(kind)}#add",
        page=lambda e: _page(request, actor, kind, error=e),
    )


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """Edit how the form asks a question, in its place on the form."""
    actor = administrator_of(request)
    asked = find_question(question_id)
    if request.method == "GET":
        editing = QuestionForm(asked, initial=question_values(asked))
        return _page(request, actor, asked.type, editing=editing, edited=asked)
    form = QuestionForm(asked, request.POST)

    def act() -> None:
        change_question(actor=actor, question_id=asked.pk, draft=form.draft())

    before = latest(actor)
    if form.does(act, now=lambda: question_values(held(actor, find_question, asked.pk))):
        return done(actor, f"{_home(asked.type)}#node-{asked.pk}", before)
    return _page(request, actor, asked.type, editing=form, edited=asked, status=422)


@require_POST
def question_place(request: HttpRequest, question_id: int) -> HttpResponse:
    """Move a question: a step by a button, or to a place by hand."""
    actor = administrator_of(request)
    asked = find_question(question_id)
    direction = direction_of(request)
    index = whole(request.POST.get("index")) or 0

    def act() -> None:
        if direction is not None:
            step_question(actor=actor, question_id=asked.pk, direction=direction)
        else:
            place_question(actor=actor, question_id=asked.pk, index=index)

    return _answered(request, actor, asked, act)


@require_POST
def question_removal(request: HttpRequest, question_id: int) -> HttpResponse:
    """Take a question off the form."""
    actor = administrator_of(request)
    asked = find_question(question_id)
    return _answered(
        request, actor, asked, lambda: drop_question(actor=actor, question_id=asked.pk)
    )


def _answered(
    request: HttpRequest, actor: Actor, asked: FormField, act: Callable[[], object]
) -> HttpResponse:
    return acted(
        actor,
        act,
        back=f"{_home(asked.type)}#form",
        page=lambda e: _page(request, actor, asked.type, error=e),
    )


def _home(kind: TicketType) -> str:
    return reverse("setup_type", args=[kind.pk])


def _list(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    return shown(request, "types", types=type_rows(), error=error)


def _page(
    request: HttpRequest, actor: Actor, kind: TicketType, *, status: int = 200, **words: object
) -> HttpResponse:
    as_staff = request.GET.get("as") == "staff"
    questions = questions_of(kind)
    given: dict[str, object] = {
        "type": kind,
        "form": TypeForm(initial=type_values(kind)),
        "questions": questions,
        "answers": condition_words(questions),
        "unasked": unasked_fields(kind),
        "preview": opening_form(actor, kind) if as_staff else customer_form(actor, kind),
        "as_staff": as_staff,
        "editing": None,
        "edited": None,
    }
    answer = shown(request, "type", **given | words)
    answer.status_code = status
    return answer
