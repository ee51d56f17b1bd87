"""Types and what their forms ask, over the API, for administrators."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema, Status

from otklik.core.api import REFUSALS, Strict, created, tagged
from otklik.core.errors import Invalid, NotFound
from otklik.tickets.actions.configuring import questions, types
from otklik.tickets.api.configuring.shared import (
    HintsIn,
    Key,
    Names,
    Word,
    WordingIn,
    given,
    keeper,
    new_router,
    reader,
)
from otklik.tickets.models import FormField, TicketType

router = new_router()
Bytes = Annotated[int, Field(ge=1, le=types.LARGEST_FILE - 1)]


class QuestionSet(Schema):
    """How a form asks a field: `field` is its id, `key` its key."""

    field: int
    key: str
    is_required: bool
    customer: str
    shown_when: str
    shown_value: str


class QuestionIn(Strict):
    """`shown_when` is the key of another question of the form, empty for always."""

    is_required: bool = False
    customer: Literal["staff", "sees", "edits"] = "edits"
    shown_when: Word = ""
    shown_value: Word = ""


class TypeSet(Schema):
    """A kind of request with its form, in all languages."""

    id: int
    key: str
    names: Names
    hints: Names
    flow: int
    department: int | None
    is_active: bool
    is_public: bool
    file_limit: int | None
    questions: list[QuestionSet]


class TypePatch(Strict):
    """What is left out stays."""

    names: WordingIn = {}
    hints: HintsIn = {}
    flow: Key = 1
    department: Key | None = None
    is_active: bool = True
    is_public: bool = True
    file_limit: Bytes | None = None


class TypeIn(TypePatch):
    """`flow` is the id of the flow that its tickets go through."""

    names: WordingIn
    flow: Key


@router.get("/types", response={200: list[TypeSet], **REFUSALS}, summary="List all types")
def get_types(request: HttpRequest) -> Any:
    """List types with their forms, hidden ones too."""
    reader(request)
    return [_type(one) for one in TicketType.objects.prefetch_related(*FORM)]


@router.post("/types", response={201: TypeSet, **REFUSALS}, summary="Add a type")
@transaction.atomic
def add_type(request: HttpRequest, response: HttpResponse, payload: TypeIn) -> Any:
    """Add a type with an empty form."""
    actor = keeper(request)
    made = types.add_type(actor=actor, draft=_draft(payload.dict()))
    return created(response, f"/configuration/types/{made.pk}", _type(made))


@router.get(
    "/types/{type_id}", response={200: TypeSet, **REFUSALS}, summary="Read a type to change it"
)
def get_type(request: HttpRequest, response: HttpResponse, type_id: Key) -> Any:
    reader(request)
    return tagged(response, _read(type_id))


@router.patch("/types/{type_id}", response={200: TypeSet, **REFUSALS}, summary="Change a type")
@transaction.atomic
def change_type(
    request: HttpRequest, response: HttpResponse, type_id: Key, payload: TypePatch
) -> Any:
    """Change a type; its flow stays while it has tickets."""
    actor = keeper(request)
    values = given(request, _read(type_id), payload)
    types.change_type(actor=actor, type_id=type_id, draft=_draft(values))
    return tagged(response, _read(type_id))


@router.delete("/types/{type_id}", response={204: None, **REFUSALS}, summary="Delete a type")
@transaction.atomic
def delete_type(request: HttpRequest, type_id: Key) -> Any:
    """Delete a type without tickets; deleting it again does nothing."""
    types.delete_type(actor=keeper(request), type_id=type_id)
    return Status(204, None)


@router.put(
    "/types/{type_id}/questions/{field_id}",
    response={200: TypeSet, **REFUSALS},
    summary="Put a question on a form",
)
@transaction.atomic
def put_question(
    request: HttpRequest,
    response: HttpResponse,
    type_id: Key,
    field_id: Key,
    payload: QuestionIn,
) -> Any:
    """Ask a field at the end of a form, or change how it is asked; the ETag is the type's."""
    actor = keeper(request)
    given(request, _read(type_id), payload=Strict())
    if payload.shown_value and not payload.shown_when:
        raise Invalid(
            fields={"shown_value": _("Choose a list or yes-or-no question of this form.")}
        )
    draft = questions.QuestionDraft(**payload.dict())
    asked = FormField.objects.filter(type=type_id, field=field_id).first()
    if asked is None:
        questions.ask_field(actor=actor, type_id=type_id, field_id=field_id, draft=draft)
    else:
        questions.change_question(actor=actor, question_id=asked.pk, draft=draft)
    return tagged(response, _read(type_id))


@router.delete(
    "/types/{type_id}/questions/{field_id}",
    response={204: None, **REFUSALS},
    summary="Take a question off a form",
)
@transaction.atomic
def drop_question(request: HttpRequest, type_id: Key, field_id: Key) -> Any:
    """Ask a field no more on this form; its answers stay. Again does nothing."""
    actor = keeper(request)
    if not TicketType.objects.filter(pk=type_id).exists():
        raise NotFound
    asked = FormField.objects.filter(type=type_id, field=field_id).first()
    if asked is not None:
        questions.drop_question(actor=actor, question_id=asked.pk)
    return Status(204, None)


def _draft(values: dict[str, Any]) -> types.TypeDraft:
    named = {"flow_id": values["flow"], "department_id": values["department"]}
    plain = ("names", "hints", "is_active", "is_public", "file_limit")
    return types.TypeDraft(**named, **{name: values[name] for name in plain})


FORM = ("form__field", "form__shown_when")


def _read(type_id: int) -> TypeSet:
    found = types.find_type(type_id)
    prefetch_related_objects([found], *FORM)
    return _type(found)


def _type(one: TicketType) -> TypeSet:
    return TypeSet(
        id=one.pk,
        key=one.key,
        names=one.names,
        hints=one.hints,
        flow=one.flow_id,
        department=one.department_id,
        is_active=one.is_active,
        is_public=one.is_public,
        file_limit=one.file_limit,
        questions=[_question(asked) for asked in one.form.all()],
    )


def _question(asked: FormField) -> QuestionSet:
    return QuestionSet(
        field=asked.field_id,
        key=asked.field.key,
        is_required=asked.is_required,
        customer=asked.customer,
        shown_when=asked.shown_when.key if asked.shown_when else "",
        shown_value=asked.shown_value,
    )
