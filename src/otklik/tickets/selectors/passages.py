"""The words of a ticket that answer a search best: from a message, or from a note to staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection

from otklik.core.language import beginnings, hit_count
from otklik.core.richtext import to_text

LONGEST: Final = 20_000  # characters of one message that are looked at
MOST_BEGINNINGS: Final = 40


@dataclass(frozen=True)
class Passage:
    """A text in which the asked words stand, as plain words."""

    text: str
    is_internal: bool = False


def passages(last_words: Mapping[int, str], asked: str, *, is_staff: bool) -> dict[int, Passage]:
    """Return for each ticket the text with the most of the asked words, its last words if none.

    Notes are looked at for staff alone. One statement, over the messages of these tickets only,
    and only where the last words do not have all that was asked.
    """
    found = {pk: Passage(text) for pk, text in last_words.items()}
    sought = beginnings(asked)[:MOST_BEGINNINGS]
    most = hit_count(asked, asked)
    lacking = [pk for pk, text in last_words.items() if hit_count(text, asked) < most]
    if not sought or not lacking:
        return found
    for pk, body, is_internal in _best(lacking, sought, is_staff=is_staff):
        text = to_text(body)
        if hit_count(text, asked) > hit_count(last_words[pk], asked):
            found[pk] = Passage(text, is_internal)
    return found


def _best(tickets: list[int], sought: list[str], *, is_staff: bool) -> list[tuple[int, str, bool]]:
    patterns = [f"%{_literal(one)}%" for one in sought]
    score = " + ".join(["(body ILIKE %s)::int"] * len(patterns))
    notes = _NOTES if is_staff else ""
    with connection.cursor() as cursor:
        cursor.execute(
            _BEST % {"notes": notes, "score": score},
            [*patterns, tickets, *([tickets] if is_staff else [])],
        )
        found: list[tuple[int, str, bool]] = cursor.fetchall()
    return found


def _literal(text: str) -> str:
    r"""Return a text as LIKE takes it word for word.

    >>> _literal("50%_a")
    '50\\%\\_a'
    """
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


_NOTES: Final = f"""
    UNION ALL SELECT ticket_id, left(body, {LONGEST}), true, created_at
    FROM tickets_note WHERE ticket_id = ANY(%s)"""  # noqa: S608  # our own number

_BEST: Final = f"""
SELECT DISTINCT ON (ticket_id) ticket_id, body, is_internal FROM (
    SELECT *, %(score)s AS score FROM (
        SELECT ticket_id, left(body, {LONGEST}) AS body, false AS is_internal, created_at
        FROM tickets_message WHERE ticket_id = ANY(%%s) %(notes)s
    ) AS said
) AS weighed WHERE score > 0 ORDER BY ticket_id, score DESC, created_at DESC
"""  # noqa: S608  # our own words; what was asked travels as parameters
