"""Tickets as lists read them: plain rows, people included, nothing more to ask for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection

from otklik.tickets.models.ticket import TicketQuerySet
from otklik.tickets.selectors.sorting import Step


class QueueRow(NamedTuple):
    """A ticket as lists show it. In the order of `_ROWS`."""

    pk: int
    number: str
    subject: str
    language: str
    version: int
    phase: str
    turn: str
    status_id: int
    priority: int
    department_id: int
    type_id: int
    category_id: int | None
    source: str
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    entered_at: datetime
    solve_due_at: datetime | None
    escalated_at: datetime | None
    last_words: str
    last_author: str
    has_files: bool
    requester_given_name: str
    requester_surname: str
    organization: str | None
    assignee_id: int | None
    assignee_given_name: str | None
    assignee_surname: str | None

    @property
    def requester(self) -> str:
        return f"{self.requester_given_name} {self.requester_surname}".strip()

    @property
    def assignee(self) -> str:
        return f"{self.assignee_given_name or ''} {self.assignee_surname or ''}".strip()

    @property
    def assignee_initials(self) -> str:
        return ((self.assignee_given_name or "")[:1] + (self.assignee_surname or "")[:1]).upper()


def read_rows(tickets: TicketQuerySet, steps: Sequence[Step], *, limit: int) -> list[QueueRow]:
    """Read the first tickets as rows, in one statement.

    Finds the keys first, so that people are joined to one page and not to all that match. The
    rest is written out: building it anew for each page takes longer than running it.
    """
    keys = tickets.order_by(*(step.order() for step in steps)).values("pk")[:limit]
    try:
        found, values = keys.query.sql_with_params()
    except EmptyResultSet:  # a condition that nothing can meet
        return []
    order = ", ".join(step.sql("ticket") for step in steps)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS % {"found": found, "order": order}, values)
        return [QueueRow._make(_with_tags(columns)) for columns in cursor.fetchall()]


_TAGS: Final = QueueRow._fields.index("tags")


def _with_tags(columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """Freeze the one list among the columns: rows are keys of what is drawn of them."""
    return (*columns[:_TAGS], tuple(columns[_TAGS]), *columns[_TAGS + 1 :])


# The columns in the order of QueueRow.
_ROWS: Final = """
SELECT ticket.id, ticket.number, ticket.subject, ticket.language, ticket.version, ticket.phase,
    ticket.turn, ticket.status_id, ticket.priority_id, ticket.department_id, ticket.type_id,
    ticket.category_id, ticket.source, ticket.tags, ticket.created_at, ticket.updated_at,
    ticket.entered_at, ticket.solve_due_at, ticket.escalated_at, ticket.last_words,
    ticket.last_author, ticket.has_files, requester.given_name, requester.surname,
    organization.name, ticket.assignee_id, assignee.given_name, assignee.surname
FROM (%(found)s) AS found (id)
JOIN tickets_ticket AS ticket ON ticket.id = found.id
JOIN people_person AS requester ON requester.id = ticket.requester_id
LEFT JOIN people_organization AS organization ON organization.id = requester.organization_id
LEFT JOIN people_person AS assignee ON assignee.id = ticket.assignee_id
ORDER BY %(order)s
"""
