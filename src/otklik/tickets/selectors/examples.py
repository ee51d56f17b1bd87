"""Examples of queries for the help beside the box, in the words of the person's language."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from otklik.tickets.selectors.query import parse, say

_EXAMPLES: Final = (
    ("status:new,assigned", gettext_noop("one of several values")),
    ("-tag:spam", gettext_noop("without a value")),
    ("priority:>=4", gettext_noop("at least; also <, >, <=")),
    ("assignee:me", gettext_noop("me, nobody, or any part of a name")),
    ("turn:ours is:overdue", gettext_noop("whose word is awaited; also open, closed, any")),
    ("is:stuck", gettext_noop("longer in a status than it may be")),
    ("created:<7d due:<4h", gettext_noop("younger than seven days; due within four hours")),
    ("updated:>2026-11-01", gettext_noop("after a day; also 2026-11-01..2026-11-22")),
    ("has:files", gettext_noop("with files; also tags, category, rating")),
    ("field.place:2", gettext_noop("a field that your desk added")),
    ("sort:-updated", gettext_noop("the order: due, created, priority, number")),
)


def examples() -> list[tuple[str, str]]:
    """Return pairs of a query and what it asks."""
    exact = ('"' + _("exact words") + '"', _("words exactly as they stand"))
    return [*((say(parse(query)), _(words)) for query, words in _EXAMPLES), exact]
