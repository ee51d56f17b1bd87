"""Which questions the form of a type asks: their order, conditions and who deals with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid, NotFound, noted
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.fields import find_field
from otklik.tickets.actions.configuring.ordering import last_place, place_row, step_row
from otklik.tickets.actions.configuring.recording import (
    add_row,
    begin,
    change_row,
    delete_row,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.actions.configuring.types import find_type
from otklik.tickets.models import Field, FormField

Kind = Field.Kind
Access = FormField.Access
CONDITIONS = (Kind.CHOICE, Kind.CHOICES, Kind.TREE, Kind.CHECKBOX)  # kinds others may wait for
MOST = 60


@dataclass(frozen=True, kw_only=True)
class QuestionDraft:
    """How a form asks a question. `shown_when` is the key of another one, "" for always."""

    is_required: bool = False
    customer: str = FormField.Access.EDITS
    shown_when: str = ""
    shown_value: str = ""


@transaction.atomic
def ask_field(
    *, actor: Actor, type_id: int, field_id: int, draft: QuestionDraft | None = None
) -> FormField:
    """Put a question at the end of a form. One that stands there already stays as it is.

    Raises NotAllowed, NotFound, Invalid.
    """
    begin(actor)
    kind, field = find_type(type_id), find_field(field_id)
    asked = FormField.objects.filter(type=kind, field=field).first()
    if asked is not None:
        return asked
    if kind.form.count() >= MOST:
        raise Invalid(_("A form can ask at most %(most)d questions.") % {"most": MOST})
    asked = FormField(type=kind, field=field)
    asked.position = last_place(asked)
    for name, value in _checked(asked, draft or QuestionDraft()).items():
        setattr(asked, name, value)
    add_row(actor, asked)
    return asked


@transaction.atomic
def change_question(*, actor: Actor, question_id: int, draft: QuestionDraft) -> FormField:
    """Change how a form asks a question. Raises NotAllowed, NotFound, Conflict, Invalid."""
    begin(actor)
    asked = find_question(question_id)
    change_row(actor, asked, _checked(asked, draft))
    return asked


@transaction.atomic
def step_question(*, actor: Actor, question_id: int, direction: Direction) -> FormField:
    """Move a question one place up or down. Raises NotAllowed, NotFound."""
    begin(actor)
    asked = find_question(question_id)
    step_row(actor, asked, direction)
    return asked


@transaction.atomic
def place_question(*, actor: Actor, question_id: int, index: int) -> FormField:
    """Move a question to a place on its form. Raises NotAllowed, NotFound."""
    begin(actor)
    asked = find_question(question_id)
    place_row(actor, asked, index)
    return asked


@transaction.atomic
def drop_question(*, actor: Actor, question_id: int) -> None:
    """Take a question off a form; answers already given stay. Dropping twice does nothing.

    Raises NotAllowed, Conflict when another question waits for it.
    """
    begin(actor)
    rows = FormField.objects.select_related("type", "field").filter(pk=question_id)
    asked = rows.first()
    if asked is None:
        return
    ensure_nothing_waits(asked)
    delete_row(actor, asked)


def ensure_nothing_waits(asked: FormField) -> None:
    """Refuse to lose a question that decides whether another is shown."""
    waiting = FormField.objects.filter(type=asked.type_id, shown_when=asked.field_id)
    if other := waiting.select_related("field").first():
        raise Conflict(_("The question “%s” is shown for an answer to this.") % other.field.label)


def _checked(asked: FormField, draft: QuestionDraft) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    if draft.customer not in FormField.Access.values:
        wrong["customer"] = _("Choose who deals with it.")
    elif draft.customer != Access.EDITS and (other := _customers_waiting(asked).first()):
        wrong["customer"] = _("Customers see the question “%s” for an answer to this.") % (
            other.field.label
        )
    awaited = None
    if draft.shown_when:
        with noted(wrong):
            awaited = _condition(asked, draft)
    if wrong:
        raise Invalid(fields=wrong)
    return {
        "is_required": draft.is_required,
        "customer": draft.customer,
        "shown_when_id": awaited.pk if awaited else None,
        "shown_value": draft.shown_value if awaited else "",
    }


def ensure_question_stands(asked: FormField, old: Mapping[str, Any]) -> None:
    """Refuse a question, with what it had before, that could not be set now. Raises Invalid."""
    awaited = old.get("shown_when_id", asked.shown_when_id)
    key = Field.objects.values_list("key", flat=True).get(pk=awaited) if awaited else ""
    draft = QuestionDraft(
        is_required=old.get("is_required", asked.is_required),
        customer=old.get("customer", asked.customer),
        shown_when=key,
        shown_value=old.get("shown_value", asked.shown_value),
    )
    _checked(asked, draft)


def _customers_waiting(asked: FormField) -> QuerySet[FormField]:
    """Return what customers fill in if they answer this question so or so."""
    waiting = FormField.objects.filter(type=asked.type_id, shown_when=asked.field_id)
    return waiting.filter(customer=Access.EDITS).select_related("field")


def _condition(asked: FormField, draft: QuestionDraft) -> Field:
    form = FormField.objects.filter(type=asked.type_id).select_related("field", "shown_when")
    waits = {row.field.key: row.shown_when.key if row.shown_when else "" for row in form}
    rows = {row.field.key: row for row in form}
    row = rows.get(draft.shown_when)
    other = row.field if row else None
    if row is None or other is None or other.kind not in CONDITIONS:
        raise Invalid(fields={"shown_when": _("Choose a list or yes-or-no question of this form.")})
    if not other.is_active:
        raise Invalid(fields={"shown_when": _("This question is asked no more.")})
    if draft.customer == Access.EDITS.value and row.customer != Access.EDITS.value:
        raise Invalid(fields={"shown_when": _("Customers do not answer this question.")})
    waits[asked.field.key] = draft.shown_when
    seen, key = {asked.field.key}, draft.shown_when
    while key:
        if key in seen:
            raise Invalid(fields={"shown_when": _("These questions would wait for each other.")})
        seen.add(key)
        key = waits.get(key, "")
    if other.kind == Kind.CHECKBOX:
        fits = draft.shown_value in ("yes", "no")
    else:
        fits = other.choices.filter(key=draft.shown_value).exists()
    if not fits:
        raise Invalid(fields={"shown_value": _("Choose the answer for which it is shown.")})
    return other


def find_question(question_id: int) -> FormField:
    """Return a question on a form with both. Raises NotFound."""
    rows = FormField.objects.select_related("type", "field").filter(pk=question_id)
    asked = rows.first()
    if asked is None:
        raise NotFound
    return asked
