"""Seals over history and messages: what was changed behind the desk's back is found.

A trigger refuses to change them, but whoever owns the database can take it away.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from otklik.core import clock
from otklik.tickets.models import Seal

logger = logging.getLogger(__name__)

MOST: Final = 10_000  # lines under one seal
PATIENCE: Final = 30.0  # seconds for what is being written now
SETTLING: Final = 1.0  # seconds from a line's key to its transaction's, at the most
LOCK: Final = 0x5EA1
LINES: Final = {
    Seal.Of.HISTORY: (
        "tickets_historyentry",
        (
            "id, ticket_id, extract(epoch FROM at), actor_id, actor_name, kind, field, old, new,"
            " is_internal, version"
        ),
    ),
    Seal.Of.MESSAGES: (
        "tickets_message",
        # what letters quote was added when lines without it were sealed already
        (
            "id, ticket_id, author_id, side, body, signature || CASE quoted WHEN '' THEN ''"
            " ELSE chr(31) || quoted END, extract(epoch FROM created_at)"
        ),
    ),
}
WRITING: Final = """
    SELECT backend_xid::text FROM pg_stat_activity
     WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
DIGEST: Final = """
    SELECT count(*), coalesce(max(id), 0),
           encode(sha256(convert_to(%s || coalesce(string_agg(line, '' ORDER BY id), ''), 'UTF8')),
                  'hex')
      FROM (SELECT id, encode(sha256(convert_to(jsonb_build_array({columns})::text, 'UTF8')), 'hex')
                       AS line
              FROM {table} WHERE id > %s AND id <= %s ORDER BY id LIMIT %s) AS chosen
"""


@dataclass(frozen=True)
class Verdict:
    """What the seals say of one kind of lines."""

    of: str
    seals: int
    lines: int  # under seals
    broken: tuple[Seal, ...]


def seal_lines() -> int:
    """Seal all lines that are written to their end; return how many.

    Each seal's digest goes to the log, where who changes the database does not reach it. While
    another seals, or the demo is filled, nothing is done.
    """
    with _alone() as is_alone:
        if not is_alone:
            return 0
        ends = {of: _last(of) for of in LINES}
        time.sleep(SETTLING)
        if not _written_to_the_end():
            return 0
        return sum(_seal(of, end) for of, end in ends.items())


def verify_seals() -> list[Verdict]:
    """Compare all lines under seals with their seals."""
    return [_verified(of) for of in LINES]


@contextmanager
def sealing_waits() -> Iterator[None]:
    """Let nothing be sealed during the block: it takes keys long before it writes lines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _last(of: Seal.Of) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {LINES[of][0]}")  # noqa: S608  # our own
        return int(cursor.fetchone()[0])


def _written_to_the_end() -> bool:
    """Wait for every transaction here that may still write a line with a key from before now."""
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        cursor.execute(WRITING)
        before = {xid for (xid,) in cursor.fetchall()}
        while before and time.monotonic() < until:
            time.sleep(0.2)
            cursor.execute(WRITING)
            before &= {xid for (xid,) in cursor.fetchall()}
    return not before


def _seal(of: Seal.Of, end: int) -> int:
    sealed = 0
    while True:
        before = Seal.objects.filter(of=of).last()
        after, chain = (before.last, before.digest) if before else (0, "")
        lines, last, digest = _digest(of, chain, (after, end), MOST)
        if not lines:
            return sealed
        with transaction.atomic():
            Seal.objects.create(
                of=of, after=after, last=last, lines=lines, digest=digest, sealed_at=clock.now()
            )
        told = {"of": of.value, "last": last, "lines": lines, "digest": digest}
        logger.info("lines_sealed", extra=told)
        sealed += lines


def _verified(of: Seal.Of) -> Verdict:
    seals, chain, after = 0, "", 0
    lines, broken = 0, list[Seal]()
    for seal in Seal.objects.filter(of=of).iterator():
        got = _digest(of, chain, (seal.after, seal.last), None)
        if seal.after != after or got != (seal.lines, seal.last, seal.digest):
            broken.append(seal)
        seals, lines = seals + 1, lines + seal.lines
        chain, after = seal.digest, seal.last
    return Verdict(of.value, seals, lines, tuple(broken))


def _digest(
    of: Seal.Of, chain: str, between: tuple[int, int], most: int | None
) -> tuple[int, int, str]:
    table, columns = LINES[of]
    sql = DIGEST.format(table=table, columns=columns)
    with connection.cursor() as cursor:
        cursor.execute(sql, [chain, *between, most])
        lines, last, digest = cursor.fetchone()
    return int(lines), int(last), str(digest)
