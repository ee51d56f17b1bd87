"""Views of the queue: the desk's own, one for each department, and those that people save."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from otklik.core.prepared import Given, Prepared
from otklik.core.wording import word
from otklik.people.models import Actor
from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import SavedView
from otklik.tickets.selectors.counting import places_of_list, places_of_tally
from otklik.tickets.selectors.query.editing import say, with_term
from otklik.tickets.selectors.query.naming import Asking
from otklik.tickets.selectors.query.parser import parse
from otklik.tickets.selectors.query.terms import Key, Query
from otklik.tickets.selectors.queue import MOST_COUNTED, tickets_asked

MOST_HEARD: Final = 50  # departments; a page may hear 64 topics


@dataclass(frozen=True)
class BuiltIn:
    """A view that every desk has."""

    key: str
    name: str
    query: str
    glyph: str
    tone: str = ""  # of its count: strong, warn, bad

    @property
    def label(self) -> str:
        return _(self.name)


BUILT_IN: Final = (
    BuiltIn("mine", gettext_noop("My queue"), "assignee:me sort:due", "inbox", "strong"),
    BuiltIn(
        "turn", gettext_noop("Awaiting our reply"), "turn:ours sort:due", "turn-ours", "strong"
    ),
    BuiltIn("unassigned", gettext_noop("Unassigned"), "is:unassigned", "nobody"),
    BuiltIn("soon", gettext_noop("Due soon"), "is:soon sort:due", "clock", "warn"),
    BuiltIn("overdue", gettext_noop("Overdue"), "is:overdue sort:due", "warn", "bad"),
    BuiltIn("waiting", gettext_noop("Waiting for the customer"), "turn:theirs", "st-pending"),
    BuiltIn("escalated", gettext_noop("Escalated"), "is:escalated", "flag", "bad"),
    BuiltIn("resolved", gettext_noop("Resolved today"), "is:any resolved:today", "st-resolved"),
    BuiltIn("all", gettext_noop("All open"), "is:open", "st-assigned"),
)
DEFAULT_VIEW: Final = "turn"
OVER_OPEN: Final = tuple(view for view in BUILT_IN if view.key != "resolved")


@dataclass(frozen=True)
class ViewLink:
    """A view as the rail shows it: a built-in, a department, or one that the person saved."""

    key: str  # what its address says: a key, or the id of a saved view; "" for a department
    label: str
    query: str
    count: int
    glyph: str = ""
    code: str = ""  # of a department
    tone: str = ""

    @property
    def count_words(self) -> str:
        return (
            f"{MOST_COUNTED - 1}+"
            if self.count >= MOST_COUNTED and self.key.isdigit()
            else str(self.count)
        )


@dataclass(frozen=True)
class Rail:
    """Every view of one person with its count."""

    built_in: list[ViewLink]
    departments: list[ViewLink]
    saved: list[ViewLink]
    topics: str  # what open pages hear when a count may have changed

    def current(self, text: str) -> ViewLink | None:
        """Return the view that a query is, however it is written."""
        try:
            query = parse(text)
        except QueryRefused:
            return None
        every = [*self.built_in, *self.saved, *self.departments]
        return next((view for view in every if _same(view.query, query)), None)

    def named(self, key: str) -> ViewLink | None:
        every = [*self.built_in, *self.saved]
        return next((view for view in every if view.key == key), None)


def _same(text: str, query: Query) -> bool:
    try:
        return parse(text) == query
    except QueryRefused:
        return False


@lru_cache(maxsize=256)
def _said(query: str, _language: str) -> str:
    return say(parse(query))


@lru_cache(maxsize=1024)
def _of_department(prefix: str, _language: str) -> str:
    return with_term("", Key.DEPARTMENT, prefix)


def query_of(view: BuiltIn) -> str:
    """Return the query of a view as the person would type it."""
    return _said(view.query, get_language() or "en")


def topics_of(actor: Actor) -> list[str]:
    """Return what a colleague's lists hear: their departments and themselves; or everything."""
    if actor.is_administrator:
        return ["tickets", f"person:{actor.person_id}"]
    heard = sorted(actor.roles)[:MOST_HEARD]
    return [*(f"department:{pk}" for pk in heard), f"person:{actor.person_id}"]


def rail(asking: Asking, *, beside: bool = False) -> Rail:
    """Return the views of a person with their counts.

    One statement: the counts of the desk's own views and of departments, and two where the tally
    that all share has to be taken. With saved views two more: these, and their counts, each up to
    a thousand. `beside` a page that is no list, the tally may be a second old.
    """
    places = places_of_tally(asking) if beside else places_of_list(asking)
    may_have_saved = not places or places[0].has_saved
    saved = _SAVED.rows(account=asking.actor.account_id) if may_have_saved else []
    counts = _saved_counts(asking, saved)
    return Rail(
        built_in=[
            ViewLink(
                key=view.key,
                label=view.label,
                query=query_of(view),
                count=sum(getattr(place.counts, view.key) for place in places),
                glyph=view.glyph,
                tone=view.tone,
            )
            for view in BUILT_IN
        ],
        departments=[
            ViewLink(
                key="",
                label=word(place.names),
                query=_of_department(place.prefix, get_language() or "en"),
                count=place.counts.all,
                code=place.prefix,
            )
            for place in places
        ],
        saved=[
            ViewLink(str(view.pk), view.name, view.query, counts.get(view.pk, 0), glyph="star")
            for view in saved
        ],
        topics=" ".join(topics_of(asking.actor)),
    )


_SAVED: Final = Prepared(lambda: SavedView.objects.filter(account=Given("account")))


def _saved_counts(asking: Asking, saved: Sequence[SavedView]) -> dict[int, int]:
    parts, values = [], []
    for view in saved:
        try:
            found = tickets_asked(parse(view.query), asking, open_by_default=True)
            sql, own = found.order_by().values("pk")[:MOST_COUNTED].query.sql_with_params()
        except (QueryRefused, EmptyResultSet):  # what it names is gone from the set-up
            continue
        parts.append(f"SELECT %s::bigint, count(*) FROM ({sql}) AS found")  # noqa: S608  # Django's own
        values += [view.pk, *own]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return dict(cursor.fetchall())
