"""Flows: the state machines that tickets of some types go through."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, NotFound
from otklik.core.wording import Names
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.checking import checked_names
from otklik.tickets.actions.configuring.recording import (
    DEFAULT,
    add_row,
    begin,
    change_row,
    delete_row,
)
from otklik.tickets.models import Flow, Phase, Status, Transition

Who = Transition.Who

FIRST_NAMES: Names = {"en": "New", "ru": "Новая", "bg": "Нова"}
LAST_NAMES: Names = {"en": "Closed", "ru": "Закрыта", "bg": "Затворена"}


@transaction.atomic
def add_flow(*, actor: Actor, names: Mapping[str, str], like_id: int | None = None) -> Flow:
    """Add a flow: a copy of another, or the shortest one that works, new and closed.

    Raises NotAllowed, NotFound, Invalid.
    """
    begin(actor)
    flow = Flow(names=checked_names(names))
    like = find_flow(like_id) if like_id is not None else None
    if like is None:
        add_row(actor, flow, *_shortest(flow))
        return flow
    copies = {status.pk: _copy_of(status, flow) for status in like.statuses.all()}
    ways = Transition.objects.filter(source__flow=like)
    add_row(actor, flow, *copies.values(), *(_copied_way(way, copies) for way in ways))
    for status in like.statuses.prefetch_related("required_fields"):
        copies[status.pk].required_fields.set(status.required_fields.all())
    return flow


def _shortest(flow: Flow) -> tuple[Status, Status, Transition]:
    first = Status(flow=flow, key="new", names=FIRST_NAMES, phase=Phase.NEW, is_first=True)
    last = Status(flow=flow, key="closed", names=LAST_NAMES, phase=Phase.CLOSED, position=1)
    everyone = [Who.CUSTOMER, Who.AGENT, Who.COORDINATOR, Who.SUPERVISOR]
    return first, last, Transition(source=first, target=last, allowed=everyone)


def _copy_of(status: Status, flow: Flow) -> Status:
    return Status(
        flow=flow,
        key=status.key,
        names=status.names,
        phase=status.phase,
        position=status.position,
        is_first=status.is_first,
        time_limit=status.time_limit,
    )


def _copied_way(way: Transition, copies: Mapping[int, Status]) -> Transition:
    return Transition(
        source=copies[way.source_id],
        target=copies[way.target_id],
        names=way.names,
        allowed=way.allowed,
        demands_message=way.demands_message,
        demands_note=way.demands_note,
        demands_assignee=way.demands_assignee,
        position=way.position,
    )


@transaction.atomic
def rename_flow(*, actor: Actor, flow_id: int, names: Mapping[str, str]) -> Flow:
    """Call a flow something else. Raises NotAllowed, NotFound, Conflict, Invalid."""
    begin(actor)
    flow = find_flow(flow_id)
    change_row(actor, flow, {"names": checked_names(names)})
    return flow


@transaction.atomic
def make_flow_default(*, actor: Actor, flow_id: int) -> Flow:
    """Let new types begin with this flow. Raises NotAllowed, NotFound."""
    begin(actor)
    flow = find_flow(flow_id)
    change_row(actor, flow, {DEFAULT: flow.pk})
    return flow


@transaction.atomic
def delete_flow(*, actor: Actor, flow_id: int) -> None:
    """Delete a flow that no type uses. Deleting twice does nothing. Raises NotAllowed, Conflict."""
    begin(actor)
    flow = Flow.objects.filter(pk=flow_id).first()
    if flow is None:
        return
    ensure_flow_unused(flow)
    ways = Transition.objects.filter(source__flow=flow)
    delete_row(actor, flow, [*flow.statuses.all(), *ways])


def ensure_flow_unused(flow: Flow) -> None:
    """Refuse to lose a flow that types go through, or that new types begin with."""
    if flow.is_default:
        raise Conflict(_("New types begin with this flow. Make another one the default first."))
    if kind := flow.types.first():
        raise Conflict(_("The type “%s” goes through this flow.") % kind.label)


def find_flow(flow_id: int) -> Flow:
    """Return a flow. Raises NotFound."""
    flow = Flow.objects.filter(pk=flow_id).first()
    if flow is None:
        raise NotFound
    return flow
