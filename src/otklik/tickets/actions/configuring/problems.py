"""Typical problems, changed by an administrator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid, NotFound, noted
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.checking import checked_names, checked_texts, new_key
from otklik.tickets.actions.configuring.ordering import last_place, place_row, step_row
from otklik.tickets.actions.configuring.recording import (
    add_row,
    begin,
    change_row,
    delete_row,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.models import Category, TicketType, TypicalProblem


@dataclass(frozen=True, kw_only=True)
class ProblemDraft:
    """What an administrator says of a typical problem."""

    names: Mapping[str, str]
    type_id: int
    texts: Mapping[str, str] = field(default_factory=dict)
    category_id: int | None = None
    is_active: bool = True


@transaction.atomic
def add_problem(*, actor: Actor, draft: ProblemDraft) -> TypicalProblem:
    """Add a problem after the others. Raises NotAllowed, Invalid."""
    begin(actor)
    columns = _checked(draft)
    rows = TypicalProblem.objects
    key = new_key(columns["names"], lambda key: rows.filter(key=key).exists(), most=48)
    problem = TypicalProblem(key=key, **columns)
    problem.position = last_place(problem)
    add_row(actor, problem)
    return problem


@transaction.atomic
def change_problem(*, actor: Actor, problem_id: int, draft: ProblemDraft) -> TypicalProblem:
    """Change a problem. Raises NotAllowed, NotFound, Conflict, Invalid."""
    begin(actor)
    problem = find_problem(problem_id)
    change_row(actor, problem, _checked(draft))
    return problem


@transaction.atomic
def place_problem(*, actor: Actor, problem_id: int, index: int) -> TypicalProblem:
    """Put a problem at a place in the order: 0 is the first. Raises NotAllowed, NotFound."""
    begin(actor)
    problem = find_problem(problem_id)
    place_row(actor, problem, index)
    return problem


@transaction.atomic
def step_problem(*, actor: Actor, problem_id: int, direction: Direction) -> TypicalProblem:
    """Move a problem one place up or down. Raises NotAllowed, NotFound."""
    begin(actor)
    problem = find_problem(problem_id)
    step_row(actor, problem, direction)
    return problem


@transaction.atomic
def delete_problem(*, actor: Actor, problem_id: int) -> None:
    """Delete a problem; requests made by it stay. Deleting twice does nothing."""
    begin(actor)
    problem = TypicalProblem.objects.filter(pk=problem_id).first()
    if problem is not None:
        delete_row(actor, problem)


def find_problem(problem_id: int) -> TypicalProblem:
    """Return a problem. Raises NotFound."""
    problem = TypicalProblem.objects.filter(pk=problem_id).first()
    if problem is None:
        raise NotFound
    return problem


def _checked(draft: ProblemDraft) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    names, texts = {}, {}
    with noted(wrong):
        names = checked_names(draft.names)
    with noted(wrong):
        texts = checked_texts(draft.texts)
    if not TicketType.objects.filter(pk=draft.type_id).exists():
        wrong["type"] = _("Choose a type.")
    named = Category.objects.filter(pk=draft.category_id or 0)
    if draft.category_id is not None and not named.exists():
        wrong["category"] = _("Choose a category.")
    if wrong:
        raise Invalid(fields=wrong)
    return {
        "names": names,
        "texts": texts,
        "type_id": draft.type_id,
        "category_id": draft.category_id,
        "is_active": draft.is_active,
    }
