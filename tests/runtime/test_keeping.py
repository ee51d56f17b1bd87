"""A desk put into an archive and brought back."""

from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from otklik.core import embedded
from otklik.core.tests.german import catalogue, put

from .desk import Desk, connect, otklik

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Back up a desk of one person and one file while it runs."""
    folder = tmp_path_factory.mktemp("kept desk")
    with Desk(folder / "data") as desk:
        with desk.database() as database:
            database.execute(PERSON)
        file = desk.data / "files" / "ab" / "abcdef"
        file.parent.mkdir(parents=True)
        file.write_bytes(bytes(range(256)) * 5000)
        put(desk.data, "de.po", catalogue({"Save": "Speichern"}))
        made = otklik(desk.data, "backup", str(folder / "desk.tar"))
        assert made.returncode == 0, made.stderr
    return folder / "desk.tar"


PERSON = """
WITH person AS (
    INSERT INTO people_person (surname, given_name, patronymic, position, office, time_zone,
        language, channel, remarks, look_up, version, created_at)
    VALUES ('Lovelace', 'Ada', '', '', '', 'UTC', 'en', 'web', '', 'ada', 1, now())
    RETURNING id
)
INSERT INTO people_account (person_id, password, login, is_active, is_administrator,
    must_change_password, theme, signature, plays_sound, shows_pop_ups, muted_kinds, columns,
    undo_seconds, created_at)
SELECT id, '!', 'ada', true, true, false, '', '', true, true, '[]', '[]', 0, now() FROM person
"""


def test_a_restored_desk_equals_the_old_one(archive: Path, tmp_path: Path) -> None:
    restored = otklik(tmp_path / "data", "restore", str(archive))

    assert restored.returncode == 0, restored.stderr
    assert contents(tmp_path / "data") == contents(archive.parent / "data")
    for data in (tmp_path / "data", archive.parent / "data"):
        assert "Speichern" in (data / "languages" / "de.po").read_text()
    verified = otklik(tmp_path / "data", "verify")
    assert (verified.returncode, verified.stdout.count("all whole")) == (0, 2), verified.stdout
    assert archive.stat().st_mode & 0o777 == 0o600


def test_a_changed_archive_is_refused_and_leaves_the_desk_alone(
    archive: Path, tmp_path: Path
) -> None:
    assert otklik(tmp_path / "data", "restore", str(archive)).returncode == 0
    before = contents(tmp_path / "data")
    whole = archive.read_bytes()
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    for name, body in {"changed": changed, "short": whole[:-20_000], "none": b"x"}.items():
        (tmp_path / name).write_bytes(body)

        refused = otklik(tmp_path / "data", "restore", "--replace", str(tmp_path / name))

        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
        assert contents(tmp_path / "data") == before


def test_a_database_that_may_not_be_exchanged_leaves_the_old_desk_its_catalogues_too(
    archive: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert otklik(data, "restore", str(archive)).returncode == 0
    before = contents(data)
    put(data, "de.po", catalogue({"Save": "Sichern"}))
    with (
        embedded.joined(data / "postgres") as url,
        psycopg.connect(url, user="postgres", dbname="postgres") as database,
    ):
        database.execute("ALTER DATABASE otklik OWNER TO postgres")

    refused = otklik(data, "restore", "--replace", str(archive))

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert "must be owner of database" in refused.stderr
    assert contents(data) == before
    assert "Sichern" in (data / "languages" / "de.po").read_text()


def test_a_used_desk_is_replaced_only_when_told_and_only_when_stopped(
    archive: Path, tmp_path: Path
) -> None:
    assert otklik(tmp_path / "data", "restore", str(archive)).returncode == 0
    (tmp_path / "data" / "files" / "newer").write_bytes(b"of the desk that is thrown away")

    refused = otklik(tmp_path / "data", "restore", str(archive))
    assert "--replace" in refused.stderr
    with Desk(tmp_path / "data"):
        refused = otklik(tmp_path / "data", "restore", "--replace", str(archive))
        assert "stop it first" in refused.stderr

    assert otklik(tmp_path / "data", "restore", "--replace", str(archive)).returncode == 0
    assert contents(tmp_path / "data") == contents(archive.parent / "data")


def test_a_new_machine_with_a_database_of_its_own_gets_the_desk(
    archive: Path, tmp_path: Path
) -> None:
    data = tmp_path / "new" / "data"
    with embedded.joined(tmp_path / "postgres") as url:
        restored = otklik(data, "restore", str(archive), DATABASE_URL=url)
        assert (restored.returncode, restored.stderr) == (0, "")
        with psycopg.connect(url) as database:
            assert database.execute("SELECT login FROM people_account").fetchall() == [("ada",)]

    old = archive.parent / "data"
    for name in ("files/ab/abcdef", "secret.key"):
        assert (data / name).read_bytes() == (old / name).read_bytes()
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (data / "files").iterdir()] == ["ab"]


def test_files_on_another_disk_are_restored(
    archive: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("shared files")
    if elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has one file system only")
    data = tmp_path / "data"
    data.mkdir()
    (data / "files").symlink_to(elsewhere)

    restored = otklik(data, "restore", str(archive))

    assert (restored.returncode, restored.stderr) == (0, "")
    assert contents(data) == contents(archive.parent / "data")
    assert [path.name for path in elsewhere.iterdir()] == ["ab"]


def test_a_disk_without_room_is_one_line(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "files").write_text("no folder")

    refused = otklik(tmp_path / "data", "restore", str(archive))

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert "files: File exists" in refused.stderr


def contents(data: Path) -> dict[str, object]:
    """Every row of every table but the machinery's, and every file."""
    kept: dict[str, object] = {
        str(path.relative_to(data)): path.read_bytes()
        for folder in (data / "files", data / "secret.key")
        for path in [folder, *folder.rglob("*")]
        if path.is_file()
    }
    with embedded.joined(data / "postgres"), connect(data) as database:
        tables = database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT LIKE 'procrastinate%'"
        ).fetchall()
        for (table,) in tables:
            query = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier(table))
            kept[table] = database.execute(query).fetchall()
    return kept
