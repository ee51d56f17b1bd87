"""The server that comes with the desk, in folders that make life hard."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from otklik.core import embedded
from otklik.core.embedded import programs

from .desk import Desk, wait_until_gone

pytestmark = pytest.mark.slow


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as database:
        row = database.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("name", ["long name " * 12, "one, two & 'three' = %41"])
def test_a_path_that_names_no_socket_well_works(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "postgres"
    with embedded.joined(folder) as url:
        assert ask(url, "SELECT lower('ПЛАЩАНЕ')") == "плащане"
        assert embedded.running(folder) == url
        with embedded.joined(folder) as again:
            assert again == url
    assert embedded.running(folder) is None


def test_nobody_but_its_owner_gets_in_and_nothing_listens_on_the_network(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    with embedded.joined(folder) as url:
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(url, "SHOW fsync") == "on"
    assert folder.stat().st_mode & 0o077 == 0


def test_what_was_committed_survives_kill_9_of_the_server(tmp_path: Path) -> None:
    server = embedded.start(tmp_path / "postgres")
    with psycopg.connect(server.url) as database:
        database.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()

    with embedded.joined(tmp_path / "postgres") as url:
        assert ask(url, "SELECT answer FROM kept") == 42


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")

    with embedded.joined(tmp_path / "postgres") as url:
        assert ask(url, "SELECT current_database()") == embedded.DATABASE


def test_a_cluster_of_a_version_that_is_gone_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(embedded.EmbeddedError, match="PostgreSQL 9"):
        embedded.start(tmp_path / "postgres")


def test_the_reason_of_a_failed_start_is_told(tmp_path: Path) -> None:
    with embedded.joined(tmp_path / "postgres"):
        pass
    (tmp_path / "postgres" / "local.conf").write_text("shared_buffers = many\n")

    with pytest.raises(embedded.EmbeddedError, match="did not start"):
        embedded.start(tmp_path / "postgres")


def test_an_older_server_found_on_the_machine_carries_a_whole_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_folder = Path(tempfile.mkdtemp())
    open_folder.chmod(0o755)
    older = [found for found in programs.all_programs() if found.version < 18]
    if not older:
        pytest.skip("no older PostgreSQL is installed on this machine")
    monkeypatch.setattr(programs, "all_programs", lambda: iter(older))

    with embedded.joined(open_folder / "older") as url:
        assert ask(url, "SELECT lower('ПЛАЩАНЕ')") == "плащане"
        assert ask(url, "SELECT 'Ёлка' ILIKE 'ёЛКА'") is True
        with Desk(tmp_path / "data", DATABASE_URL=url) as desk:
            desk.wait_until_ready()
            assert not (desk.data / "postgres").exists()
    shutil.rmtree(open_folder)


def test_a_temporary_server_leaves_nothing() -> None:
    with embedded.start_temporary() as url:
        folder = Path(str(conninfo_to_dict(url)["host"]))
        server = int(str(ask(url, "SELECT pg_backend_pid()")))
        assert folder.exists()
    wait_until_gone([server])
    assert not folder.exists()
