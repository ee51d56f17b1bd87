"""Typical problems over the API, for administrators."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema, Status
from pydantic import ConfigDict

from otklik.core.api import REFUSALS, Keepable, Language, Strict, created, letters, tagged
from otklik.people.api.schemas import PlaceIn
from otklik.tickets.actions.configuring import problems as actions
from otklik.tickets.actions.configuring.checking import TEXT_LIMIT
from otklik.tickets.api.configuring.shared import (
    Key,
    Names,
    WordingIn,
    given,
    keeper,
    new_router,
    reader,
)
from otklik.tickets.models import TypicalProblem
from otklik.tickets.selectors.problems import problem_rows

router = new_router()
Text = Annotated[str, letters(TEXT_LIMIT, 8 * TEXT_LIMIT)]
TextsIn = Annotated[
    dict[Language, Annotated[Text, Keepable]],
    Field(description="How the description begins, in each language"),
]


class ProblemSet(Schema):
    """A typical problem in all languages; `type` and `category` are ids."""

    id: int
    key: str
    names: Names
    texts: Names
    type: int
    category: int | None
    is_active: bool


class ProblemIn(Strict):
    """A typical problem; its name is also the subject."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"names": {"en": "The printer jams"}, "type": 1}]}
    )

    names: WordingIn
    type: Key
    texts: TextsIn = {}
    category: Key | None = None
    is_active: bool = True


class ProblemPatch(Strict):
    """What is left out stays."""

    names: WordingIn = {}
    type: Key = 1
    texts: TextsIn = {}
    category: Key | None = None
    is_active: bool = True


@router.get(
    "/problems", response={200: list[ProblemSet], **REFUSALS}, summary="List all typical problems"
)
def get_problems(request: HttpRequest) -> Any:
    """List all typical problems in their order, in all languages."""
    reader(request)
    return [_problem(one) for one in problem_rows()]


@router.post("/problems", response={201: ProblemSet, **REFUSALS}, summary="Add a typical problem")
@transaction.atomic
def add_problem(request: HttpRequest, response: HttpResponse, payload: ProblemIn) -> Any:
    """Add a typical problem after the others."""
    made = actions.add_problem(actor=keeper(request), draft=_draft(payload.dict()))
    return created(response, f"/configuration/problems/{made.pk}", _problem(made))


@router.get(
    "/problems/{problem_id}",
    response={200: ProblemSet, **REFUSALS},
    summary="Read a typical problem to change it",
)
def get_problem(request: HttpRequest, response: HttpResponse, problem_id: Key) -> Any:
    reader(request)
    return tagged(response, _problem(actions.find_problem(problem_id)))


@router.patch(
    "/problems/{problem_id}",
    response={200: ProblemSet, **REFUSALS},
    summary="Change a typical problem",
)
@transaction.atomic
def change_problem(
    request: HttpRequest, response: HttpResponse, problem_id: Key, payload: ProblemPatch
) -> Any:
    actor = keeper(request)
    values = given(request, _problem(actions.find_problem(problem_id)), payload)
    changed = actions.change_problem(actor=actor, problem_id=problem_id, draft=_draft(values))
    return tagged(response, _problem(changed))


@router.put(
    "/problems/{problem_id}/place",
    response={200: list[ProblemSet], **REFUSALS},
    summary="Place a typical problem",
)
@transaction.atomic
def place_problem(request: HttpRequest, problem_id: Key, payload: PlaceIn) -> Any:
    """Put a typical problem at a place in the order; gives all in their order."""
    actions.place_problem(actor=keeper(request), problem_id=problem_id, index=payload.index)
    return [_problem(one) for one in problem_rows()]


@router.delete(
    "/problems/{problem_id}", response={204: None, **REFUSALS}, summary="Delete a typical problem"
)
@transaction.atomic
def delete_problem(request: HttpRequest, problem_id: Key) -> Any:
    """Delete a typical problem; requests made by it stay. Again does nothing."""
    actions.delete_problem(actor=keeper(request), problem_id=problem_id)
    return Status(204, None)


def _draft(values: Mapping[str, Any]) -> actions.ProblemDraft:
    return actions.ProblemDraft(
        names=values["names"],
        texts=values["texts"],
        type_id=values["type"],
        category_id=values["category"],
        is_active=values["is_active"],
    )


def _problem(one: TypicalProblem) -> ProblemSet:
    return ProblemSet(
        id=one.pk,
        key=one.key,
        names=one.names,
        texts=one.texts,
        type=one.type_id,
        category=one.category_id,
        is_active=one.is_active,
    )
