"""What all commands share: how they refuse, and how they open the desk."""

import contextlib
import errno
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import click
from typing_extensions import override

from otklik.config.environment import Environment, SettingError, environment
from otklik.core import embedded

OLDEST_SERVER = 150_000


class Refused(Exception):
    """A command that cannot be carried out, in one line that says why."""


class Commands(click.Group):
    @override
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except _of_surroundings() as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # a pipe's end is click's
            click.echo(f"otklik: {_words(error)}", err=True)
            ctx.exit(1)


def _of_surroundings() -> tuple[type[Exception], ...]:
    """Name what a person can mend, a full disk or a lost database, and not a fault of ours.

    Asked only when something went wrong: libraries that have errors of their own load slowly.
    """
    import psycopg
    from django.db import Error

    return SettingError, embedded.EmbeddedError, Refused, psycopg.Error, Error, OSError


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}."
    return " ".join(str(error).split()) or type(error).__name__


@contextlib.contextmanager
def database() -> Iterator[Environment]:
    """Have a database: the named one, or the desk's own, started if it does not run."""
    named = environment()
    if named.database_url is not None:
        reach(named.database_url)
        yield named
        return
    use_folder(named)
    with embedded.joined(named.data / "postgres") as url:
        yield with_database(url)


@contextlib.contextmanager
def desk() -> Iterator[Environment]:
    """Have Django set up on the desk's database."""
    with database() as named:
        set_up_django()
        yield named


def running_database() -> Environment:
    """Have the database that already runs; for the parts that are started apart."""
    named = environment()
    if named.database_url is not None:
        reach(named.database_url)
        return named
    url = embedded.running(named.data / "postgres")
    if url is None:
        raise Refused("No database runs here: set DATABASE_URL, or start `otklik serve` first.")
    return with_database(url)


def with_database(url: str) -> Environment:
    """Tell this process, and all that it starts, where the database is."""
    os.environ["DATABASE_URL"] = url
    environment.cache_clear()
    return environment()


def reach(url: str) -> None:
    """Refuse an address where no database answers."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or "no answer"
        raise SettingError(f"DATABASE_URL: the database cannot be used: {reason}") from None
    if version < OLDEST_SERVER:
        raise SettingError(
            f"DATABASE_URL: this is PostgreSQL {version // 10000}; "
            f"{OLDEST_SERVER // 10000} or newer is needed."
        )


def use_folder(named: Environment) -> None:
    """Make the data folder, and refuse one that cannot be written."""
    probe = named.data / f".probe-{os.getpid()}"
    try:
        named.data.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SettingError(
            f"OTKLIK_DATA: cannot write to {named.data}: {error.strerror}."
        ) from None


def set_up_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")
    django.setup()
    _tell_refused_languages()


@cache
def _tell_refused_languages() -> None:
    """Say once which translation files are not used, and why; the desk goes on without them."""
    from django.conf import settings

    for line in settings.OTKLIK_REFUSED_LANGUAGES:
        click.echo(f"otklik: {line}", err=True)
