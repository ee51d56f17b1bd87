"""Ticket types, changed by an administrator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.core.errors import Conflict, Invalid, NotFound, noted
from otklik.people.models import Actor, Department
from otklik.tickets.actions.configuring.checking import checked_hints, checked_names, new_key
from otklik.tickets.actions.configuring.ordering import last_place, step_row
from otklik.tickets.actions.configuring.recording import (
    add_row,
    begin,
    change_row,
    delete_row,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.models import Flow, TicketType

MEGABYTE = 1024 * 1024
LARGEST_FILE = 2048 * MEGABYTE


@dataclass(frozen=True, kw_only=True)
class TypeDraft:
    """What an administrator says of a type."""

    names: Mapping[str, str]
    flow_id: int
    hints: Mapping[str, str] = field(default_factory=dict)
    department_id: int | None = None
    is_active: bool = True
    is_public: bool = True
    file_limit: int | None = None  # bytes of one file; None: the desk's


@transaction.atomic
def add_type(*, actor: Actor, draft: TypeDraft) -> TicketType:
    """Add a type with an empty form. Raises NotAllowed, Invalid."""
    begin(actor)
    columns = _checked(draft)
    key = new_key(
        columns["names"], lambda key: TicketType.objects.filter(key=key).exists(), most=32
    )
    kind = TicketType(key=key, **columns)
    kind.position = last_place(kind)
    add_row(actor, kind)
    return kind


@transaction.atomic
def change_type(*, actor: Actor, type_id: int, draft: TypeDraft) -> TicketType:
    """Change a type. Its flow stays while it has tickets, and its department may be a closed one.

    Raises NotAllowed, NotFound, Conflict, Invalid.
    """
    begin(actor)
    kind = find_type(type_id)
    columns = _checked(draft, kept_id=kind.department_id)
    if columns["flow_id"] != kind.flow_id:
        ensure_type_unused(kind, _("It cannot go through another flow any more."))
    if kind.is_active and not draft.is_active:
        ensure_another_type(kind)
    change_row(actor, kind, columns)
    return kind


@transaction.atomic
def step_type(*, actor: Actor, type_id: int, direction: Direction) -> TicketType:
    """Move a type one place up or down. Raises NotAllowed, NotFound."""
    begin(actor)
    kind = find_type(type_id)
    step_row(actor, kind, direction)
    return kind


@transaction.atomic
def delete_type(*, actor: Actor, type_id: int) -> None:
    """Delete a type without tickets, with its form and typical problems.

    Deleting twice does nothing. Raises NotAllowed, Conflict.
    """
    begin(actor)
    kind = TicketType.objects.filter(pk=type_id).first()
    if kind is None:
        return
    ensure_type_unused(kind, _("Hide it instead."))
    ensure_another_type(kind)
    delete_row(actor, kind, [*kind.form.all(), *kind.problems.all()])


def ensure_another_type(kind: TicketType) -> None:
    """Refuse to leave customers without a type to choose."""
    if not TicketType.objects.filter(is_active=True).exclude(pk=kind.pk).exists():
        raise Conflict(_("This is the only type that is offered. Offer another one first."))


def ensure_type_unused(kind: TicketType, advice: str = "") -> None:
    """Refuse what tickets of a type would not stand."""
    if count := kind.tickets.count():
        has = ngettext(
            "%(count)d ticket is of this type.", "%(count)d tickets are of this type.", count
        )
        raise Conflict(f"{has % {'count': count}} {advice}".strip())


def _checked(draft: TypeDraft, kept_id: int | None = None) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    names, hints = {}, {}
    with noted(wrong):
        names = checked_names(draft.names)
    with noted(wrong):
        hints = checked_hints(draft.hints)
    if not Flow.objects.filter(pk=draft.flow_id).exists():
        wrong["flow"] = _("Choose a flow.")
    takes = Q(is_active=True) | Q(pk=kept_id)
    places = Department.objects.filter(takes, pk=draft.department_id or 0)
    if draft.department_id is not None and not places.exists():
        wrong["department"] = _("Choose a department that takes requests.")
    if draft.file_limit is not None and not 1 <= draft.file_limit < LARGEST_FILE:
        wrong["file_limit"] = _("From 1 to %(most)d.") % {"most": LARGEST_FILE // MEGABYTE}
    if wrong:
        raise Invalid(fields=wrong)
    return {
        "names": names,
        "hints": hints,
        "flow_id": draft.flow_id,
        "department_id": draft.department_id,
        "is_active": draft.is_active,
        "is_public": draft.is_public,
        "file_limit": draft.file_limit,
    }


def find_type(type_id: int) -> TicketType:
    """Return a type with its flow. Raises NotFound."""
    kind = TicketType.objects.select_related("flow", "department").filter(pk=type_id).first()
    if kind is None:
        raise NotFound
    return kind
