"""The columns that a list of tickets can have."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True, eq=False)  # there is one of each
class Column:
    """One column; `sort` is the order that pressing its head asks for first."""

    key: str
    name: str
    css: str
    sort: str = ""

    @property
    def label(self) -> str:
        return _(self.name)


COLUMNS: Final = (
    Column("number", gettext_noop("No."), "number", "-number"),
    Column("subject", gettext_noop("Subject and last word"), "about"),
    Column("requester", gettext_noop("Customer"), "person"),
    Column("department", gettext_noop("Department"), "place"),
    Column("status", gettext_noop("Status"), "status"),
    Column("priority", gettext_noop("Priority"), "priority", "-priority"),
    Column("assignee", gettext_noop("Processor"), "who"),
    Column("due", gettext_noop("Deadline"), "due", "due"),
    Column("updated", gettext_noop("Updated"), "when", "-updated"),
    Column("created", gettext_noop("Opened"), "when", "-created"),
    Column("type", gettext_noop("Type"), "kind"),
    Column("category", gettext_noop("Category"), "kind"),
    Column("tags", gettext_noop("Tags"), "kind"),
    Column("source", gettext_noop("Source"), "kind"),
    Column("escalated", gettext_noop("Escalated"), "kind"),
)
ALWAYS: Final = ("number", "subject")
DEFAULT: Final = COLUMNS[:9]


def columns_of(chosen: Iterable[object]) -> tuple[Column, ...]:
    """Return the chosen columns in the order of the list; the default when none is chosen."""
    wanted = {*ALWAYS, *(key for key in chosen if isinstance(key, str))}
    found = tuple(column for column in COLUMNS if column.key in wanted)
    return found if len(found) > len(ALWAYS) else DEFAULT
