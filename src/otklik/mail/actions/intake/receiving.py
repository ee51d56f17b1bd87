"""The first step of a letter: its bytes are kept, before anything reads them."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from otklik.core import clock, rounds
from otklik.core.files.receive import keep_content
from otklik.core.post.spool import Spool
from otklik.core.prepared import prepared_cursor, typed

ROUND: Final = "letters"
LONGEST_HELLO: Final = 253
MOST_IN_ROW: Final = 128 * 1024
"""Bytes of a letter that the database keeps itself; a larger one lies among the files."""

_KEEP: Final = """
    WITH kept AS (
        INSERT INTO mail_letter
               (mailbox_id, sha256, size, received_at, due_at, envelope_from, envelope_to,
                handed_by, hello)
        VALUES (%s, %s, %s, %s, %s, %s, %s::text[], %s, %s)
            ON CONFLICT ON CONSTRAINT letter_is_kept_once_in_a_mailbox DO NOTHING
     RETURNING id),
    bytes AS (
        INSERT INTO mail_rawletter (letter_id, content, blob_id)
        SELECT id, %s::bytea, %s::bigint FROM kept)
    SELECT id FROM kept
"""
_KNOWN: Final = "SELECT id FROM mail_letter WHERE mailbox_id = %s AND sha256 = %s"
_PLACE: Final = """
    INSERT INTO mail_place (mailbox_id, uidvalidity, uid, letter_id)
         SELECT id, %s, %s, %s FROM mail_mailbox
          WHERE id = %s AND version = coalesce(%s, version) FOR KEY SHARE
        ON CONFLICT ON CONSTRAINT place_holds_one_letter
           DO UPDATE SET letter_id = excluded.letter_id WHERE mail_place.letter_id IS NULL
"""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A letter as it came: its bytes, and where from.

    `place` is UIDVALIDITY and UID on the server that the mailbox had at `version`; once it has
    another, the letter is kept and the place is not. The envelope is known only to who
    received the letter by SMTP or LMTP. `handed_by` is the address that it came from where
    nobody else says what that proves; `hello` how that greeted, "" for LMTP.
    """

    raw: bytes | Spool
    place: tuple[int, int] | None = None
    version: int | None = None
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()
    handed_by: str = ""
    hello: str = ""

    def whole(self) -> bytes:
        return self.raw if isinstance(self.raw, bytes) else b"".join(self.raw)


@dataclass(frozen=True)
class Kept:
    """A letter that is safe now; `is_new` is false where the same bytes were kept before."""

    letter_id: int
    is_new: bool


def receive(*, mailbox_id: int, arrival: Arrival) -> Kept:
    """Keep a letter; once this returns, it is committed and may be marked on its server.

    Reads nothing in it, so nothing in it can fail. Safe to repeat: the same bytes in the same
    mailbox are one letter, wherever they lie. Not to be called inside a transaction.
    """
    raw = arrival.raw
    sha256 = raw.sha256 if isinstance(raw, Spool) else hashlib.sha256(raw).hexdigest()
    with transaction.atomic(durable=True):
        letter_id = _insert(mailbox_id, arrival, sha256)
        is_new = letter_id is not None
        if letter_id is None:
            letter_id = _ask(_KNOWN, [typed(mailbox_id), sha256])
        assert letter_id is not None  # noqa: S101  # the constraint told that it is there
        if arrival.place is not None:
            with prepared_cursor() as cursor:
                place = [*arrival.place, letter_id, mailbox_id]
                version = None if arrival.version is None else typed(arrival.version)
                cursor.execute(_PLACE, [*typed(place), version])
        if is_new:
            rounds.ring(ROUND)
    return Kept(letter_id, is_new)


def _insert(mailbox_id: int, arrival: Arrival, sha256: str) -> int | None:
    is_large = len(arrival.raw) > MOST_IN_ROW
    blob = keep_content(arrival.raw) if is_large else None
    now = clock.now()
    content = (
        None if blob else b"".join([arrival.raw] if isinstance(arrival.raw, bytes) else arrival.raw)
    )
    envelope = [_as_kept(arrival.envelope_from), [_as_kept(one) for one in arrival.envelope_to]]
    envelope += [arrival.handed_by, _as_kept(arrival.hello, LONGEST_HELLO)]
    first = [typed(mailbox_id), sha256, typed(len(arrival.raw)), now, now, *envelope]
    return _ask(_KEEP, [*first, content, typed(blob.pk) if blob else None])


def _as_kept(said: str, most: int = 254) -> str:
    """Return what an envelope says as a column takes it, whatever was said there."""
    return "".join(sign for sign in said if sign.isprintable())[:most]


def _ask(statement: str, values: list[Any]) -> int | None:
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None
