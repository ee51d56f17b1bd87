"""How a cluster is made and set."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from otklik.core.embedded.programs import Account, EmbeddedError, Programs

DATABASE: Final = "otklik"
FIRST_WITH_OWN_LOCALE: Final = 17
FIRST_WITH_IO_METHOD: Final = 18
FIRST_TO_STAY: Final = 16
"""Older ones look for themselves by changing folders and cannot come back to a hidden one."""
SMALL: Final[Mapping[str, str]] = {
    "shared_buffers": "64MB",
    "max_connections": "40",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "max_worker_processes": "3",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "80MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "huge_pages": "off",
    "random_page_cost": "1.1",
}
DURABLE: Final[Mapping[str, str]] = {"fsync": "on", "synchronous_commit": "on"}
FLEETING: Final[Mapping[str, str]] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "120",
    "autovacuum": "off",
}


def make_cluster(folder: Path, programs: Programs, account: Account) -> None:
    """Make the cluster beside its place and move it there whole, so half of one never counts."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, account.uid, account.gid)
    locale = (
        ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        if programs.version >= FIRST_WITH_OWN_LOCALE
        else ("--locale=C.UTF-8",)
    )
    command = [
        "initdb",
        *inside(fresh, programs),
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "-A",
        "peer",
        *locale,
    ]
    _run(fresh, programs, account, command)
    statements = (
        f"CREATE ROLE {DATABASE} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {DATABASE};\n"
    )
    _run(
        fresh,
        programs,
        account,
        ["postgres", "--single", *inside(fresh, programs), "postgres"],
        statements,
    )
    fresh.rename(folder)


def configure(
    folder: Path, programs: Programs, account: Account, settings: Mapping[str, str]
) -> None:
    """Write the settings anew at each start; what a person adds belongs in `local.conf`."""
    merged = {**SMALL, "io_method": "sync", **settings}
    if programs.version < FIRST_WITH_IO_METHOD:
        merged.pop("io_method")
    fixed = {
        "listen_addresses": "",
        "unix_socket_directories": ".",
        "port": "5432",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
        "log_line_prefix": "%m [%p] ",
    }
    lines = [f"{name} = '{value}'" for name, value in (merged | fixed).items()]
    _write(folder / "postgresql.conf", [*lines, "include = 'local.conf'"], account)
    if not (folder / "local.conf").exists():
        _write(
            folder / "local.conf", ["# settings of your own, which win over the desk's"], account
        )
    _write(folder / "pg_hba.conf", ["local all all peer map=desk"], account)
    names = dict.fromkeys(["root", account.name])
    pairs = [f'desk "{name}" {role}' for name in names for role in (DATABASE, "postgres")]
    _write(folder / "pg_ident.conf", pairs, account)


def inside(folder: Path, programs: Programs) -> list[str]:
    """Name the folder to a program that stands in it, by a path that needs no right to reach it."""
    stays = sys.platform == "linux" and programs.version >= FIRST_TO_STAY
    return ["-D", "/proc/self/cwd" if stays else str(folder)]


def standing(folder: Path, programs: Programs) -> Path:
    """Tell where to start a program: in the folder, if it will stay there."""
    return folder if programs.version >= FIRST_TO_STAY else Path("/")


def surroundings() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


def _run(
    folder: Path, programs: Programs, account: Account, command: list[str], given: str = ""
) -> None:
    done = subprocess.run(  # noqa: S603 - our own programs
        [programs.folder / command[0], *command[1:]],
        cwd=standing(folder, programs),
        env=surroundings(),
        input=given,
        capture_output=True,
        text=True,
        check=False,
        **account.run(),
    )
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())[-400:]
        raise EmbeddedError(f"The embedded database could not be made: {said}")


def _write(path: Path, lines: list[str], account: Account) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.chown(path, account.uid, account.gid)
