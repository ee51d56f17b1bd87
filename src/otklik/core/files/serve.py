"""Files on their way out: in chunks, by ranges, and never as a document of our origin."""

import re
from pathlib import PurePath
from typing import BinaryIO, Final, NamedTuple

from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags
from typing_extensions import override

from otklik.core.errors import NotFound
from otklik.core.files.scan import ensure_given
from otklik.core.files.sniff import UNKNOWN, Kind, decoded, kind_of
from otklik.core.files.store import store
from otklik.core.models import Blob
from otklik.core.text import clean_file_name, mend_text

CHUNK: Final = 64 * 1024
MOST_TEXT_SHOWN: Final = 200 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PARTIAL, _UNSATISFIABLE, _UNCHANGED = 206, 416, 304


class Span(NamedTuple):
    """A part of a file: its first byte and the one after its last."""

    start: int
    end: int


def respond(
    request: HttpRequest, blob: Blob, name: str, *, wants_inline: bool = False
) -> HttpResponseBase:
    """Answer GET or HEAD with a file that the asker may read; the caller has checked that.

    Only our own re-encoded pictures are ever shown inline; a picture asked for inline gives its
    copy. All else is a download, which `<img>`, `<audio>` and `<video>` show all the same.
    Raises NotFound when the bytes are gone, NotAllowed or Conflict when they are withheld.
    """
    ensure_given(blob)
    if wants_inline and blob.picture is not None:
        blob = blob.picture
    is_inline = wants_inline and blob.is_our_copy
    etag = f'"{blob.sha256}"'
    span = _asked_span(request, blob, etag)
    if _is_known(request, etag):
        response: HttpResponseBase = HttpResponse(status=_UNCHANGED)
    elif span is None:
        response = HttpResponse(status=_UNSATISFIABLE)
        response["Content-Range"] = f"bytes */{blob.size}"
    else:
        response = _content(request, blob, span)
    _guard(response, etag, is_inline=is_inline)
    response["Content-Type"] = _served_type(blob, name)
    shown = _with_ending(name, ".webp") if is_inline else name
    response["Content-Disposition"] = str(
        content_disposition_header(not is_inline, clean_file_name(shown))
    )
    return response


def preview_kind(blob: Blob, name: str) -> Kind:
    """Return how a file may be shown in a page of ours."""
    return kind_of(blob.media_type, name)


def is_picture(blob: Blob, name: str) -> bool:
    return preview_kind(blob, name) == "picture"


def text_start(blob: Blob) -> str:
    """Return the beginning of a text file, to show escaped.

    Raises NotFound, NotAllowed or Conflict as `respond` does.
    """
    ensure_given(blob)
    try:
        with store().open(blob.sha256) as file:
            content = file.read(MOST_TEXT_SHOWN)
    except FileNotFoundError:
        raise NotFound from None
    return mend_text(decoded(content))


def _asked_span(request: HttpRequest, blob: Blob, etag: str) -> Span | None:
    """Read the Range header (RFC 9110, 14.2): one range or the whole; None is out of the file."""
    whole = Span(0, blob.size)
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if match is None or not (match[1] or match[2]):
        return whole
    if request.headers.get("If-Range", etag) != etag:
        return whole
    if not match[1]:
        length = min(int(match[2]), blob.size)
        return Span(blob.size - length, blob.size) if length else None
    start = int(match[1])
    end = min(int(match[2]) + 1, blob.size) if match[2] else blob.size
    if start >= blob.size:
        return None
    return Span(start, end) if start < end else whole


def _is_known(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return etag in known or f"W/{etag}" in known or known == ["*"]


def _content(request: HttpRequest, blob: Blob, span: Span) -> HttpResponseBase:
    try:
        file = store().open(blob.sha256)
    except FileNotFoundError:
        raise NotFound from None
    file.close()
    is_part = span != (0, blob.size)
    status = _PARTIAL if is_part else 200
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=status)
    else:
        response = _FileAnswer(_Part(blob.sha256, span), status=status)
    response["Content-Length"] = str(span.end - span.start)
    if is_part:
        response["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{blob.size}"
    return response


class _Part:
    """A span of a stored file, as `wsgi.file_wrapper` of PEP 3333 wants it."""

    def __init__(self, key: str, span: Span) -> None:
        self._key = key
        self._start = span.start
        self._left = span.end - span.start
        self._file: BinaryIO | None = None

    def read(self, size: int) -> bytes:
        if self._file is None and not connection.in_atomic_block:
            connection.close()  # a client may take its time, which needs no database
        wanted = min(size, self._left)
        content = self._opened().read(wanted) if wanted else b""
        self._left = self._left - len(content) if content else 0
        if not self._left:
            self.close()
        return content

    def fileno(self) -> int:
        return self._opened().fileno()

    def tell(self) -> int:
        return self._opened().tell()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._file = store().open(self._key)
            self._file.seek(self._start)
        return self._file


class _FileAnswer(FileResponse):
    """A file that the server may send after the thread is done; says no header by itself."""

    block_size = CHUNK

    @override
    def set_headers(self, filelike: object) -> None:
        pass


def _guard(response: HttpResponseBase, etag: str, *, is_inline: bool) -> None:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Copies may be kept but are asked for again each time, so rights taken away act at once.
    response["Cache-Control"] = "private, no-cache" if is_inline else "private, no-store"


def _served_type(blob: Blob, name: str) -> str:
    if blob.is_our_copy:
        return blob.media_type
    shown = preview_kind(blob, name) in {"picture", "pdf", "audio", "video"}
    return blob.media_type if shown else UNKNOWN


def _with_ending(name: str, ending: str) -> str:
    return str(PurePath(clean_file_name(name)).with_suffix(ending))
