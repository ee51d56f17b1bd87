import os
from collections.abc import Mapping

import pytest
from django.db import connection
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.core.errors import NotFound
from otklik.core.files import serve
from otklik.core.files.receive import keep_content
from otklik.core.files.serve import respond
from otklik.core.files.store import store
from otklik.core.models import Blob
from otklik.core.tests.files.samples import picture

CONTENT = bytes(range(256)) * 1000
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def ask(
    blob: Blob,
    name: str = "a.bin",
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    inline: bool = False,
) -> HttpResponseBase:
    request = RequestFactory().generic(method, "/files/x/", headers=dict(headers or {}))
    return respond(request, blob, name, wants_inline=inline)


def body(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    assert isinstance(response, HttpResponse)
    return response.content


def test_a_file_is_a_download_with_every_guard() -> None:
    response = ask(keep_content(CONTENT), 'отчёт "май"\r\nX: y.bin')
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert dict(response.items()) == {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(len(CONTENT)),
        "Content-Disposition": "attachment; filename*=utf-8''%D0%BE%D1%82%D1%87%D1%91%D1%82%20"
        "%22%D0%BC%D0%B0%D0%B9%22%20X%3A%20y.bin",
        "ETag": response["ETag"],
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.xml", "a.txt", "a.png", "a", "a.pdf"])
@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        b"<!doctype html><script>x()</script>",
        b"<?xml version='1.0'?><x/>",
        b"plain words <script>x()</script>",
        picture("PNG") + b"<script>x()</script>",
        b"%PDF-1.7 <script>x()</script>",
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_what_strangers_sent_is_never_shown_as_a_document(
    content: bytes, name: str, *, inline: bool
) -> None:
    response = ask(keep_content(content), name, inline=inline)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] in {"application/octet-stream", "image/png", "application/pdf"}
    assert body(response) == content


def test_only_our_copy_of_a_picture_is_inline() -> None:
    blob = keep_content(picture())
    blob.picture = keep_content(picture("WEBP"))
    blob.picture.is_our_copy = True
    response = ask(blob, "photo.of.me.png", inline=True)
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Disposition"] == 'inline; filename="photo.of.me.webp"'
    assert response["Cache-Control"] == "private, no-cache"
    assert ask(blob, "photo.png")["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10-19", 206, 10, 20),
        ("bytes=255990-", 206, 255_990, 256_000),
        ("bytes=-10", 206, 255_990, 256_000),
        ("bytes=100-999999999", 206, 100, 256_000),
        ("bytes=-999999999", 206, 0, 256_000),
        ("bytes=0-", 200, 0, 256_000),
        ("bytes=256000-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=5-2", 200, 0, 256_000),
        ("bytes=-", 200, 0, 256_000),
        ("bytes=0-1,3-4", 200, 0, 256_000),
        ("lines=1-2", 200, 0, 256_000),
        ("bytes=a-b", 200, 0, 256_000),
        ("bytes=9999999999999999999999-", 200, 0, 256_000),
    ],
)
def test_ranges(asked: str, status: int, start: int, end: int) -> None:
    blob = keep_content(CONTENT)
    response = ask(blob, headers={"Range": asked})
    if (start, end) == (0, 256_000):
        status = 200
    assert response.status_code == status
    assert body(response) == CONTENT[start:end]
    if status == 206:
        assert response["Content-Range"] == f"bytes {start}-{end - 1}/256000"
    if status == 416:
        assert response["Content-Range"] == "bytes */256000"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20))
def test_any_range_is_answered(asked: str) -> None:
    assert ask(keep_content(b"0123456789"), headers={"Range": f"bytes={asked}"}).status_code in {
        200,
        206,
        416,
    }


def test_head_says_the_same_without_the_bytes() -> None:
    blob = keep_content(CONTENT)
    whole, head = ask(blob), ask(blob, method="HEAD")
    assert body(head) == b""
    assert dict(head.items()) == dict(whole.items())
    body(whole)
    part = ask(blob, method="HEAD", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part["Content-Length"]) == (206, "10")


def test_a_known_file_is_not_sent_again() -> None:
    blob = keep_content(CONTENT)
    etag = ask(blob)["ETag"]
    assert ask(blob, headers={"If-None-Match": f'"x", {etag}'}).status_code == 304
    assert ask(blob, headers={"If-None-Match": f"W/{etag}"}).status_code == 304
    assert ask(blob, headers={"If-None-Match": '"x"'}).status_code == 200
    changed = ask(blob, headers={"Range": "bytes=0-0", "If-Range": '"x"'})
    assert changed.status_code == 200
    assert ask(blob, headers={"Range": "bytes=0-0", "If-Range": etag}).status_code == 206


def test_an_empty_file_is_served() -> None:
    blob = keep_content(b"")
    assert body(ask(blob)) == b""
    assert ask(blob, headers={"Range": "bytes=0-"}).status_code == 416


def test_bytes_that_are_gone_are_not_found() -> None:
    blob = keep_content(CONTENT)
    store().delete(blob.sha256)
    with pytest.raises(NotFound):
        ask(blob)
    with pytest.raises(NotFound):
        serve.text_start(blob)


def test_a_text_is_read_from_its_start_only() -> None:
    blob = keep_content("Здравейте\x00\u202e<script>\r\n".encode() * 20_000)
    text = serve.text_start(blob)
    assert text.startswith("Здравейте\ufffd<script>\nЗ")
    assert len(text) < serve.MOST_TEXT_SHOWN


def test_keys_are_hashes_and_never_paths() -> None:
    for key in ("../../etc/passwd", "", "a" * 63, "A" * 64, "a" * 64 + "\n"):
        with pytest.raises(ValueError, match="no key"):
            store().open(key)


def test_a_part_of_a_file_can_be_sent_without_the_thread() -> None:
    response = ask(keep_content(CONTENT), headers={"Range": "bytes=300-699"})
    assert isinstance(response, FileResponse)
    part = response.file_to_stream
    assert part is not None
    assert os.pread(part.fileno(), 400, part.tell()) == CONTENT[300:700]
    assert response["Content-Length"] == "400"
    response.close()
    with pytest.raises(ValueError, match="closed"):
        part.fileno()


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_to_a_slow_client_without_a_database_connection() -> None:
    response = ask(keep_content(CONTENT))
    assert isinstance(response, FileResponse)
    assert connection.connection is not None
    chunks = iter(response)
    assert len(next(chunks)) == serve.CHUNK
    assert connection.connection is None
    response.close()
