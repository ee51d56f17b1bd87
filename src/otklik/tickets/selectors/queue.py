"""The pages of the queue: some tickets in some order, cut by place and not by count."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from otklik.core import clock
from otklik.people.models import Actor
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import TicketQuerySet
from otklik.tickets.selectors.finding import matching
from otklik.tickets.selectors.query.conditions import criteria
from otklik.tickets.selectors.query.moments import Here
from otklik.tickets.selectors.query.naming import Asking
from otklik.tickets.selectors.query.numbers import numbers_alone
from otklik.tickets.selectors.query.parser import parse
from otklik.tickets.selectors.query.terms import Query
from otklik.tickets.selectors.rows import QueueRow, read_rows
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

PAGE: Final = 50
MOST_COUNTED: Final = 1000


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
    query: Query,
    asking: Asking,
    *,
    open_by_default: bool,
    tickets: TicketQuerySet | None = None,
    by_number: bool = True,
) -> TicketQuerySet:
    """Return the tickets that a query asks for, of those that the actor works on.

    `by_number`: who writes nothing but whole numbers means those very tickets, also closed ones.
    One statement more then, since what looks like a number may be a word.
    """
    mine = Ticket.objects.worked_by(asking.actor) if tickets is None else tickets
    if by_number and (numbers := numbers_alone(query)):
        named = mine.filter(number__in=numbers)
        if named.exists():
            rest = replace(query, terms=tuple(query.filters))
            return named.filter(criteria(rest, asking, open_by_default=False).where)
    made = criteria(query, asking, open_by_default=open_by_default)
    return mine.filter(made.where & matching(made.words, is_staff=asking.actor.is_staff))


def _place(steps: Sequence[Step], row: QueueRow) -> list[Any]:
    return [getattr(row, "pk" if step.column == "id" else step.column) for step in steps]


def is_before_all() -> bool:
    """Tell whether nobody has asked this desk anything yet, whoever may see what is asked."""
    return not Ticket.objects.exists()


def count_asked(actor: Actor, q: str, words: Wordbook | None = None) -> int:
    """Count the tickets that a query asks for, up to a thousand. Raises QueryRefused."""
    found = tickets_asked(parse(q), asking_of(actor, words), open_by_default=True)
    return found.order_by()[:MOST_COUNTED].count()
