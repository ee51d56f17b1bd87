"""Typed makers of what tickets are made of."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from otklik.core import clock
from otklik.people.models import Actor, Department
from otklik.tickets.actions import NewTicket, Words, open_ticket
from otklik.tickets.actions.defaults import load_defaults
from otklik.tickets.models import (
    Category,
    Choice,
    Field,
    Flow,
    FormField,
    Phase,
    Priority,
    Status,
    Ticket,
    TicketType,
)

_number = count(1)


@dataclass(frozen=True)
class Configuration:
    """The default configuration, at hand by keys."""

    flow: Flow
    statuses: dict[str, Status]
    types: dict[str, TicketType]
    categories: dict[str, Category]
    priorities: dict[int, Priority]


def make_configuration() -> Configuration:
    """Load the defaults, or find them loaded."""
    load_defaults()
    flow = Flow.objects.get(is_default=True)
    return Configuration(
        flow=flow,
        statuses={status.key: status for status in flow.statuses.all()},
        types={kind.key: kind for kind in TicketType.objects.select_related("flow")},
        categories={category.key: category for category in Category.objects.all()},
        priorities={priority.level: priority for priority in Priority.objects.all()},
    )


def make_flow(*, names: dict[str, str] | None = None, phases: tuple[Phase, ...] = ()) -> Flow:
    """Make a flow without transitions; its statuses are keyed by their phases."""
    flow = Flow.objects.create(names=names or {"en": f"Flow {next(_number)}"})
    for position, phase in enumerate(phases or (Phase.NEW, Phase.PROGRESS, Phase.CLOSED)):
        Status.objects.create(
            flow=flow,
            key=phase.value,
            names={"en": str(phase.label)},
            phase=phase,
            position=position,
            is_first=position == 0,
        )
    return flow


def make_field(*, kind: str = "text", key: str = "", choices: tuple[str, ...] = ()) -> Field:
    number = next(_number)
    field = Field.objects.create(
        key=key or f"field_{number}", kind=kind, names={"en": f"Field {number}"}
    )
    for position, choice in enumerate(choices):
        Choice.objects.create(
            field=field, key=choice, names={"en": choice.capitalize()}, position=position
        )
    return field


def make_type(
    *, flow: Flow | None = None, key: str = "", form: tuple[Field, ...] = ()
) -> TicketType:
    """Make a type whose form asks the given fields, all optional, all for the customer."""
    number = next(_number)
    kind = TicketType.objects.create(
        key=key or f"type-{number}", names={"en": f"Type {number}"}, flow=flow or make_flow()
    )
    for position, field in enumerate(form):
        FormField.objects.create(type=kind, field=field, position=position)
    return kind


def make_ticket(
    *,
    department: Department,
    requester: Actor,
    subject: str = "Printer",
    body: str = "It does not print",
    assignee: Actor | None = None,
    status: str = "",
    **columns: Any,
) -> Ticket:
    """Open a ticket as its requester would; `status` (a key) and other columns are set after it.

    Needs `make_configuration()`.
    """
    asked = NewTicket(
        subject=subject,
        words=Words(body=f"<p>{body}</p>"),
        requester_id=requester.person_id,
        department_id=department.pk,
    )
    ticket = open_ticket(actor=requester, asked=asked)
    changes: dict[str, Any] = dict(columns)
    if assignee is not None:
        changes |= {"assignee_id": assignee.person_id}
    if status:
        stage = Status.objects.get(flow=ticket.status.flow_id, key=status)
        changes |= {"status": stage, "phase": stage.phase}
        if stage.phase in (Phase.RESOLVED, Phase.CLOSED):
            changes.setdefault("resolved_at", clock.now())
        if stage.phase == Phase.CLOSED:
            changes.setdefault("closed_at", clock.now())
    if changes:
        Ticket.objects.filter(pk=ticket.pk).update(**changes)
        ticket.refresh_from_db()
    return ticket
