"""The steps between the stages of a flow: who may make them, and what they demand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.checking import checked_names
from otklik.tickets.actions.configuring.recording import (
    add_row,
    begin,
    change_row,
    delete_row,
)
from otklik.tickets.actions.configuring.statuses import find_status
from otklik.tickets.models import Phase, Status, Transition

Who = Transition.Who
LADDER = (Who.AGENT, Who.COORDINATOR, Who.SUPERVISOR)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What an administrator says of a step. `staff` is the lowest role that may make it, or ""."""

    staff: str = ""
    customer: bool = False
    demands_message: bool = False
    demands_note: bool = False
    demands_assignee: bool = False
    names: Mapping[str, str] = field(default_factory=dict)  # of its button; empty: as the target


@transaction.atomic
def set_transition(
    *,
    actor: Actor,
    ends: tuple[int, int],
    step: Step,
) -> Transition | None:
    """Say who may go from one stage to another and what that demands; nobody: there is no step.

    Raises NotAllowed, NotFound, Conflict, Invalid.
    """
    begin(actor)
    source, target = find_status(ends[0]), find_status(ends[1])
    columns = _checked(source, target, step)
    way = Transition.objects.filter(source=source, target=target).first()
    if not columns["allowed"]:
        if way is not None:
            delete_row(actor, way)
        return None
    if way is None:
        way = Transition(source=source, target=target, position=target.position, **columns)
        add_row(actor, way)
    else:
        change_row(actor, way, columns)
    return way


def allowed_by(step: Step) -> list[Who]:
    """Return everyone who may make a step: a role and all above it."""
    staff = LADDER[LADDER.index(Who(step.staff)) :] if step.staff else ()
    return [*((Who.CUSTOMER,) if step.customer else ()), *staff]


def _checked(source: Status, target: Status, step: Step) -> dict[str, Any]:
    if source.flow_id != target.flow_id:
        raise Invalid(_("A step leads from one status to another of the same flow."))
    if source.pk == target.pk:
        raise Conflict(_("A step leads to another status."))
    if step.staff and step.staff not in LADDER:
        raise Invalid(fields={"staff": _("Choose who may make this step.")})
    to_assigned = target.phase == Phase.ASSIGNED
    _ensure_may_go(target, step.customer)
    return {
        "allowed": allowed_by(step),
        "names": checked_names(step.names, may_be_empty=True),
        "demands_message": step.demands_message,
        "demands_note": step.demands_note,
        "demands_assignee": step.demands_assignee or to_assigned,
    }


def _ensure_may_go(target: Status, customer: bool) -> None:  # noqa: FBT001  # of a step, by name
    if customer and target.phase == Phase.ASSIGNED:
        raise Invalid(fields={"customer": _("A customer cannot choose who works on it.")})


def ensure_step_stands(way: Transition, old: Mapping[str, Any]) -> None:
    """Refuse a step, with what it had before, that could not be set now. Raises Invalid."""
    allowed = old.get("allowed", way.allowed)
    _ensure_may_go(way.target, Who.CUSTOMER in allowed)
    demands = old.get("demands_assignee", way.demands_assignee)
    if way.target.phase == Phase.ASSIGNED and not demands:
        raise Invalid(_("A step to “%s” needs somebody to work on it.") % way.target.label)
