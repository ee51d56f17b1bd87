"""Views of the queue: the desk's own, one for each department, and those that people save."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db import connection
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from otklik.people.models import Actor
from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import SavedView, Ticket
from otklik.tickets.selectors.query.conditions import RUNNING, SOON
from otklik.tickets.selectors.query.editing import say
from otklik.tickets.selectors.query.naming import Asking
from otklik.tickets.selectors.query.parser import parse
from otklik.tickets.selectors.queue import tickets_asked

MOST_COUNTED: Final = 1000


@dataclass(frozen=True)
class BuiltIn:
    """A view that every desk has; its count is made from its query."""

    key: str
    name: str
    query: str
    glyph: str
    tone: str = ""  # of its count: strong, warn, bad
    sort: str = "-updated"

    @property
    def label(self) -> str:
        return _(self.name)


BUILT_IN: Final = (
    BuiltIn("mine", gettext_noop("My queue"), "assignee:me", "inbox", "strong", "due"),
    BuiltIn("turn", gettext_noop("Awaiting our reply"), "turn:ours", "turn-ours", "strong", "due"),
    BuiltIn("unassigned", gettext_noop("Unassigned"), "is:unassigned", "nobody"),
    BuiltIn("soon", gettext_noop("Due soon"), "is:soon", "clock", "warn", "due"),
    BuiltIn("overdue", gettext_noop("Overdue"), "is:overdue", "warn", "bad", "due"),
    BuiltIn("waiting", gettext_noop("Waiting for the customer"), "turn:theirs", "st-pending"),
    BuiltIn("escalated", gettext_noop("Escalated"), "is:escalated", "flag", "bad"),
    BuiltIn("resolved", gettext_noop("Resolved today"), "is:any resolved:today", "st-resolved"),
    BuiltIn("all", gettext_noop("All open"), "is:open", "st-assigned"),
)
DEFAULT_VIEW: Final = "turn"
OVER_OPEN: Final = tuple(view for view in BUILT_IN if view.key != "resolved")


@dataclass(frozen=True)
class Counts:
    """How many tickets each view holds for one person."""

    built_in: dict[str, int]
    departments: dict[int, int]  # open tickets by department, only those the actor sees
    saved: dict[int, int]  # at most MOST_COUNTED

    def of(self, key: str) -> int:
        return self.built_in[key]


def built_in_view(key: str) -> BuiltIn | None:
    return next((view for view in BUILT_IN if view.key == key), None)


@lru_cache(maxsize=256)
def _said(query: str, language: str) -> str:
    return say(parse(query))


def query_of(view: BuiltIn) -> str:
    """Return the query of a view as the person would type it."""
    return _said(view.query, get_language() or "en")


def saved_views(actor: Actor) -> list[SavedView]:
    """Return the views that a person keeps, in their order."""
    return list(SavedView.objects.filter(account=actor.account_id))


def view_counts(asking: Asking, saved: Sequence[SavedView] = ()) -> Counts:
    """Count the tickets of all views.

    Three statements at most: one over open tickets, one over those resolved today, and one for
    all saved views, each of which is counted up to a thousand.
    """
    mine = Ticket.objects.worked_by(asking.actor).order_by()
    seen, own = mine.open().values(*_COUNTED).query.sql_with_params()
    now, actor = asking.here.now, asking.actor.person_id
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTS % {"seen": seen},
            [actor, list(RUNNING), now, now + SOON, list(RUNNING), now, *own],
        )
        rows = cursor.fetchall()
    resolved = mine.filter(resolved_at__gte=asking.here.today)
    built_in = {
        view.key: sum(row[place] for row in rows) for place, view in enumerate(OVER_OPEN, start=1)
    }
    return Counts(
        built_in=built_in | {"resolved": resolved.count()},
        departments={row[0]: row[-1] for row in rows},
        saved=_saved_counts(asking, saved),
    )


_COUNTED: Final = ("department", "assignee", "turn", "phase", "solve_due_at", "escalated_at")
# In the order of OVER_OPEN. What each view's query says, here by hand because building it from
# the queries takes longer than running it; a test holds the two together.
_COUNTS: Final = """
SELECT department_id,
    count(*) FILTER (WHERE assignee_id = %%s),
    count(*) FILTER (WHERE turn = 'ours'),
    count(*) FILTER (WHERE assignee_id IS NULL),
    count(*) FILTER (WHERE phase = ANY(%%s) AND solve_due_at >= %%s AND solve_due_at < %%s),
    count(*) FILTER (WHERE phase = ANY(%%s) AND solve_due_at < %%s),
    count(*) FILTER (WHERE turn = 'theirs'),
    count(*) FILTER (WHERE escalated_at IS NOT NULL),
    count(*)
FROM (%(seen)s) AS seen (department_id, assignee_id, turn, phase, solve_due_at, escalated_at)
GROUP BY 1
"""


def _saved_counts(asking: Asking, saved: Sequence[SavedView]) -> dict[int, int]:
    parts, values = [], []
    for view in saved:
        try:
            found = tickets_asked(parse(view.query), asking, open_by_default=True)
        except QueryRefused:  # what it names is gone from the set-up
            continue
        sql, own = found.order_by().values("pk")[:MOST_COUNTED].query.sql_with_params()
        parts.append(f"SELECT %s::bigint, count(*) FROM ({sql}) AS found")
        values += [view.pk, *own]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return dict(cursor.fetchall())
