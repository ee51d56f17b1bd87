"""The questions that forms are made of, changed by an administrator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.core.errors import Conflict, Invalid, NotFound, noted
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.checking import checked_hints, checked_names, new_key
from otklik.tickets.actions.configuring.recording import (
    add_row,
    begin,
    change_row,
    delete_row,
)
from otklik.tickets.models import Field, FormField, Ticket

# words that the query language and the API keep for a ticket's own fields
RESERVED = frozenset(
    {
        *("id", "number", "url", "subject", "description", "type", "category", "priority"),
        *("department", "requester", "owner", "assignee", "status", "phase", "turn", "source"),
        *("language", "tag", "tags", "created", "updated", "closed", "resolved", "due", "has"),
        *("is", "values", "fields", "version", "creator", "organization", "escalated", "text"),
    }
)


@dataclass(frozen=True, kw_only=True)
class FieldDraft:
    """What an administrator says of a question."""

    names: Mapping[str, str]
    kind: str
    hints: Mapping[str, str] = field(default_factory=dict)
    is_active: bool = True


@transaction.atomic
def add_field(*, actor: Actor, draft: FieldDraft) -> Field:
    """Add a question, to be put on forms. Raises NotAllowed, Invalid."""
    begin(actor)
    columns = _checked(draft)
    key = new_key(columns["names"], _is_taken, most=32, joint="_")
    row = Field(key=key, **columns)
    add_row(actor, row)
    return row


@transaction.atomic
def change_field(*, actor: Actor, field_id: int, draft: FieldDraft) -> Field:
    """Change a question, or ask it no more. Its kind stays once it was answered or has a list.

    Raises NotAllowed, NotFound, Conflict, Invalid.
    """
    begin(actor)
    row = find_field(field_id)
    columns = _checked(draft)
    if columns["kind"] != row.kind:
        ensure_kind_free(row)
    if row.is_active and not columns["is_active"]:
        ensure_nothing_waits_for(row)
    change_row(actor, row, columns)
    return row


@transaction.atomic
def delete_field(*, actor: Actor, field_id: int) -> None:
    """Delete a question that no form asks and no ticket answers. Deleting twice does nothing.

    Raises NotAllowed, Conflict.
    """
    begin(actor)
    row = Field.objects.filter(pk=field_id).first()
    if row is None:
        return
    ensure_field_unused(row)
    delete_row(actor, row, row.choices.order_by("parent_id", "pk"))


def ensure_field_unused(row: Field) -> None:
    """Refuse to lose a question that a form asks, a stage needs or a ticket answers."""
    if place := row.forms.select_related("type").first():
        raise Conflict(
            _("The form of “%s” asks this. Take it off the form first.") % place.type.label
        )
    if status := row.required_in.first():
        raise Conflict(_("The status “%s” needs this answered.") % status.label)
    ensure_field_unanswered(row, _("Hide it instead."))


def ensure_kind_free(row: Field) -> None:
    """Refuse another kind of answer where the present one is in use."""
    ensure_field_unanswered(row, _("Add a new question instead."))
    if row.choices.exists() or FormField.objects.filter(shown_when=row).exists():
        raise Conflict(_("Its answers are in use. Add a new question instead."))


def ensure_nothing_waits_for(row: Field) -> None:
    """Refuse to ask no more what decides whether another question is shown."""
    waiting = FormField.objects.filter(shown_when=row).select_related("field")
    if other := waiting.first():
        raise Conflict(_("The question “%s” is shown for an answer to this.") % other.field.label)


def ensure_field_unanswered(row: Field, advice: str) -> None:
    """Refuse what answers already given would not stand."""
    if count := Ticket.objects.filter(values__has_key=row.key).count():
        has = ngettext("%(count)d ticket answers this.", "%(count)d tickets answer this.", count)
        raise Conflict(f"{has % {'count': count}} {advice}")


def _is_taken(key: str) -> bool:
    return key in RESERVED or Field.objects.filter(key=key).exists()


def _checked(draft: FieldDraft) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    names, hints = {}, {}
    with noted(wrong):
        names = checked_names(draft.names)
    with noted(wrong):
        hints = checked_hints(draft.hints)
    if draft.kind not in Field.Kind.values:
        wrong["kind"] = _("Choose what kind of answer this is.")
    if wrong:
        raise Invalid(fields=wrong)
    return {"names": names, "hints": hints, "kind": draft.kind, "is_active": draft.is_active}


def find_field(field_id: int) -> Field:
    """Return a question. Raises NotFound."""
    row = Field.objects.filter(pk=field_id).first()
    if row is None:
        raise NotFound
    return row
