"""Whole tickets: with the people and the configuration that they point at.

Joining the configuration to each ticket takes PostgreSQL longer to plan than all the rest of a
page to run, so its rows are kept in each process. They are shared: nobody changes them.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery

from otklik.core.configuration import configuration_stamp
from otklik.core.kept import KeptUnder
from otklik.core.models import ConfigurationStamp
from otklik.core.prepared import Given, Prepared
from otklik.people.models import Department
from otklik.tickets.models.category import Category
from otklik.tickets.models.flow import Status, Transition
from otklik.tickets.models.form import Field, TicketType
from otklik.tickets.models.priority import Priority
from otklik.tickets.models.ticket import Ticket

Rows = TypeVar("Rows", bound="QuerySet[Ticket]")


def with_people(rows: Rows) -> Rows:
    """Join the people of tickets, and the stamp of the configuration that they point into."""
    stamp = Subquery(ConfigurationStamp.objects.values("value")[:1])
    joined: Rows = rows.select_related("requester", "assignee", "owner").annotate(stamp=stamp)
    return joined


def completed(ticket: Ticket) -> Ticket:
    """Give a ticket that was read `with_people` its status, type, priority, place and category."""
    kept = _KEPT.at(stamp_of(ticket))
    ticket.status = kept.statuses[ticket.status_id]
    ticket.type = kept.types[ticket.type_id]
    ticket.priority = kept.priorities[ticket.priority_id]
    ticket.department = kept.departments[ticket.department_id]
    if ticket.category_id is not None:
        ticket.category = kept.categories[ticket.category_id]
    return ticket


def stamp_of(ticket: Ticket) -> UUID | None:
    """Return the stamp that a ticket was read with, None for one that was read without."""
    return getattr(ticket, "stamp", None)


def ways_out(ticket: Ticket) -> list[Transition]:
    """Return the steps from a ticket's status, in order.

    Each says by `demanded` the keys of the questions that its status demands and that are asked.
    """
    stamp = stamp_of(ticket)
    if stamp is None:
        return _WAYS.rows(source=ticket.status_id)
    return _KEPT.at(stamp).ways.get(ticket.status_id, [])


def _ways() -> QuerySet[Transition, Any]:
    demanded = Field.objects.filter(required_in=OuterRef("target"), is_active=True).values("key")
    return Transition.objects.select_related("target").annotate(demanded=ArraySubquery(demanded))


_WAYS: Final = Prepared(lambda: _ways().filter(source=Given("source")))


@dataclass(frozen=True, kw_only=True)
class _Configured:
    statuses: dict[int, Status]
    types: dict[int, TicketType]
    priorities: dict[int, Priority]
    departments: dict[int, Department]
    categories: dict[int, Category]
    ways: dict[int, list[Transition]]  # by the status they lead from


def _read() -> _Configured:
    categories = Category.objects.in_bulk()
    for one in categories.values():
        one.parent = categories[one.parent_id] if one.parent_id else None
    ways: defaultdict[int, list[Transition]] = defaultdict(list)
    for way in _ways():
        ways[way.source_id].append(way)
    return _Configured(
        statuses=Status.objects.in_bulk(),
        types=TicketType.objects.in_bulk(),
        priorities=Priority.objects.in_bulk(),
        departments=Department.objects.in_bulk(),
        categories=categories,
        ways=ways,
    )


_KEPT: Final = KeptUnder(configuration_stamp, _read)
