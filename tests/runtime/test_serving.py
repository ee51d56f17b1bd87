"""A desk as its owner meets it: started, stopped, killed, and started wrongly."""

import contextlib
import os
import re
import shutil
import signal
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest

from otklik.config.environment import THREADS
from otklik.core.tests.live_desk import wait_until

from .desk import SOURCE, Desk, otklik, wait_until_gone

pytestmark = pytest.mark.slow

ESTABLISHED = "01"


def test_a_desk_starts_keeps_its_data_and_stops_leaving_nothing_behind(tmp_path: Path) -> None:
    data = tmp_path / "a desk" / "data"
    modes = [folder.stat().st_mode for folder in tmp_path.parents]

    with Desk(data) as desk:
        desk.wait_until_ready()
        assert desk.get("/healthz") == (200, {"status": "ok"})
        with desk.database() as database:
            database.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        processes = desk.below()
        assert desk.stop(signal.SIGINT) == 0
        wait_until_gone(processes)

    with Desk(data) as desk, desk.database() as database:
        assert database.execute("SELECT answer FROM kept").fetchall() == [(42,)]

    assert [folder.stat().st_mode for folder in tmp_path.parents] == modes


def test_a_clone_in_a_folder_with_a_space_serves_its_pages_and_their_sheets(tmp_path: Path) -> None:
    clone = tmp_path / "моя копия"
    shutil.copytree(SOURCE, clone / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(SOURCE.parent / "build" / "static", clone / "build" / "static")

    with Desk(clone / "data", PYTHONPATH=str(clone / "src")) as desk:
        desk.wait_until_ready()
        origin = f"http://127.0.0.1:{desk.port}"
        page = urlopen(f"{origin}/welcome/").read().decode()  # noqa: S310  # our own desk
        sheet = re.search(r'rel="stylesheet" href="([^"]+)"', page)
        assert sheet is not None
        with urlopen(origin + sheet[1]) as answer:  # noqa: S310  # our own desk
            assert (answer.status, answer.headers["Content-Type"][:8]) == (200, "text/css")


def test_an_empty_desk_prints_the_link_that_opens_it_and_shows_it_to_nobody_else(
    tmp_path: Path,
) -> None:
    with Desk(tmp_path / "data") as desk:
        desk.wait_for("/welcome/?code=")
        link = desk.said[-1].strip()
        page = f"http://127.0.0.1:{desk.port}/welcome/"
        assert link.startswith(page)
        assert 'name="company"' in urlopen(link).read().decode()  # noqa: S310  # our own desk
        assert 'name="company"' not in urlopen(page).read().decode()
        printed = otklik(desk.data, "set-up", PORT=str(desk.port))

    assert printed.stdout.strip() == link


def test_two_desks_on_one_machine_do_not_meet(tmp_path: Path) -> None:
    with Desk(tmp_path / "one") as one, Desk(tmp_path / "two") as two:
        with one.database() as database:
            database.execute("CREATE TABLE only_here ()")
        with two.database() as database:
            found = database.execute("SELECT to_regclass('only_here')").fetchone()

        one.wait_until_ready()
        two.wait_until_ready()
        assert found == (None,)


def test_what_is_killed_comes_back(tmp_path: Path) -> None:
    with Desk(tmp_path / "data") as desk:
        desk.wait_until_ready()
        server = next(pid for pid in desk.below() if pid not in desk.parts())
        for pid in [*desk.parts(), server]:
            os.kill(pid, signal.SIGKILL)
            desk.wait_for("started again")
            desk.wait_until_ready()


def test_a_database_that_cannot_start_again_is_tried_until_it_can(tmp_path: Path) -> None:
    with Desk(tmp_path / "data") as desk:
        desk.wait_until_ready()
        kept = desk.data / "postgres" / "PG_VERSION"
        version = kept.read_text()
        kept.write_text("99\n")
        server = next(pid for pid in desk.below() if pid not in desk.parts())
        os.kill(server, signal.SIGKILL)
        for _time in range(2):
            desk.wait_for("It is tried again.")
        assert not desk.is_ready()
        kept.write_text(version)
        desk.wait_until_ready()


def test_a_killed_watcher_takes_everything_with_it_and_the_next_start_recovers(
    tmp_path: Path,
) -> None:
    with Desk(tmp_path / "data") as desk:
        processes = desk.below()
        desk.stop(signal.SIGKILL)
        wait_until_gone(processes)

    with Desk(tmp_path / "data") as desk:
        desk.wait_until_ready()


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        refused = otklik(tmp_path / "data", "serve", PORT=port)

    assert_one_line(refused.returncode, refused.stdout, refused.stderr, f"port {port}")
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    refused = otklik(tmp_path / "file" / "data", "serve", PORT="0")
    assert_one_line(refused.returncode, refused.stdout, refused.stderr, "PORT")

    refused = otklik(tmp_path / "file" / "data", "serve")
    assert_one_line(refused.returncode, refused.stdout, refused.stderr, "OTKLIK_DATA")


def test_a_wrong_database_address_is_one_line(tmp_path: Path) -> None:
    for url in ("postgresql://a:b@127.0.0.1:1/c", "mysql://a/b", "postgresql://host"):
        refused = otklik(tmp_path / "data", "serve", DATABASE_URL=url)

        assert_one_line(refused.returncode, refused.stdout, refused.stderr, "DATABASE_URL")


def test_a_second_desk_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Desk(tmp_path / "data") as desk:
        refused = otklik(desk.data, "serve", PORT="18999")

        assert_one_line(refused.returncode, refused.stdout, refused.stderr, "already running")


def test_slow_senders_keep_nobody_waiting(tmp_path: Path) -> None:
    """More than there are threads, each in the middle of a form that a page would read."""
    head = (
        "POST /welcome/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
        f"Cookie: csrftoken={'a' * 32}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nx="
    )
    with Desk(tmp_path / "data") as desk, contextlib.ExitStack() as lines:
        desk.wait_until_ready()
        for _ in range(THREADS * 2):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", desk.port)))
            line.sendall(head.encode())
        wait_until(lambda: read_lines(desk.port) == THREADS * 2, 20)

        assert desk.get("/readyz")[0] == 200

        assert read_lines(desk.port) == THREADS * 2  # what they wait for has not come


def read_lines(port: int) -> int:
    """Count the open connections that a desk has taken, and of which it has read all there is."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return sum(
        (place.endswith(f":{port:04X}"), state, queues[-9:], inode != "0")
        == (True, ESTABLISHED, ":00000000", True)
        for _number, place, _other, state, queues, *_more, inode in (row[:10] for row in rows[1:])
    )


def test_checking_names_what_is_wrong(tmp_path: Path) -> None:
    with Desk(tmp_path / "data") as desk:
        desk.wait_until_ready()
        checked = otklik(desk.data, "check", PORT=str(desk.port))

    assert checked.returncode == 0, checked.stdout
    assert "migrations   ok" in checked.stdout


def assert_one_line(code: int, out: str, error: str, words: str) -> None:
    assert (code, out) == (1, "")
    assert error.startswith("otklik: ")
    assert error.count("\n") == 1
    assert words in error


def test_a_token_of_an_unknown_scope_is_refused_with_those_there_are(tmp_path: Path) -> None:
    words = ("token", "create", "--person", "a@b.example", "--scope", "flying", "--scope", "all")
    refused = otklik(tmp_path / "data", *words)
    said = "There is no scope flying, but these: all, tickets:read"
    assert_one_line(refused.returncode, refused.stdout, refused.stderr, said)
