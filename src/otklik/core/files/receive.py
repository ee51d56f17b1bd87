"""Files on their way in: streamed to the disk, hashed on the way, refused when too large."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from typing_extensions import override

from otklik.core import clock
from otklik.core.carried import Carried, asker
from otklik.core.errors import TooLarge
from otklik.core.files.sniff import is_drawable, sniff
from otklik.core.files.store import Incoming, store
from otklik.core.models import Blob, Desk
from otklik.core.models.blob import Scan
from otklik.core.offered import first_language
from otklik.core.prepared import Given, Prepared, prepared_cursor, typed
from otklik.core.refusals import refusal
from otklik.core.text import clean_file_name
from otklik.core.together import insert_one

FORM_ALLOWANCE: Final = 1024 * 1024
"""Bytes that the fields beside the files of one request may take."""
FRESH: Final = timedelta(hours=1)
"""So long ago at the most, a content counts as received now."""
_KNOWN: Final = Prepared(lambda: Blob.objects.filter(sha256=Given("sha256")).order_by())
_DESK: Final = Prepared(lambda: Desk.objects.order_by("pk"))
_MEGABYTE: Final = 1024 * 1024
_streaming: Final = Carried[tuple["StreamingUploadHandler", ...]]("streaming_handlers")


@dataclass(frozen=True)
class Received:
    """A file that is kept now, and what its sender called it."""

    blob: Blob
    name: str


class Sender(Protocol):
    """Who sends a file."""

    @property
    def is_staff(self) -> bool: ...


class BodyLimitMiddleware:
    """Refuse a body that says it is too large before a byte of it is read.

    Afterwards clears away an upload that broke off, of which the framework tells nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = _announced(request)
        most = body_limit(length, request.content_type or "")
        if length <= most:
            try:
                return self.get_response(request)
            finally:
                for handler in _streaming.found(request) or ():
                    handler.upload_interrupted()
        with translation.override(first_language(request)):
            has_files = most > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            return refusal(request, too_large(most - FORM_ALLOWANCE * has_files))


class StreamedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """A whole upload in the incoming folder; gone with the request unless it is kept."""

    def __init__(self, incoming: Incoming, name: str, media_type: str) -> None:
        incoming.file.seek(0)
        super().__init__(incoming.file, name, media_type, incoming.size)
        self.incoming = incoming

    @override
    def close(self) -> None:
        self.incoming.close()


class StreamingUploadHandler(FileUploadHandler):
    """Write each part to the disk as it comes; stop storing at the limit."""

    incoming: Incoming | None = None

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        if request is not None:
            known = _streaming.found(request) or ()
            _streaming.leave(request, (*known, self))

    @cached_property
    def limit(self) -> int:
        return file_limit()

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.incoming is None:
            self.incoming = store().incoming()
        if self.incoming.size <= self.limit:
            self.incoming.write(raw_data)

    @override
    def file_complete(self, file_size: int) -> StreamedFile:
        incoming, self.incoming = self.incoming or store().incoming(), None
        return StreamedFile(incoming, self.file_name or "", self.content_type or "")

    @override
    def upload_interrupted(self) -> None:
        if self.incoming is not None:
            self.incoming.close()
            self.incoming = None


def body_limit(length: int, media_type: str) -> int:
    """Return how many bytes a body that announces this length may have."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length > most and media_type == "multipart/form-data":
        most = file_limit() + FORM_ALLOWANCE
    return most


def body_fits(length: int, media_type: str) -> bool:
    """Say whether to take a body in before its request is looked at; asked out of any request."""
    try:
        return length <= body_limit(length, media_type)
    except DatabaseError:
        return False
    finally:
        connection.close()


def received_files(
    request: HttpRequest, field: str = "", *, smaller: int | None = None
) -> list[Received]:
    """Keep the files of a request, or those of one field, in the order they were sent.

    `smaller`: a limit in bytes of what they are sent for, under the desk's own. Raises
    TooLarge; then none of them is kept.
    """
    lists = request.FILES.lists()
    files = [file for name, listed in lists if field in {"", name} for file in listed]
    most = _least(file_limit(asker.found(request)), smaller)
    if any((file.size or 0) > most for file in files):
        raise too_large(most)
    with transaction.atomic():  # in one order everywhere, so that two requests never block
        kept = {file: _kept(file) for file in sorted(files, key=_hash)}
    return [kept[file] for file in files]


def received(
    file: "UploadedFile[bytes]", sender: Sender, *, smaller: int | None = None
) -> Received:
    """Keep one file of a request; `smaller` as in `received_files`. Raises TooLarge."""
    most = _least(file_limit(sender), smaller)
    if (file.size or 0) > most:
        raise too_large(most)
    return _kept(file)


def _kept(file: "UploadedFile[bytes]") -> Received:
    blob = keep(file.incoming) if isinstance(file, StreamedFile) else keep_content(file.chunks())
    return Received(blob, clean_file_name(file.name or ""))


def keep_content(content: bytes | Iterable[bytes]) -> Blob:
    """Keep bytes that did not come by an upload."""
    incoming = store().incoming()
    try:
        for chunk in [content] if isinstance(content, bytes) else content:
            incoming.write(chunk)
        return keep(incoming)
    finally:
        incoming.close()


@transaction.atomic(savepoint=False)  # whoever called cannot go on without the content
def keep(incoming: Incoming, *, is_our_copy: bool = False) -> Blob:
    """Store an incoming file under its hash and return its row; the same bytes give the same row.

    Refer to the row in the same transaction or within a day: what nothing refers to is swept.
    """
    lock_content(incoming.sha256)
    store().put(incoming)
    known = _KNOWN.first(sha256=incoming.sha256)
    blob, is_new = known or _written(incoming, is_our_copy=is_our_copy), known is None
    if not is_our_copy:
        _begin(blob, is_new=is_new)
    is_old = blob.created_at < clock.now() - FRESH
    if is_old or (is_our_copy and not blob.is_our_copy):
        blob.created_at, blob.is_our_copy = clock.now(), blob.is_our_copy or is_our_copy
        blob.save(update_fields=["created_at", "is_our_copy"])
    return blob


def _written(incoming: Incoming, *, is_our_copy: bool) -> Blob:
    """Write the row of a content that is held and has none."""
    blob = Blob(
        sha256=incoming.sha256,
        size=incoming.size,
        media_type=sniff(incoming.head),
        is_our_copy=is_our_copy,
        created_at=clock.now(),
    )
    insert_one(blob)
    return blob


def _begin(blob: Blob, *, is_new: bool) -> None:
    """Have a content scanned where there is a scanner, else copied at once."""
    spoken = [Scan.CLEAN, Scan.INFECTED]
    if settings.OTKLIK_SCANNER:
        unspoken = Blob.objects.filter(pk=blob.pk).exclude(scan__in=spoken)
        if unspoken.update(scan=Scan.WAITING, scan_again_at=None):
            app.configure_task("core.scan_file").defer(blob_id=blob.pk)
        blob.refresh_from_db(fields=["scan", "threat"])
    elif is_new and is_drawable(blob.media_type):
        app.configure_task("core.make_copies").defer(blob_id=blob.pk)


def lock_content(sha256: str) -> None:
    """Hold one content for this transaction, so that keeping and sweeping never meet."""
    number = int.from_bytes(hashlib.sha256(sha256.encode()).digest()[:8], signed=True)
    with prepared_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [typed(number)])


def file_limit(sender: Sender | None = None) -> int:
    """Return how many bytes one file may have at this desk, from anybody or from one person."""
    said = _DESK.first()
    everybodys = said.file_limit if said else settings.OTKLIK_FILE_LIMIT
    customers = said.customer_file_limit if said else None
    if sender is None or sender.is_staff or customers is None:
        return everybodys
    return min(everybodys, customers)


def _least(most: int, smaller: int | None) -> int:
    return most if smaller is None else min(most, smaller)


def too_large(most: int) -> TooLarge:
    megabytes = max(1, most // _MEGABYTE)
    return TooLarge(_("This is too large: at most %(most)d MB fit.") % {"most": megabytes})


def _hash(file: "UploadedFile[bytes]") -> str:
    return file.incoming.sha256 if isinstance(file, StreamedFile) else ""


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdecimal() else 0
