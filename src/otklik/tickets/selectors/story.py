"""What happened to a ticket as plain rows, cut by place: the newest first, so many at once."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection
from typing_extensions import override

from otklik.core.prepared import prepared_cursor, typed

FACT, MESSAGE, NOTE = range(3)  # what happened at one moment stands in this order
_PLACE: Final = re.compile(r"(\d{1,17})\.([0-2])\.(\d{1,18})")
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Place(NamedTuple):
    """Where something stands in the story of its ticket."""

    at: datetime
    rank: int
    pk: int

    @override
    def __str__(self) -> str:
        return f"{(self.at - _BEGINNING) // _MICROSECOND}.{self.rank}.{self.pk}"


FIRST: Final = Place(_BEGINNING, FACT, 0)
LAST: Final = Place(datetime(9999, 1, 1, tzinfo=UTC), NOTE, 2**63 - 1)


def place_from(text: str) -> Place | None:
    """Read a place that a page gave; None when it is not one."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    try:
        at = _BEGINNING + int(match[1]) * _MICROSECOND
    except OverflowError:
        return None
    return Place(at, int(match[2]), int(match[3]))


class StoryRow(NamedTuple):
    """One thing that happened. In the order of `_STORY`."""

    rank: int
    pk: int
    at: datetime
    author_id: int | None
    given_name: str | None
    surname: str | None
    actor_name: str  # of a fact: as it was then
    kind: str  # of a fact; the side of a message
    body: str
    signature: str
    edited_at: datetime | None
    field: str
    old: Any
    new: Any
    is_internal: bool
    quoted: str
    voice: str  # of a note

    @property
    def author(self) -> str:
        return f"{self.given_name or ''} {self.surname or ''}".strip()

    @property
    def place(self) -> Place:
        return Place(self.at, self.rank, self.pk)


def read_story(
    ticket_id: int, *, for_customer: bool, since: Place = FIRST, before: Place = LAST, limit: int
) -> list[StoryRow]:
    """Return the latest of what happened between two places, oldest first. One statement."""
    values: dict[str, Any] = {"ticket": ticket_id, "limit": limit, "is_customer": for_customer}
    values |= {f"since_{name}": one for name, one in since._asdict().items()}
    values |= {f"before_{name}": one for name, one in before._asdict().items()}
    with prepared_cursor() as cursor:
        cursor.execute(
            _FOR_CUSTOMERS if for_customer else _STORY,
            {name: typed(one) for name, one in values.items()},
        )
        found = [StoryRow._make(columns) for columns in cursor.fetchall()]
    return [
        row._replace(old=_loaded(row.old), new=_loaded(row.new)) if row.rank == FACT else row
        for row in reversed(found)
    ]


def place_of(ticket_id: int, *, message_id: int) -> Place | None:
    """Return where a message stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT created_at FROM tickets_message WHERE id = %s AND ticket_id = %s",
            [message_id, ticket_id],
        )
        row = cursor.fetchone()
    return Place(row[0], MESSAGE, message_id) if row else None


def _loaded(value: str | None) -> Any:
    return None if value is None else json.loads(value)


# Each part has an index of its ticket in this order; ranks as above.
_SAID: Final = """
(SELECT 1 AS rank, id, created_at AS at, author_id, '' AS actor_name, side AS kind, body,
        signature, NULL::timestamptz AS edited_at, '' AS field, NULL::jsonb AS old,
        NULL::jsonb AS new,
        false AS is_internal, quoted, '' AS voice
 FROM tickets_message
 WHERE ticket_id = %(ticket)s
    AND (created_at, 1, id) >= (%(since_at)s, %(since_rank)s, %(since_pk)s)
    AND (created_at, 1, id) < (%(before_at)s, %(before_rank)s, %(before_pk)s)
 ORDER BY created_at DESC, id DESC LIMIT %(limit)s)"""
_NOTED: Final = """
(SELECT 2, id, created_at, author_id, '', '', body, '', edited_at, '', NULL, NULL, true,
        quoted, voice
 FROM tickets_note
 WHERE ticket_id = %(ticket)s
    AND (created_at, 2, id) >= (%(since_at)s, %(since_rank)s, %(since_pk)s)
    AND (created_at, 2, id) < (%(before_at)s, %(before_rank)s, %(before_pk)s)
 ORDER BY created_at DESC, id DESC LIMIT %(limit)s)"""
_TOLD: Final = """
(SELECT 0, id, at, actor_id, actor_name, kind, '', '', NULL, field, old, "new", is_internal,
        '', ''
 FROM tickets_historyentry
 WHERE ticket_id = %(ticket)s
    AND NOT kind IN ('message', 'note') AND (NOT %(is_customer)s OR NOT is_internal)
    AND (at, 0, id) >= (%(since_at)s, %(since_rank)s, %(since_pk)s)
    AND (at, 0, id) < (%(before_at)s, %(before_rank)s, %(before_pk)s)
 ORDER BY at DESC, id DESC LIMIT %(limit)s)"""
_WHOLE: Final = """
SELECT rank, story.id, at, author_id, author.given_name, author.surname, actor_name, kind, body,
    signature, edited_at, field, old, "new", is_internal, quoted, voice
FROM (%(parts)s
    ORDER BY at DESC, rank DESC, id DESC LIMIT %%(limit)s) AS story
LEFT JOIN people_person AS author ON author.id = author_id AND rank > 0
ORDER BY at DESC, rank DESC, story.id DESC
"""
_STORY: Final = _WHOLE % {"parts": f"{_SAID} UNION ALL {_NOTED} UNION ALL {_TOLD}"}
_FOR_CUSTOMERS: Final = _WHOLE % {"parts": f"{_SAID} UNION ALL {_TOLD}"}
