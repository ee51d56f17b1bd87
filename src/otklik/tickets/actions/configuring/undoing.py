"""Undo of one change of configuration, where nothing happened to the same thing since."""

import json

from django.core import serializers
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, NotFound
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.categories import ensure_category_unused
from otklik.tickets.actions.configuring.choices import ensure_choice_unused
from otklik.tickets.actions.configuring.fields import ensure_field_unused
from otklik.tickets.actions.configuring.flows import ensure_flow_unused
from otklik.tickets.actions.configuring.questions import ensure_nothing_waits
from otklik.tickets.actions.configuring.recording import (
    MODELS,
    Noun,
    Row,
    Verb,
    begin,
    change_row,
    delete_row,
    keep,
)
from otklik.tickets.actions.configuring.statuses import ensure_status_unused
from otklik.tickets.actions.configuring.types import ensure_type_unused
from otklik.tickets.models import (
    Category,
    Choice,
    ConfigurationChange,
    Field,
    Flow,
    FormField,
    Priority,
    Status,
    TicketType,
    Transition,
    TypicalProblem,
)


@transaction.atomic
def undo_change(*, actor: Actor, change_id: int) -> ConfigurationChange:
    """Bring a thing back to what it was before its last change; that is a change as well.

    Undoing twice does nothing. Raises NotAllowed, NotFound, Conflict when something happened
    to it since, or tickets would not stand it.
    """
    begin(actor)
    change = ConfigurationChange.objects.filter(pk=change_id).first()
    if change is None:
        raise NotFound
    if hasattr(change, "undone_by"):
        return change
    if not is_last(change):
        raise Conflict(_("It was changed again since. Undo that first."))
    try:
        with transaction.atomic():
            _undo(actor, change)
            connection.check_constraints()
    except (IntegrityError, ObjectDoesNotExist):
        raise Conflict(_("What it belonged to is gone, or its place is taken.")) from None
    return change


def is_last(change: ConfigurationChange) -> bool:
    """Say whether nothing happened to the same thing since."""
    same = ConfigurationChange.objects.filter(noun=change.noun, row=change.row)
    return not same.filter(pk__gt=change.pk).exists()


def _undo(actor: Actor, change: ConfigurationChange) -> None:
    noun = Noun(change.noun)
    match Verb(change.verb):
        case Verb.DELETED:
            for restored in serializers.deserialize("json", json.dumps(change.old)):
                restored.save()
            row = MODELS[noun]._base_manager.get(pk=change.row)  # noqa: SLF001  # Django's own door
            keep(actor, row, Verb.ADDED, new=change.old, undoes=change)
        case Verb.ADDED:
            row = MODELS[noun]._base_manager.get(pk=change.row)  # noqa: SLF001
            _ensure_unused(row)
            delete_row(actor, row, _belongings(row), undoes=change)
        case Verb.CHANGED:
            row = MODELS[noun]._base_manager.get(pk=change.row)  # noqa: SLF001
            _ensure_stands(row, change)
            change_row(actor, row, change.old or {}, undoes=change)


def _ensure_unused(row: Row) -> None:
    match row:
        case Category():
            ensure_category_unused(row)
        case Choice():
            ensure_choice_unused(row)
        case Field():
            ensure_field_unused(row)
        case Flow():
            ensure_flow_unused(row)
        case FormField():
            ensure_nothing_waits(row)
        case Status():
            ensure_status_unused(row)
        case TicketType():
            ensure_type_unused(row)
        case Transition() | Priority() | TypicalProblem():
            pass


def _belongings(row: Row) -> list[Status | Transition | FormField | Choice | TypicalProblem]:
    match row:
        case Flow():
            ways = Transition.objects.filter(source__flow=row)
            return [*row.statuses.all(), *ways]
        case Status():
            return [*row.ways_out.all(), *row.ways_in.all()]
        case TicketType():
            return [*row.form.all(), *row.problems.all()]
        case Field():
            return list(row.choices.order_by("parent_id", "pk"))
        case _:
            return []


def _ensure_stands(row: Row, change: ConfigurationChange) -> None:
    """Refuse to bring back a flow or phase that tickets meanwhile rely on."""
    old = change.old or {}
    if isinstance(row, TicketType) and "flow_id" in old:
        ensure_type_unused(row)
    if isinstance(row, Status) and "phase" in old:
        ensure_status_unused(row)
    if isinstance(row, Field) and "kind" in old:
        ensure_field_unused(row)
    if isinstance(row, Status) and "first" in old:
        Status.objects.get(pk=old["first"])
