"""Questions and the answers that they offer, over the API, for administrators."""

from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Schema, Status

from otklik.core.api import REFUSALS, Strict, created, tagged
from otklik.tickets.actions.configuring import choices, fields
from otklik.tickets.api.configuring.shared import (
    HintsIn,
    Key,
    Names,
    WordingIn,
    given,
    keeper,
    new_router,
    reader,
)
from otklik.tickets.models import Choice, Field

router = new_router()
Kind = Literal[
    "text", "long_text", "number", "date", "choice", "choices", "tree",
    "checkbox", "person", "organization", "file", "url", "email", "phone",
]  # fmt: skip


class ChoiceSet(Schema):
    """An answer of a list or tree; `parent` is the id of the one above."""

    id: int
    key: str
    names: Names
    parent: int | None
    is_active: bool


class FieldSet(Schema):
    """A question with its answers, in all languages."""

    id: int
    key: str
    kind: str
    names: Names
    hints: Names
    is_active: bool
    choices: list[ChoiceSet]


class FieldPatch(Strict):
    """What is left out stays."""

    names: WordingIn = {}
    hints: HintsIn = {}
    kind: Kind = "text"
    is_active: bool = True


class FieldIn(FieldPatch):
    names: WordingIn
    kind: Kind


class ChoiceIn(Strict):
    names: WordingIn
    parent: Key | None = None


class ChoicePatch(Strict):
    """What is left out stays."""

    names: WordingIn = {}
    is_active: bool = True


@router.get("/fields", response={200: list[FieldSet], **REFUSALS}, summary="List all fields")
def get_fields(request: HttpRequest) -> Any:
    """List everything that forms can ask."""
    reader(request)
    return [_field(one) for one in Field.objects.prefetch_related("choices")]


@router.post("/fields", response={201: FieldSet, **REFUSALS}, summary="Add a field")
@transaction.atomic
def add_field(request: HttpRequest, response: HttpResponse, payload: FieldIn) -> Any:
    """Add a question, to be put on forms."""
    actor = keeper(request)
    made = fields.add_field(actor=actor, draft=fields.FieldDraft(**payload.dict()))
    return created(response, f"/configuration/fields/{made.pk}", _field(made))


@router.get(
    "/fields/{field_id}", response={200: FieldSet, **REFUSALS}, summary="Read a field to change it"
)
def get_field(request: HttpRequest, response: HttpResponse, field_id: Key) -> Any:
    reader(request)
    return tagged(response, _field(fields.find_field(field_id)))


@router.patch("/fields/{field_id}", response={200: FieldSet, **REFUSALS}, summary="Change a field")
@transaction.atomic
def change_field(
    request: HttpRequest, response: HttpResponse, field_id: Key, payload: FieldPatch
) -> Any:
    """Change a question; its kind stays once it was answered."""
    actor = keeper(request)
    values = given(request, _field(fields.find_field(field_id)), payload)
    fields.change_field(actor=actor, field_id=field_id, draft=fields.FieldDraft(**values))
    return tagged(response, _field(fields.find_field(field_id)))


@router.delete("/fields/{field_id}", response={204: None, **REFUSALS}, summary="Delete a field")
@transaction.atomic
def delete_field(request: HttpRequest, field_id: Key) -> Any:
    """Delete a question that no form asks and no ticket answers; again does nothing."""
    fields.delete_field(actor=keeper(request), field_id=field_id)
    return Status(204, None)


@router.post(
    "/fields/{field_id}/choices", response={201: ChoiceSet, **REFUSALS}, summary="Add an answer"
)
@transaction.atomic
def add_choice(
    request: HttpRequest, response: HttpResponse, field_id: Key, payload: ChoiceIn
) -> Any:
    """Add an answer at the end of a list or branch."""
    made = choices.add_choice(
        actor=keeper(request),
        field_id=field_id,
        names=payload.names,
        parent_id=payload.parent,
    )
    return Status(201, tagged(response, _choice(made)))


@router.patch(
    "/choices/{choice_id}", response={200: ChoiceSet, **REFUSALS}, summary="Change an answer"
)
@transaction.atomic
def change_choice(
    request: HttpRequest, response: HttpResponse, choice_id: Key, payload: ChoicePatch
) -> Any:
    actor = keeper(request)
    values = given(request, _choice(choices.find_choice(choice_id)), payload)
    changed = choices.change_choice(actor=actor, choice_id=choice_id, **values)
    return tagged(response, _choice(changed))


@router.delete("/choices/{choice_id}", response={204: None, **REFUSALS}, summary="Delete an answer")
@transaction.atomic
def delete_choice(request: HttpRequest, choice_id: Key) -> Any:
    """Delete an answer that nothing uses; deleting it again does nothing."""
    choices.delete_choice(actor=keeper(request), choice_id=choice_id)
    return Status(204, None)


def _field(one: Field) -> FieldSet:
    return FieldSet(
        id=one.pk,
        key=one.key,
        kind=one.kind,
        names=one.names,
        hints=one.hints,
        is_active=one.is_active,
        choices=[_choice(choice) for choice in one.choices.all()],
    )


def _choice(one: Choice) -> ChoiceSet:
    return ChoiceSet(
        id=one.pk, key=one.key, names=one.names, parent=one.parent_id, is_active=one.is_active
    )
