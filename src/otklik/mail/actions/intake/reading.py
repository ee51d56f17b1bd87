"""Letters that were kept, read by children with limits and settled one after another."""

import atexit
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import OperationalError, connection, transaction

from otklik.core import clock
from otklik.core.configuration import STAMP, one_request, read_with_asker
from otklik.core.context import desk_mark
from otklik.core.files.store import store
from otklik.core.letters import Letter as ReadLetter
from otklik.core.letters.reading import Readers
from otklik.core.prepared import prepared_cursor, typed
from otklik.mail.actions.intake.proving import being_proven
from otklik.mail.actions.intake.quarantining import Why, quarantine
from otklik.mail.actions.intake.settling import NotTaken, refuse, settle
from otklik.mail.models import Letter, RawLetter
from otklik.mail.selectors.mailboxes import Surroundings, surroundings
from otklik.mail.selectors.raw import raw_of

logger = logging.getLogger(__name__)

BATCH: Final = 50
MOST_FAILURES: Final = 3
REST: Final = timedelta(seconds=20)
"""Until a letter that failed is tried again; longer each time."""
_LOCK: Final = 0x1E77E2
_HOLD: Final = f"""
    SELECT ({STAMP}) FROM mail_letter WHERE id = %s AND state = 'kept' FOR NO KEY UPDATE
"""  # noqa: S608  # words of our own
_known: dict[str, Readers] = {}  # by the mark of the desk: one, unless tests change it


def take_in_waiting_letters() -> int:
    """Read and settle the oldest letters that wait; return how many were dealt with.

    One process at a time, so that an answer never overtakes what it answers. Each letter is a
    transaction with its outcome: whoever is killed has done nothing to it. One that fails is
    tried again later, three times, and then waits for a person; it holds up no others.
    """
    with _alone() as is_alone:
        if not is_alone:
            return 0
        due = Letter.objects.filter(state=Letter.State.KEPT, due_at__lte=clock.now())
        due = due.exclude(pk__in=being_proven().values("pk"))
        ids = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH])
        return _take_in(ids)


def take_in(letter_id: int) -> Letter:
    """Read and settle one letter now, in its turn; return what it became.

    One that was settled before stays as it is.
    """
    with _held():
        if Letter.objects.filter(pk=letter_id, state=Letter.State.KEPT).exists():
            _take_in([letter_id])
    return Letter.objects.select_related("mailbox", "ticket").get(pk=letter_id)


def read_again(raw: bytes) -> ReadLetter:
    """Return what a letter says, read by a child with limits."""
    return _readers().read(raw)


def read_kept(letter_id: int) -> ReadLetter:
    """Do as `read_again` with a letter that is kept; one whose bytes were lost is unreadable."""
    return _readers().read_from(partial(raw_of, letter_id))


def _take_in(ids: Sequence[int]) -> int:
    if not ids:
        return 0
    kept = RawLetter.objects.select_related("blob").in_bulk(ids)
    raws = [_source(kept[pk]) if pk in kept else _lost for pk in ids]
    rows = Letter.objects.select_related("mailbox__department").in_bulk(ids)
    around = surroundings()
    for pk, raw, read in zip(ids, raws, _readers().read_in_order(raws), strict=True):
        with one_request():
            _settle(rows[pk], raw, read, around)
    return len(ids)


def _settle(row: Letter, raw: Callable[[], bytes], read: ReadLetter, around: Surroundings) -> None:
    try:
        try:
            with transaction.atomic():
                if _still_waits(row):
                    settle(row, raw, read, around)
        except NotTaken as refused:
            with transaction.atomic():
                if _still_waits(row):
                    refuse(row, read, refused, around)
    except OperationalError:
        raise  # the database is away: nothing of the letter's own
    except Exception:  # whatever it is, the others are to be taken in
        logger.exception("letter_failed", extra={"letter_id": row.pk})
        _put_aside(row, read)


def _put_aside(row: Letter, read: ReadLetter) -> None:
    with transaction.atomic():
        if not _still_waits(row):
            return
        row.failures += 1
        row.due_at = clock.now() + REST * 2 ** (row.failures - 1)
        if row.failures >= MOST_FAILURES:
            quarantine(row, Why.FAILED, read)
        row.save(update_fields=["failures", "due_at"])


def _still_waits(row: Letter) -> bool:
    """Say whether nobody has settled a letter, and hold it until the transaction ends.

    The stamp of the configuration comes along, as with who asks for a page.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_HOLD, [typed(row.pk)])
        held = cursor.fetchone()
    if held is not None:
        read_with_asker(held[0])
    return held is not None


def _source(row: RawLetter) -> Callable[[], bytes]:
    if row.blob is None:
        return partial(bytes, row.content or b"")
    return partial(_from_file, row.blob.sha256)


def _from_file(key: str) -> bytes:
    with store().open(key) as file:
        return file.read()


def _lost() -> bytes:
    raise FileNotFoundError


def _readers() -> Readers:
    """Return the children of this process; they know the desk's own letters by its mark."""
    mark = desk_mark()
    if mark not in _known:
        _close_readers()
        _known[mark] = Readers(desk=mark)
    return _known[mark]


@atexit.register
def _close_readers() -> None:
    while _known:
        _known.popitem()[1].close()


@contextmanager
def _alone() -> Iterator[bool]:
    """Say whether nobody else takes in letters, and let nobody begin."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def _held() -> Iterator[None]:
    """Wait until nobody else takes in letters, and let nobody begin."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
