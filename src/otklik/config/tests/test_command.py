"""How every command ends when something outside of it is wrong."""

from collections.abc import Callable
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from otklik.config import archive
from otklik.config.command.group import Commands, Refused


def run(error: Exception) -> tuple[int, str, BaseException | None]:
    @click.command()
    def fail() -> None:
        raise error

    done = CliRunner().invoke(Commands(commands=[fail]), ["fail"])
    return done.exit_code, done.stderr, done.exception


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Refused("No\n desk here."), "No desk here."),
        (OSError(28, "No space left on device"), "No space left on device."),
        (PermissionError(13, "Permission denied", "/x"), "/x: Permission denied."),
        (OSError(), "OSError"),
        (psycopg.OperationalError("the server\nwent away"), "the server went away"),
        (OperationalError("pool timeout"), "pool timeout"),
    ],
)
def test_what_a_person_can_mend_is_one_line(error: Exception, said: str) -> None:
    code, stderr, _ = run(error)
    assert (code, stderr) == (1, f"otklik: {said}\n")


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    fault = ValueError("a fault")
    assert run(fault) == (1, "", fault)


def test_a_file_that_is_swept_during_a_backup_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("kept", "swept", "till"):
        (folder / name).write_text(name)
    opened: Callable[..., object] = Path.is_file

    def sweep(path: Path) -> object:
        found = opened(path)
        if path.name == "swept":
            path.unlink()
        return found

    monkeypatch.setattr(Path, "is_file", sweep)
    manifest = archive.Manifest("1", [], "now")
    with archive.writing(tmp_path / "desk.tar", manifest) as writer:
        assert writer.add_folder(archive.FILES, folder) == 2
    assert sorted(archive.verify(tmp_path / "desk.tar").sums) == ["files/kept", "files/till"]
