"""Pictures that a text names elsewhere: fetched once when asked for, and kept as files of it."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from otklik.core import clock, live
from otklik.core.egress import NotFetchedError, Wanted, Why, fetch
from otklik.core.errors import NotFound
from otklik.core.files.copies import make_copies
from otklik.core.files.receive import keep_content
from otklik.core.files.sniff import is_drawable
from otklik.core.models import Blob
from otklik.core.models.blob import Scan
from otklik.core.richtext import remote_pictures
from otklik.core.text import clean_file_name
from otklik.people.models import Actor
from otklik.tickets.models import Attachment, Message, Note, RemotePicture
from otklik.tickets.models.remote_picture import LOST_AFTER
from otklik.tickets.policies import find_ticket_numbered

MOST_PICTURES: Final = 60
"""Of one text."""
WANTED: Final = Wanted(
    most=5 * 1024 * 1024, seconds=8.0, accept="image/avif,image/webp,image/png,image/jpeg,image/gif"
)
AT_ONCE: Final = 6


@transaction.atomic
def ask_for_pictures(*, actor: Actor, number: str, said: type[Message | Note], pk: int) -> int:
    """Have the pictures fetched that a message or a note names elsewhere; return how many.

    What is kept or under way is not fetched again; what failed is. Raises NotFound.
    """
    ticket = find_ticket_numbered(actor, number)
    text = said.objects.filter(ticket=ticket.pk, pk=pk).first()
    if text is None:
        raise NotFound
    addresses = dict.fromkeys([*remote_pictures(text.body), *remote_pictures(text.quoted)])
    now, place = clock.now(), _place(text)
    RemotePicture.objects.bulk_create(
        [
            RemotePicture(
                ticket=ticket,
                address=one,
                digest=hashlib.sha256(one.encode()).hexdigest(),
                asked_by_id=actor.person_id,
                asked_at=now,
                **place,
            )
            for one in islice(addresses, MOST_PICTURES)
        ],
        ignore_conflicts=True,
    )
    again = Q(state=RemotePicture.State.FAILED) | Q(
        state=RemotePicture.State.ASKED, asked_at__lt=now - LOST_AFTER
    )
    mine = RemotePicture.objects.filter(**place)
    mine.filter(again).update(
        state=RemotePicture.State.ASKED, why="", asked_by=actor.person_id, asked_at=now
    )
    asked = mine.filter(state=RemotePicture.State.ASKED, asked_at=now).count()
    if asked:
        job = app.configure_task("tickets.fetch_pictures", lock=f"tickets.pictures:{ticket.pk}")
        job.defer(ticket_id=ticket.pk)
    return asked


def fetch_pictures(ticket_id: int) -> None:
    """Fetch what was asked for in a ticket, a few at once; open pages see them as they come."""
    rows = list(RemotePicture.objects.filter(ticket=ticket_id, state=RemotePicture.State.ASKED))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            _keep(zip(some, pool.map(_fetched, [one.address for one in some]), strict=True))
            _tell(ticket_id, some)


def _place(text: Message | Note) -> dict[str, Message | Note]:
    return {"message" if isinstance(text, Message) else "note": text}


def _fetched(address: str) -> bytes | Why:
    try:
        return fetch(address, WANTED)
    except NotFetchedError as error:
        return error.why


def _keep(found: Iterable[tuple[RemotePicture, bytes | Why]]) -> None:
    for row, content in found:
        blob = None if isinstance(content, Why) else _drawable(content)
        if blob is None:
            row.state = RemotePicture.State.FAILED
            row.why = content if isinstance(content, Why) else Why.BROKEN
            row.save(update_fields=["state", "why"])
            continue
        with transaction.atomic():
            row.copy = Attachment.objects.create(
                token=secrets.token_hex(16),
                blob=blob,
                name=_name(row.address),
                uploader_id=row.asked_by_id,
                ticket_id=row.ticket_id,
                message_id=row.message_id,
                note_id=row.note_id,
                is_inline=True,
                created_at=clock.now(),
            )
            row.state = RemotePicture.State.KEPT
            row.save(update_fields=["state", "copy"])


def _drawable(content: bytes) -> Blob | None:
    """Keep a picture that could be drawn anew, or that the scanner sees first; None: it is none."""
    if not content:
        return None
    blob = keep_content(content)
    if not blob.media_type.startswith("image/") or not is_drawable(blob.media_type):
        return None
    if blob.scan in {Scan.NONE, Scan.CLEAN}:
        make_copies(blob.pk)
        blob.refresh_from_db()
        return blob if blob.picture is not None else None
    return blob


def _name(address: str) -> str:
    last = unquote(urlsplit(address).path).rpartition("/")[2]
    return clean_file_name(last or "picture")


def _tell(ticket_id: int, some: Sequence[RemotePicture]) -> None:
    live.hint(f"ticket:{ticket_id}")
    if any(one.message_id is not None for one in some):
        live.hint(f"request:{ticket_id}")
