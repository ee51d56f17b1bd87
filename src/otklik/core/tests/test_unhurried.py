"""Clients that take their time, on a real server with few threads."""

import contextlib
import http.client
import io
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import uvicorn

from otklik.core import unhurried
from otklik.core.bodies import WholeBodies
from otklik.core.patience import Message, Patience
from otklik.core.unhurried import MEMORY, Unhurried

THREADS: Final = 16
LARGE: Final = 24 * 1024 * 1024  # more than sockets hold on the way
WORDS: Final = 6 * 1024 * 1024
LIMIT: Final = 4 * 1024 * 1024
TCP_ESTABLISHED: Final = 1


class Pages:
    """A site that says what it read, and gives large answers as files and as words."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "large"
        self.file.write_bytes(bytes(range(256)) * (LARGE // 256))
        self.asked: list[str] = []
        self.ended: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if int(environ.get("CONTENT_LENGTH") or 0) > LIMIT:
            start_response("413 Content Too Large", [("Content-Length", "9")])
            return [b"too large"]
        match path:
            case "/file/":
                return self._file(environ, start_response)
            case "/words/":
                start_response("200 OK", [])
                return self.words()
            case "/fault/":
                raise RuntimeError
            case _:
                body = environ["wsgi.input"].read()
                start_response("200 OK", [("Content-Length", str(len(body)))])
                return [body]

    def words(self) -> Iterator[bytes]:
        for number in range(24):
            yield bytes([number]) * (WORDS // 24)
        self.ended.append("words")

    def _file(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        file: Any = self.file.open("rb")
        file.seek(1000)
        start_response("200 OK", [("Content-Length", str(LARGE // 2))])
        lent: Iterable[bytes] = environ["wsgi.file_wrapper"](_Closing(file, self.ended), 4096)
        return lent


class _Closing:
    """A file that tells when the request is over, as Django's answers do."""

    def __init__(self, file: Any, ended: list[str]) -> None:
        self.read, self.fileno, self.tell = file.read, file.fileno, file.tell
        self.file, self.ended = file, ended

    def close(self) -> None:
        self.ended.append("file")
        self.file.close()


class Site:
    def __init__(self, pages: Pages, port: int, folder: Path) -> None:
        self.pages, self.port, self.folder = pages, port, folder

    def line(self, words: bytes, *, room: int = 4096) -> socket.socket:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        line.settimeout(10)
        line.connect(("127.0.0.1", self.port))
        line.sendall(words)
        return line

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST" if body else "GET", path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    pages, folder = Pages(tmp_path), tmp_path / "underway"
    whole = Unhurried(
        WholeBodies(pages),
        threads=THREADS,
        folder=folder,
        fits=lambda length, _kind: length <= LIMIT,
    )
    config = uvicorn.Config(Patience(whole), port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    yield Site(pages, server.servers[0].sockets[0].getsockname()[1], folder)
    server.should_exit = server.force_exit = True
    thread.join(10)


def wait_for(is_true: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.01)


def post(length: int, sent: bytes) -> bytes:
    return b"POST /slow/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (length, sent)


GET: Final = b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n"


def test_slow_clients_hold_no_thread(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as there are threads that send slowly, and of each kind that take slowly."""
    monkeypatch.setattr(unhurried, "GRACE_SECONDS", 3600.0)  # none goes before its time
    asked = (post(1_000_000, b"x" * 500_000), GET % b"/file/", GET % b"/words/")
    with contextlib.ExitStack() as lines:
        slow = [lines.enter_context(site.line(words)) for words in asked * THREADS]
        wait_for(lambda: len(site.pages.ended) == THREADS * 2, 60)

        assert site.ask("/quick/", b"words") == (200, b"words")

        assert all(is_open(line) for line in slow)
        assert "/slow/" not in site.pages.asked


def is_open(line: socket.socket) -> bool:
    """Tell whether the other side has not ended a connection, whatever lies unread in it."""
    return line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == TCP_ESTABLISHED


@pytest.mark.parametrize("size", [1, MEMORY, MEMORY + 1, LIMIT])
def test_a_body_comes_whole_and_its_answer_goes_whole(site: Site, size: int) -> None:
    body = bytes(range(251)) * (size // 251) + b"z" * (size % 251)
    assert site.ask("/echo/", body) == (200, body)


def test_large_answers_come_whole(site: Site) -> None:
    whole = site.pages.file.read_bytes()
    assert site.ask("/file/") == (200, whole[1000 : 1000 + LARGE // 2])
    assert site.ask("/words/") == (200, b"".join(site.pages.words()))
    assert list(site.folder.glob("*")) == []


def test_a_body_that_announces_too_much_is_refused_unread(site: Site) -> None:
    with site.line(post(LIMIT + 1, b"x")) as line:
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_a_body_that_breaks_off_reaches_nobody(site: Site) -> None:
    for size in (10, MEMORY * 2):
        with site.line(post(size * 2, b"x" * size)):
            pass
    assert site.ask("/quick/", b"words") == (200, b"words")
    assert site.pages.asked == ["/quick/"]


@pytest.mark.parametrize("sent", [b"", b"x" * 1000])
def test_a_body_that_comes_too_slowly_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(unhurried, "GRACE_SECONDS", 0.2)
    with site.line(post(1_000_000, sent)) as line:
        answer = line.recv(1000)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer


def test_a_body_that_trickles_is_refused_at_its_least_rate(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unhurried, "GRACE_SECONDS", 0.3)
    with site.line(post(1_000_000, b"")) as line:
        begun = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - begun < 5:
                line.sendall(b"x")  # never a pause, never enough
                time.sleep(0.05)
        assert line.recv(100).startswith(b"HTTP/1.1 408")
    assert site.pages.asked == []


def test_bodies_that_fill_the_disk_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unhurried, "MOST_TOGETHER", MEMORY * 2)
    with site.line(post(LIMIT, b"x" * MEMORY * 3)) as line:
        assert line.recv(100).startswith(b"HTTP/1.1 503")
    assert site.ask("/quick/", b"x" * MEMORY * 2)[0] == 200


def test_where_the_disk_has_no_room_answers_stay_in_memory_and_bodies_are_refused(
    site: Site,
) -> None:
    site.folder.write_text("no folder")
    assert len(site.ask("/words/")[1]) == WORDS
    assert site.ask("/echo/", b"x" * (MEMORY + 1))[0] == 503


def test_a_fault_is_an_answer_and_the_next_request_is_served(site: Site) -> None:
    assert site.ask("/fault/")[0] == 500
    assert site.ask("/quick/", b"words") == (200, b"words")


def test_a_file_lent_for_a_client_who_has_left_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent: list[int] = []
    real = os.dup

    def dup(number: int) -> int:
        lent.append(real(number))
        return lent[-1]

    monkeypatch.setattr(os, "dup", dup)
    exchange = unhurried._Exchange(None, _unsent, tmp_path)  # noqa: SLF001  # as a thread meets it
    exchange.close()
    with (tmp_path / "file").open("w+b") as file:
        exchange.lend(file, 4096)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(lent[0])


def test_a_file_without_a_descriptor_goes_the_usual_way(tmp_path: Path) -> None:
    exchange = unhurried._Exchange(None, _unsent, tmp_path)  # noqa: SLF001  # as a thread meets it
    assert b"".join(exchange.lend(io.BytesIO(b"words"), 2)) == b"words"


async def _unsent(_message: Message) -> None:
    raise AssertionError
