"""The stages of a flow, changed by an administrator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.core.errors import Conflict, Invalid, NotFound, noted
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.checking import checked_names, new_key
from otklik.tickets.actions.configuring.flows import find_flow
from otklik.tickets.actions.configuring.ordering import step_row
from otklik.tickets.actions.configuring.recording import (
    FIRST,
    REQUIRED,
    add_row,
    begin,
    change_row,
    delete_row,
)
from otklik.tickets.actions.configuring.tree import Direction
from otklik.tickets.models import Field, Phase, Status, Transition

MOST = 30
LONGEST = timedelta(days=365)
BEGINNINGS = (Phase.NEW, Phase.PROGRESS)  # of these a ticket needs nobody and no stamp


@dataclass(frozen=True, kw_only=True)
class StatusDraft:
    """What an administrator says of a stage."""

    names: Mapping[str, str]
    phase: str
    time_limit: timedelta | None = None
    required_fields: tuple[int, ...] = ()


@transaction.atomic
def add_status(*, actor: Actor, flow_id: int, draft: StatusDraft) -> Status:
    """Add a stage at the end of a flow. Raises NotAllowed, NotFound, Invalid."""
    begin(actor)
    flow = find_flow(flow_id)
    count = flow.statuses.count()
    if count >= MOST:
        raise Invalid(_("A flow can have at most %(most)d statuses.") % {"most": MOST})
    columns = _checked(draft)
    fields = columns.pop(REQUIRED)
    key = new_key(columns["names"], lambda key: flow.statuses.filter(key=key).exists(), most=32)
    status = Status(flow=flow, key=key, position=count, **columns)
    add_row(actor, status)
    status.required_fields.set(fields)
    return status


@transaction.atomic
def change_status(*, actor: Actor, status_id: int, draft: StatusDraft) -> Status:
    """Change a stage. Its phase stays while tickets stand in it.

    Raises NotAllowed, NotFound, Conflict, Invalid.
    """
    begin(actor)
    status = find_status(status_id)
    columns = _checked(draft)
    if columns["phase"] != status.phase:
        ensure_phase_free(status, Phase(columns["phase"]))
    change_row(actor, status, columns)
    return status


@transaction.atomic
def step_status(*, actor: Actor, status_id: int, direction: Direction) -> Status:
    """Move a stage one place up or down; the order is only for the eye. Raises NotFound."""
    begin(actor)
    status = find_status(status_id)
    step_row(actor, status, direction)
    return status


@transaction.atomic
def make_status_first(*, actor: Actor, status_id: int) -> Status:
    """Let new tickets of the flow begin here. Raises NotAllowed, NotFound, Conflict."""
    begin(actor)
    status = find_status(status_id)
    ensure_may_begin(status)
    change_row(actor, status, {FIRST: status.pk})
    status.refresh_from_db()
    return status


@transaction.atomic
def delete_status(*, actor: Actor, status_id: int) -> None:
    """Delete a stage where no ticket stands, with the steps to and from it.

    Deleting twice does nothing. Raises NotAllowed, Conflict.
    """
    begin(actor)
    status = Status.objects.filter(pk=status_id).first()
    if status is None:
        return
    ensure_status_unused(status)
    ways = Transition.objects.filter(Q(source=status) | Q(target=status))
    delete_row(actor, status, ways)


def ensure_status_unused(status: Status) -> None:
    """Refuse to lose a stage that tickets stand in, or without which the flow cannot work."""
    if status.is_first:
        raise Conflict(_("New tickets begin here. Let them begin elsewhere first."))
    _ensure_another_end(status)
    _ensure_empty(status)


def ensure_may_begin(status: Status) -> None:
    """Refuse to begin where a ticket needs somebody or a stamp."""
    if status.phase not in BEGINNINGS:
        raise Conflict(_("A ticket can begin only as new or in progress."))


def ensure_phase_free(status: Status, phase: Phase) -> None:
    """Refuse another phase where tickets stand, or without which the flow cannot work.

    Whoever is assigned to must be there: the steps to a status that becomes one say so then.
    """
    if status.is_first and phase not in BEGINNINGS:
        raise Conflict(_("New tickets begin here. Let them begin elsewhere first."))
    _ensure_another_end(status)
    _ensure_empty(status)
    if phase == Phase.ASSIGNED:
        status.ways_in.filter(demands_assignee=False).update(demands_assignee=True)


def _ensure_another_end(status: Status) -> None:
    others = Status.objects.filter(flow=status.flow_id, phase=Phase.CLOSED).exclude(pk=status.pk)
    if status.phase == Phase.CLOSED and not others.exists():
        raise Conflict(_("This is the only status in which tickets of the flow are closed."))


def _ensure_empty(status: Status) -> None:
    if count := status.tickets.count():
        raise Conflict(
            ngettext(
                "%(count)d ticket stands in this status. Move it to another one, or take away "
                "the steps that lead here.",
                "%(count)d tickets stand in this status. Move them to another one, or take away "
                "the steps that lead here.",
                count,
            )
            % {"count": count}
        )


def _checked(draft: StatusDraft) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    names = {}
    with noted(wrong):
        names = checked_names(draft.names)
    if draft.phase not in Phase.values:
        wrong["phase"] = _("Choose what this status means.")
    if draft.time_limit is not None and not timedelta(0) < draft.time_limit <= LONGEST:
        wrong["time_limit"] = _("At most a year, please.")
    fields = sorted(set(draft.required_fields))
    if Field.objects.filter(pk__in=fields).count() != len(fields):
        wrong["required_fields"] = _("Choose from the list.")
    if wrong:
        raise Invalid(fields=wrong)
    return {
        "names": names,
        "phase": draft.phase,
        "time_limit": draft.time_limit,
        REQUIRED: fields,
    }


def find_status(status_id: int) -> Status:
    """Return a stage with its flow. Raises NotFound."""
    status = Status.objects.select_related("flow").filter(pk=status_id).first()
    if status is None:
        raise NotFound
    return status
