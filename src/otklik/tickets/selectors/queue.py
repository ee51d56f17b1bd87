"""The pages of the queue: some tickets in some order, cut by place and not by count."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from otklik.core import clock
from otklik.people.models import Actor
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import TicketQuerySet
from otklik.tickets.selectors.finding import matching
from otklik.tickets.selectors.query.conditions import criteria
from otklik.tickets.selectors.query.moments import Here
from otklik.tickets.selectors.query.naming import Asking
from otklik.tickets.selectors.query.parser import parse
from otklik.tickets.selectors.query.terms import Query
from otklik.tickets.selectors.sorting import (
    DEFAULT_SORT,
    SORTS,
    Step,
    behind,
    open_place,
    seal_place,
    steps_of,
)
from otklik.tickets.selectors.wordbook import Wordbook, wordbook

COLUMNS: Final = (
    "number",
    "subject",
    "requester",
    "department",
    "status",
    "priority",
    "assignee",
    "due",
    "updated",
    "created",
    "type",
    "category",
    "tags",
    "source",
    "escalated",
)
DEFAULT_COLUMNS: Final = COLUMNS[:9]
PAGE: Final = 50


@dataclass(slots=True)
class QueueRow:
    """A ticket as lists show it. Order and names follow `_FIELDS`."""

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
    tags: list[str]
    created_at: datetime
    updated_at: datetime
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


_FIELDS: Final = (
    *("pk", "number", "subject", "language", "version", "phase", "turn", "status_id"),
    *("priority_id", "department_id", "type_id", "category_id", "source", "tags"),
    *("created_at", "updated_at", "solve_due_at", "escalated_at", "last_words", "last_author"),
    *("has_files", "requester__given_name", "requester__surname"),
    *("requester__organization__name", "assignee_id"),
    *("assignee__given_name", "assignee__surname"),
)


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """One page of tickets."""

    rows: list[QueueRow]
    query: Query
    sort: str
    next_cursor: str  # "" on the last page
    words: Wordbook


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a list is asked for."""

    q: str = ""
    sort: str = ""  # of SORTS; the query's own `sort:` goes before it
    cursor: str = ""
    limit: int = PAGE
    open_by_default: bool = True
    words: Wordbook | None = field(default=None, compare=False)  # when read already


def asking_of(actor: Actor, words: Wordbook | None = None) -> Asking:
    """Return who asks, now and in their zone."""
    here = Here(clock.now(), ZoneInfo(actor.time_zone))
    return Asking(actor, here, (lambda: words) if words else wordbook)


def sort_of(query: Query, wanted: str = "") -> str:
    """Return the order of a list: the query's own, else the wanted, else the newest news first."""
    return next((sort for sort in (query.sort, wanted) if sort in SORTS), DEFAULT_SORT)


def queue_page(actor: Actor, asked: Asked) -> QueuePage:
    """Return a page of the tickets that the actor works on. One statement; one for the words.

    Raises QueryRefused.
    """
    query = parse(asked.q)
    sort = sort_of(query, asked.sort)
    asking = asking_of(actor, asked.words)
    found = tickets_asked(query, asking, open_by_default=asked.open_by_default)
    steps = steps_of(sort)
    if (place := open_place(sort, asked.cursor)) is not None:
        found = found.filter(behind(steps, place))
    rows = read_rows(found, steps, limit=asked.limit + 1)
    page = rows[: asked.limit]
    last = _place(steps, page[-1]) if len(rows) > asked.limit else None
    return QueuePage(
        rows=page,
        query=query,
        sort=sort,
        next_cursor=seal_place(sort, last) if last else "",
        words=asking.words,
    )


def tickets_asked(
    query: Query, asking: Asking, *, open_by_default: bool, tickets: TicketQuerySet | None = None
) -> TicketQuerySet:
    """Return the tickets that a query asks for, of those that the actor works on."""
    made = criteria(query, asking, open_by_default=open_by_default)
    mine = Ticket.objects.worked_by(asking.actor) if tickets is None else tickets
    return mine.filter(made.where & matching(made.words, is_staff=asking.actor.is_staff))


def read_rows(tickets: TicketQuerySet, steps: Sequence[Step], *, limit: int) -> list[QueueRow]:
    """Read the first tickets as rows, in one statement.

    Finds the keys first, so that people are joined to one page and not to all that match; reads
    the columns as the driver gives them, which takes a third of the time of model instances.
    """
    order = [step.order() for step in steps]
    keys = tickets.order_by(*order).values("pk")[:limit]
    rows = Ticket.objects.filter(pk__in=keys).order_by(*order).values_list(*_FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        return [QueueRow(*values) for values in cursor.fetchall()]


def _place(steps: Sequence[Step], row: QueueRow) -> list[Any]:
    return [getattr(row, "pk" if step.column == "id" else step.column) for step in steps]
