"""`otklik backup` and `otklik restore`: a desk as one checked archive, and back."""

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from otklik.config import archive
from otklik.config.command.group import (
    Refused,
    database,
    set_up_django,
    use_folder,
    with_database,
)
from otklik.config.environment import Environment
from otklik.core import embedded

OTHERS = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend'
       AND pid <> pg_backend_pid()
"""
PARTING_SECONDS = 3.0
MAINTENANCE = "postgres"
"""The database that is connected to while the desk's own is renamed."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Put database and files into one archive. The desk may run meanwhile."""
    if not file.absolute().parent.is_dir():
        raise Refused(f"There is no folder {file.absolute().parent}.")
    with database() as named, tempfile.TemporaryDirectory(dir=file.absolute().parent) as beside:
        dump = Path(beside) / archive.DATABASE
        url = str(named.database_url)
        _client("pg_dump", url, "--format=custom", "-Z", "1", "-f", str(dump))
        manifest = archive.Manifest(_version(), _applied(url), datetime.now(UTC).isoformat())
        with archive.writing(file, manifest) as writer:
            writer.add(archive.DATABASE, dump)
            if (named.data / archive.KEY).exists():
                writer.add(archive.KEY, named.data / archive.KEY)
            number = writer.add_folder(archive.FILES, named.files)
            writer.add_folder(archive.LANGUAGES, named.data / archive.LANGUAGES)
    click.echo(f"{file}: database and {number} files, {file.stat().st_size} bytes.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Throw away the desk that is here now.")
def restore(file: Path, *, replace: bool) -> None:
    """Bring a desk back from an archive, whole or not at all."""
    try:
        manifest = archive.verify(file)
        with database() as named:
            use_folder(named)
            with _alone(named):
                _refuse_newer(manifest)
                if not replace and _is_used(str(named.database_url)):
                    raise Refused("There is a desk here already; say --replace to throw it away.")
                _restore(file, manifest, named)
    except archive.ArchiveError as error:
        raise Refused(str(error)) from None
    files = sum(name.startswith(f"{archive.FILES}/") for name in manifest.sums)
    click.echo(f"Restored the desk of {manifest.made_at[:19]} with {files} files.")


def _restore(file: Path, manifest: archive.Manifest, named: Environment) -> None:
    """Build the new desk beside the old one; the exchange is one short transaction.

    All is unpacked among the files, which may lie on another disk than the rest of the data.
    """
    url = str(named.database_url)
    fresh = f"{conninfo_to_dict(url)['dbname']}_{secrets.token_hex(4)}"
    named.files.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=".restoring-", dir=named.files))
    try:
        archive.extract(file, manifest, place)
        _on_server(url, [sql.SQL("CREATE DATABASE {}").format(sql.Identifier(fresh))])
        _client(
            *("pg_restore", _with_name(url, fresh), "--exit-on-error", "--no-owner"),
            *("--no-privileges", "--no-comments", str(place / archive.DATABASE)),
        )
        _bring_up_to_date(_with_name(url, fresh), url)
        _place_files(place / archive.FILES, named.files)
        _exchange(url, fresh)
        if (place / archive.KEY).exists() and named.given_key is None:
            _place_key(place / archive.KEY, named.data / archive.KEY)
        _place_languages(place / archive.LANGUAGES, named.data / archive.LANGUAGES)
        _keep_only(manifest, named.files)
    finally:
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(fresh))
        _on_server(url, [drop])
        shutil.rmtree(place, ignore_errors=True)


def _exchange(url: str, fresh: str) -> None:
    """Give the fresh database the desk's name, and the old one its own to be dropped by."""
    mine = str(conninfo_to_dict(url)["dbname"])
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    names = [(mine, f"{fresh}_old"), (fresh, mine), (f"{fresh}_old", fresh)]
    statements = [rename.format(sql.Identifier(old), sql.Identifier(new)) for old, new in names]
    _on_server(url, statements, together=True)


def _on_server(url: str, statements: list[sql.Composed], *, together: bool = False) -> None:
    try:
        with psycopg.connect(_with_name(url, MAINTENANCE), autocommit=not together) as connection:
            for statement in statements:
                connection.execute(statement)
    except psycopg.Error as error:
        raise Refused(f"The database refused: {' '.join(str(error).split())}") from None


@contextlib.contextmanager
def _alone(named: Environment) -> Iterator[None]:
    """Make sure that nobody uses the desk that is to be exchanged."""
    with (named.data / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("The desk runs; stop it first.") from None
        until = time.monotonic() + PARTING_SECONDS
        while _ask(str(named.database_url), OTHERS)[0][0]:
            if time.monotonic() > until:
                raise Refused("Others are connected to the database; stop every part of the desk.")
            time.sleep(0.1)
        yield


def _client(name: str, url: str, *arguments: str) -> None:
    """Run a client program; the password does not show among the arguments."""
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    password = parts.pop("password", "")
    server = int(_ask(url, "SHOW server_version_num")[0][0]) // 10000
    done = subprocess.run(  # noqa: S603 - our own programs
        [embedded.program(name, at_least=server), "-d", make_conninfo(**parts), *arguments],
        env={**os.environ, "PGPASSWORD": str(password)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(f"{name} failed: {' '.join(done.stderr.split())[-400:]}")


def _ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def _with_name(url: str, name: str) -> str:
    return make_conninfo(url, dbname=name)


def _applied(url: str) -> list[list[str]]:
    if not _ask(url, "SELECT to_regclass('django_migrations') IS NOT NULL")[0][0]:
        raise Refused("There is no desk here to back up.")
    return [list(row) for row in _ask(url, "SELECT app, name FROM django_migrations ORDER BY id")]


def _is_used(url: str) -> bool:
    if not _ask(url, "SELECT to_regclass('people_account') IS NOT NULL")[0][0]:
        return False
    return bool(_ask(url, "SELECT EXISTS (SELECT 1 FROM people_account)")[0][0])


def _refuse_newer(manifest: archive.Manifest) -> None:
    set_up_django()
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None).disk_migrations
    strange = [name for app, name in manifest.migrations if (app, name) not in known]
    if strange:
        raise Refused(f"The archive comes from a newer Otklik ({manifest.version}).")


def _bring_up_to_date(fresh: str, url: str) -> None:
    """Migrate the restored database, which may come from an older version."""
    from django.db import connection

    from otklik.config.command.preparing import migrate

    parts = conninfo_to_dict(fresh)
    connection.settings_dict["NAME"] = parts["dbname"]
    try:
        migrate()
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's wrapper has it
        connection.settings_dict["NAME"] = conninfo_to_dict(url)["dbname"]
    with_database(url)


def _place_key(source: Path, target: Path) -> None:
    """Exchange the key at once and readable by nobody else, from whichever disk it comes."""
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(source.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)


def _place_files(source: Path, target: Path) -> None:
    """Move the files to their place; those of the old desk stay until the exchange."""
    for path in sorted(source.rglob("*")) if source.exists() else ():
        place = target / path.relative_to(source)
        if path.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)


def _place_languages(source: Path, target: Path) -> None:
    """Put the catalogues that the old desk spoke by over those that are here."""
    if source.exists():
        shutil.copytree(source, target, dirs_exist_ok=True)


def _keep_only(manifest: archive.Manifest, folder: Path) -> None:
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        name = f"{archive.FILES}/{path.relative_to(folder).as_posix()}"
        if path.is_file() and name not in manifest.sums:
            path.unlink()


def _version() -> str:
    try:
        return version("otklik")
    except PackageNotFoundError:
        return "from source"
