import io
import threading
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import Mock

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from pytest_django.fixtures import Settings
from typing_extensions import override

from otklik.core import clock
from otklik.core.bodies import WholeBodies
from otklik.core.files import receive
from otklik.core.files.receive import body_fits, keep_content, received_files
from otklik.core.files.store import store
from otklik.core.files.sweep import sweep_orphans, sweep_strays
from otklik.core.models import Blob

MEGABYTE = 1024 * 1024
LIMIT = 3 * MEGABYTE
BOUNDARY = b"--x\r\nContent-Disposition: form-data; name=file; filename="
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    kept = received_files(request)
    return HttpResponse("\n".join(f"{one.name} {one.blob.size}" for one in kept))


@csrf_exempt
def ignore(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(sum(len(listed) for _name, listed in request.FILES.lists())))


urlpatterns = [path("api/upload/", upload), path("api/ignore/", ignore)]


@pytest.fixture(autouse=True)
def small_desk(settings: Settings) -> None:
    """Serve two views only, with a limit that tests can pass."""
    settings.ROOT_URLCONF = __name__
    settings.OTKLIK_FILE_LIMIT = LIMIT
    settings.MIDDLEWARE = [
        "otklik.core.files.receive.BodyLimitMiddleware",
        "otklik.core.middleware.RefusalMiddleware",
    ]


class Unread(io.BytesIO):
    """A body that nobody may touch."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def send(
    client: Client, *contents: bytes, name: str = "a.bin", to: str = "/api/upload/"
) -> HttpResponse:
    files = []
    for content in contents:
        file = io.BytesIO(content)
        file.name = name
        files.append(file)
    answer = client.post(to, {"file": files, "text": "words"})
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_file_is_kept_once_by_its_hash(client: Client, folder: Path) -> None:
    first, second = send(client, b"words", name="../x.txt"), send(client, b"words", name="y.txt")
    assert first.content.startswith(b"x.txt ")
    assert second.content.startswith(b"y.txt ")
    blob = Blob.objects.get()
    assert (blob.size, blob.media_type) == (5, "text/plain")
    [kept] = files_in(folder)
    assert kept.relative_to(folder).parts == (blob.sha256[:2], blob.sha256[2:4], blob.sha256)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_bytes() == b"words"


def test_several_files_come_in_the_order_they_were_sent(client: Client) -> None:
    answer = send(client, b"1", b"2", b"", b"1")
    assert [line.split()[1] for line in answer.content.decode().splitlines()] == [
        "1",
        "1",
        "0",
        "1",
    ]


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(client: Client, folder: Path) -> None:
    assert send(client, b"x" * LIMIT).status_code == 200
    assert send(client, b"x" * (LIMIT + 1)).status_code == 413
    assert send(client, b"new", b"x" * (LIMIT + 1)).status_code == 413
    assert Blob.objects.count() == 1
    assert len(files_in(folder)) == 1


def test_a_body_is_refused_by_what_it_announces(folder: Path) -> None:
    body = Unread()
    assert call_with(body, LIMIT * 2) == "413"
    assert call_with(body, LIMIT * 2, kind="application/json") == "413"
    assert files_in(folder) == []


@pytest.mark.parametrize("share", [0.01, 0.3, 0.999])
def test_an_upload_that_breaks_off_leaves_nothing(folder: Path, share: float) -> None:
    body = BOUNDARY + b"a.bin\r\n\r\n" + b"x" * MEGABYTE + b"\r\n--x--\r\n"
    assert call_with(io.BytesIO(body[: int(len(body) * share)]), len(body)) in {"400", "500"}
    assert files_in(folder) == []
    assert Blob.objects.count() == 0


def test_files_that_no_one_keeps_are_gone_with_the_request(client: Client, folder: Path) -> None:
    assert send(client, b"1", b"2", to="/api/ignore/").content == b"2"
    assert files_in(folder) == []


def test_a_large_file_passes_without_filling_the_memory(folder: Path) -> None:
    size = LIMIT - 1000
    head, tail = BOUNDARY + b"a.bin\r\n\r\n", b"\r\n--x--\r\n"
    body = (folder.parent / "body").open("w+b")
    body.write(head + b"x" * size + tail)
    body.seek(0)
    tracemalloc.start()
    try:
        assert call_with(body, len(head) + size + len(tail)) == "200"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        body.close()
    assert peak < MEGABYTE
    assert Blob.objects.get().size == size


def call_with(body: BinaryIO, length: int, kind: str = "multipart/form-data; boundary=x") -> str:
    """Call the site as a server does and return the status."""
    seen: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], *more: Any) -> None:
        seen.append(status[:3])

    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/upload/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(length),
        "wsgi.input": body,
        "wsgi.url_scheme": "http",
    }
    for signal in (request_started, request_finished):  # the test's transaction outlives it
        signal.disconnect(close_old_connections)
    try:
        answer: Any = WholeBodies(WSGIHandler())(environ, start_response)
        answer.close()
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
    return seen[0]


def test_what_nothing_refers_to_is_swept_in_time(folder: Path) -> None:
    old, new = keep_content(b"old"), keep_content(b"new")
    Blob.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(days=2))
    assert sweep_orphans() == 1
    assert Blob.objects.get() == new
    assert [path.name for path in files_in(folder)] == [new.sha256]


def test_what_something_refers_to_stays(folder: Path) -> None:
    copy, source = keep_content(b"copy"), keep_content(b"source")
    source.thumbnail = copy
    source.save()
    Blob.objects.filter(pk=copy.pk).update(created_at=clock.now() - timedelta(days=2))
    assert sweep_orphans() == 0
    assert len(files_in(folder)) == 2


def test_files_without_a_row_and_broken_files_are_swept(folder: Path) -> None:
    kept = keep_content(b"kept")
    stray = keep_content(b"stray")
    Blob.objects.filter(pk=stray.pk).delete()
    incoming = store().incoming()
    incoming.write(b"half")
    incoming.file.close()
    assert (sweep_strays(), sweep_orphans()) == (0, 0)
    assert (sweep_strays(timedelta(days=-1)), sweep_orphans(timedelta(days=-1))) == (2, 1)
    assert kept.pk
    assert files_in(folder) == []


@pytest.mark.django_db(transaction=True)
def test_keeping_and_sweeping_at_once_loses_nothing(folder: Path) -> None:
    errors: list[BaseException] = []
    blobs: list[Blob] = []

    def in_thread(act: Callable[[], Any]) -> threading.Thread:
        def run() -> None:
            try:
                for _round in range(15):
                    act()
            except BaseException as error:  # noqa: BLE001  # raised in the test
                errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    threads = [in_thread(lambda: blobs.append(keep_content(b"same"))) for _number in range(4)]
    threads += [in_thread(lambda: sweep_orphans(timedelta(hours=-1))) for _number in range(2)]
    for thread in threads:
        thread.join()
    assert errors == []
    rows = set(Blob.objects.values_list("sha256", flat=True))
    assert {path.name for path in files_in(folder)} == rows


@override_settings(OTKLIK_FILE_LIMIT=10)
def test_the_refusal_names_the_limit(client: Client) -> None:
    assert b"1 MB" in send(client, b"x" * 11).content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("length", "kind", "fits"),
    [
        (2 * MEGABYTE, "application/json", True),
        (2 * MEGABYTE + 1, "application/json", False),
        (2 * MEGABYTE + 1, "multipart/form-data", True),
        (LIMIT + MEGABYTE, "multipart/form-data", True),
        (LIMIT + MEGABYTE + 1, "multipart/form-data", False),
    ],
)
def test_a_body_is_taken_in_only_where_it_fits(*, length: int, kind: str, fits: bool) -> None:
    assert body_fits(length, kind) is fits
    assert connection.connection is None


def test_a_body_is_not_taken_in_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "file_limit", Mock(side_effect=OperationalError))
    monkeypatch.setattr(receive, "connection", Mock())
    assert body_fits(LIMIT, "multipart/form-data") is False
