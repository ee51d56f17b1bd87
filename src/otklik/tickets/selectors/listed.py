"""Rows as pages show them: every word and number made ready, so that templates only place them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from otklik.core.filters import Reading, reading
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.rows import QueueRow
from otklik.tickets.selectors.wordbook import Wordbook, said_by

PAUSED: Final = ("pending", "resolved")


class ListedTicket(NamedTuple):
    """A ticket in a list, in the reader's words."""

    row: QueueRow
    department: str
    status: str
    priority: str
    type: str
    category: str
    source: str
    due: str  # in words
    due_state: str  # late, soon, ok, paused, none
    fuse: int  # how much of the promised time is gone, in percent
    updated: str
    created: str
    stage_due_at: datetime | None  # when the limit of the status ends, if that is near or past
    stage: str  # the same in words
    stage_state: str  # late, soon, none


class RowWords(NamedTuple):
    """What every row says, looked up once for all of them."""

    choose: str
    ours: str
    theirs: str
    escalated: str
    files: str
    nobody: str
    overdue: str
    stuck: str
    soon_stuck: str


def row_words() -> RowWords:
    return RowWords(
        choose=_("Choose"),
        ours=_("Our answer is awaited"),
        theirs=_("The customer's answer is awaited"),
        escalated=_("escalated"),
        files=_("has files"),
        nobody=_("nobody"),
        overdue=_("overdue"),
        stuck=_("longer in this status than it may be"),
        soon_stuck=_("the time for this status ends"),
    )


def listed(
    rows: Iterable[QueueRow], words: Wordbook, *, shows_created: bool = False
) -> list[ListedTicket]:
    """Put rows into the reader's words."""
    said, read = said_by(words, get_language()), reading()
    sources = {source.value: str(source.label) for source in Ticket.Source}
    return [
        ListedTicket(
            row=row,
            department=said.departments.get(row.department_id, ""),
            status=said.statuses.get(row.status_id, ""),
            priority=said.priorities.get(row.priority, ""),
            type=said.types.get(row.type_id, ""),
            category=said.categories.get(row.category_id or 0, ""),
            source=sources.get(row.source, row.source),
            due=_due(row, read),
            due_state=_due_state(row, read),
            fuse=_fuse(row, read.now),
            updated=read.ago(row.updated_at),
            created=read.ago(row.created_at) if shows_created else "",
            **_stage(row, words, read),
        )
        for row in rows
    ]


def _due(row: QueueRow, read: Reading) -> str:
    if row.solve_due_at is None or row.phase == "closed":
        return "—"
    return _("paused") if row.phase in PAUSED else read.distance(row.solve_due_at)


def _due_state(row: QueueRow, read: Reading) -> str:
    if row.solve_due_at is None or row.phase == "closed":
        return "none"
    return "paused" if row.phase in PAUSED else read.nearness(row.solve_due_at)


def _stage(row: QueueRow, words: Wordbook, read: Reading) -> dict[str, Any]:
    status = words.statuses.get(row.status_id)
    end = row.entered_at + status.limit if status and status.limit else None
    state = read.nearness(end) if end and row.phase != "closed" else "ok"
    if end is None or state == "ok":
        return {"stage_due_at": None, "stage": "", "stage_state": "none"}
    return {"stage_due_at": end, "stage": read.distance(end), "stage_state": state}


def _fuse(row: QueueRow, now: datetime) -> int:
    if row.solve_due_at is None:
        return 0
    promised = (row.solve_due_at - row.created_at).total_seconds()
    gone = (now - row.created_at).total_seconds()
    return 100 if promised <= 0 else max(0, min(100, round(100 * gone / promised)))
