"""Undo of one change of configuration, where nothing happened to the same thing since."""

import json
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid, NotFound
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.categories import ensure_category_unused
from otklik.tickets.actions.configuring.choices import ensure_choice_unused
from otklik.tickets.actions.configuring.fields import (
    ensure_field_unused,
    ensure_kind_free,
    ensure_nothing_waits_for,
)
from otklik.tickets.actions.configuring.flows import ensure_flow_unused
from otklik.tickets.actions.configuring.questions import (
    ensure_nothing_waits,
    ensure_question_stands,
)
from otklik.tickets.actions.configuring.recording import (
    DEFAULT,
    FIRST,
    MODELS,
    REQUIRED,
    Noun,
    Row,
    Verb,
    begin,
    change_row,
    delete_row,
    keep,
)
from otklik.tickets.actions.configuring.statuses import (
    ensure_may_begin,
    ensure_phase_free,
    ensure_status_unused,
)
from otklik.tickets.actions.configuring.transitions import ensure_step_stands
from otklik.tickets.actions.configuring.tree import ensure_fits
from otklik.tickets.actions.configuring.types import ensure_another_type, ensure_type_unused
from otklik.tickets.models import (
    Category,
    Choice,
    ConfigurationChange,
    Field,
    Flow,
    FormField,
    Phase,
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
    to it since, or when tickets or the rest of the configuration would not stand it: what an
    administrator could not do by hand is not done by undoing either.
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
    except Invalid as error:
        raise Conflict(error.message) from error
    return change


def is_last(change: ConfigurationChange) -> bool:
    """Say whether nothing happened to the same thing since."""
    same = ConfigurationChange.objects.filter(noun=change.noun, row=change.row)
    return not same.filter(pk__gt=change.pk).exists()


def _undo(actor: Actor, change: ConfigurationChange) -> None:
    match Verb(change.verb):
        case Verb.DELETED:
            for restored in serializers.deserialize("json", json.dumps(change.old)):
                restored.save()
            connection.check_constraints()
            _ensure_restored(change)
            row = _row(change)
            keep(actor, row, Verb.ADDED, new=change.old, undoes=change)
        case Verb.ADDED:
            row = _row(change)
            _ensure_unused(row)
            delete_row(actor, row, _belongings(row), undoes=change)
        case Verb.CHANGED:
            row = _row(change)
            _ensure_stands(row, change.old or {})
            change_row(actor, row, change.old or {}, undoes=change)


def _row(change: ConfigurationChange) -> Row:
    """Return what a change is of, as it stands now."""
    found: Row = MODELS[Noun(change.noun)]._base_manager.get(pk=change.row)  # noqa: SLF001  # Django's own door
    return found


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
            ensure_another_type(row)
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


def _ensure_stands(row: Row, old: Mapping[str, Any]) -> None:
    """Refuse to bring back what tickets, or what else was set up since, would not stand."""
    match row:
        case Category() | Choice() if "parent_id" in old:
            ensure_fits(row, old["parent_id"])
        case Field():
            _ensure_field_stands(row, old)
        case Flow() if old.get(DEFAULT):
            Flow.objects.get(pk=old[DEFAULT])
        case FormField():
            ensure_question_stands(row, old)
        case Status():
            _ensure_status_stands(row, old)
        case TicketType():
            _ensure_type_stands(row, old)
        case Transition():
            ensure_step_stands(row, old)
        case _:
            pass


def _ensure_field_stands(field: Field, old: Mapping[str, Any]) -> None:
    if "kind" in old:
        ensure_kind_free(field)
    if old.get("is_active") is False:
        ensure_nothing_waits_for(field)


def _ensure_type_stands(kind: TicketType, old: Mapping[str, Any]) -> None:
    if "flow_id" in old:
        ensure_type_unused(kind)
    if old.get("is_active") is False:
        ensure_another_type(kind)


def _ensure_status_stands(status: Status, old: Mapping[str, Any]) -> None:
    if "phase" in old:
        ensure_phase_free(status, Phase(old["phase"]))
    if FIRST in old:
        ensure_may_begin(Status.objects.get(pk=old[FIRST]))
    needed = old.get(REQUIRED, ())
    if Field.objects.filter(pk__in=needed).count() != len(needed):
        raise Conflict(_("What it belonged to is gone, or its place is taken."))


def _ensure_restored(change: ConfigurationChange) -> None:
    """Refuse rows that came back and do not fit what was set up since."""
    for kept in change.old or []:
        row = apps.get_model(kept["model"])._base_manager.get(pk=kept["pk"])  # noqa: SLF001  # Django's own door
        if isinstance(row, Category | Choice):
            ensure_fits(row, row.parent_id)
        elif isinstance(row, FormField | Transition):
            _ensure_stands(row, {})
