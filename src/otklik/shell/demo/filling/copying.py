"""Rows on their way into tables by COPY, as lines of its text format."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

NULL = "\\N"
_BLOCK = 2_000  # lines sent at once


def escaped(text: str) -> str:
    """Write a text as COPY reads it."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    return text.replace("\t", " ").replace("\r", "") if "\t" in text or "\r" in text else text


def jsonb(value: Any) -> str:
    """Write a value for a JSON column as COPY reads it."""
    return escaped(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def array(words: Iterable[str]) -> str:
    """Write words without quotes or commas for an array column."""
    return "{" + ",".join(f'"{word}"' for word in words) + "}"


def copy_lines(table: str, columns: str, lines: Sequence[str]) -> None:
    """Send lines into a table."""
    if not lines:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for start in range(0, len(lines), _BLOCK):
            copy.write("\n".join(lines[start : start + _BLOCK]) + "\n")


def reserve_ids(table: str, count: int) -> int:
    """Take `count` keys in a row from a table's sequence and return the first."""
    if not count:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(taken), max(taken) FROM (
                   SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS taken
                   FROM generate_series(1, %s)) AS reserved""",
            [table, count],
        )
        first, last = cursor.fetchone()
    # Somebody took a key in between: those are lost, and the next ones are in a row again.
    return int(first) if last - first == count - 1 else reserve_ids(table, count)


def last_numbers() -> dict[str, int]:
    """Return the last ticket number that was taken under each prefix."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prefix, last FROM tickets_numbercounter")
        return dict(cursor.fetchall())


def take_numbers(prefix: str, count: int) -> int:
    """Take `count` ticket numbers under a prefix and return the first.

    The counter stays locked until the transaction ends, as it does for a single number.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO tickets_numbercounter (prefix, last) VALUES (%s, %s)
               ON CONFLICT (prefix) DO UPDATE
               SET last = tickets_numbercounter.last + EXCLUDED.last RETURNING last""",
            [prefix, count],
        )
        return int(cursor.fetchone()[0]) - count + 1
