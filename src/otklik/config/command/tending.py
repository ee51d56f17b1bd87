"""Filling, checking and opening a desk."""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from otklik.config.command.group import Refused, desk, running_database, set_up_django, use_folder
from otklik.config.environment import Environment, SettingError, environment
from otklik.core.catalogues import added_languages
from otklik.core.embedded import EmbeddedError

if TYPE_CHECKING:
    from otklik.people.models import Account

LEAST_SPACE = 1_000_000_000
MOST_SKEW_SECONDS = 2.0


@click.command()
@click.option("--tickets", default=1000, show_default=True, type=click.IntRange(1, 10_000_000))
@click.option("--seed", default=1, show_default=True)
@click.option("--people", type=click.IntRange(3), help="How many new people ask.")
@click.option("--open-share", default=0.1, show_default=True, type=click.FloatRange(0, 1))
def demo(tickets: int, seed: int, people: int | None, open_share: float) -> None:
    """Fill the demo desk with believable tickets; make it where there is no desk yet."""
    with desk():
        from otklik.config.command.preparing import migrate
        from otklik.config.command.welcoming import tell_demo_accounts
        from otklik.people.selectors.desk import desk_is_demo
        from otklik.shell.demo import fill, load_demo_desk

        migrate()
        is_new = load_demo_desk()
        if not desk_is_demo():
            raise Refused("This desk is a company's own: the demo wants an empty data folder.")
        started = time.monotonic()
        fill(tickets=tickets, seed=seed, people=people, open_share=open_share)
        seconds = time.monotonic() - started
        click.echo(f"{tickets} tickets in {seconds:.1f} s, {tickets / seconds:.0f} a second.")
        if is_new:
            tell_demo_accounts()


@click.command()
def check() -> None:
    """Check settings, database, files and clock; exit 1 if anything is wrong."""
    wrong = 0
    for name, word in _findings():
        wrong += word != "ok"
        click.echo(f"{name:<12} {word}")
    raise SystemExit(1 if wrong else 0)


@click.command()
def verify() -> None:
    """Compare history and messages with their seals; exit 1 if any line was changed."""
    with desk():
        from otklik.config.command.preparing import migrate
        from otklik.tickets.actions.sealing import verify_seals

        migrate()
        verdicts = verify_seals()
        for one in verdicts:
            for seal in one.broken:
                click.echo(
                    f"{one.of}: between {seal.after + 1} and {seal.last} a line was changed,"
                    f" added or taken away after {seal.sealed_at:%Y-%m-%d %H:%M} UTC."
                )
            if not one.broken:
                click.echo(f"{one.of}: {one.lines} lines under {one.seals} seals, all whole.")
    raise SystemExit(1 if any(one.broken for one in verdicts) else 0)


@click.command("set-up")
def set_up() -> None:
    """Print the link by which an empty desk is set up."""
    with desk():
        from otklik.config.command.preparing import migrate
        from otklik.people.actions import set_up_link
        from otklik.people.selectors.desk import desk_is_set_up

        migrate()
        if desk_is_set_up():
            raise Refused("This desk is set up already.")
        click.echo(set_up_link())


@click.group()
def token() -> None:
    """Tend the tokens that programs sign in with."""


@token.command()
@click.option("--person", required=True, help="E-mail of the person that the token acts as.")
@click.option("--scope", "scopes", required=True, multiple=True, help="For example: all")
@click.option("--days", type=click.IntRange(1, 3650), help="After so many days it ends.")
def create(person: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a token and print it; it is never shown again."""
    with desk():
        from otklik.config.command.preparing import migrate
        from otklik.core import clock
        from otklik.core.errors import DomainError
        from otklik.people.actions import create_token
        from otklik.people.models import Scope
        from otklik.people.policies import actor_for

        if unknown := [scope for scope in scopes if scope not in Scope.values]:
            offered = ", ".join(Scope.values)
            raise Refused(f"There is no scope {', '.join(unknown)}, but these: {offered}.")
        migrate()
        ends = clock.now() + timedelta(days=days) if days else None
        try:
            _token, secret = create_token(
                actor=actor_for(_account(person)),
                name="otklik token create",
                scopes=scopes,
                expires_at=ends,
            )
        except DomainError as error:
            raise Refused(str(error)) from None
        click.echo(secret)


def _account(address: str) -> "Account":
    from otklik.people.models import Account
    from otklik.people.models.contact import canonical_email

    try:
        known = Account.objects.filter(
            person__emails__address=canonical_email(address), is_active=True
        )
        return known.get()
    except (ValueError, Account.DoesNotExist):
        raise Refused(f"Nobody with the address {address} can sign in here.") from None


def _findings() -> Iterator[tuple[str, str]]:
    try:
        named = environment()
        use_folder(named)
        _ = named.secret_key
    except SettingError as error:
        yield "settings", str(error)
        return
    yield "settings", "ok"
    yield "files", _files(named.files)
    yield "space", _space(named)
    yield "languages", " ".join(added_languages(named.data).refused) or "ok"
    try:
        running_database()
    except (SettingError, EmbeddedError, Refused) as error:
        yield "database", str(error)
        return
    set_up_django()

    from otklik.config.health import readiness

    yield from readiness().items()
    yield "scanner", _scanner(named)
    yield "clock", _clock()


def _files(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return f"cannot write to {folder}: {error.strerror}"
    return "ok"


def _scanner(named: Environment) -> str:
    if named.scanner_url is None:
        return "ok"
    from clamav_client.clamd import ClamdError

    from otklik.core.files.scan import scanner

    try:
        scanner().ping()
    except (ClamdError, OSError) as error:
        return f"{named.scanner_url} does not answer: {error}"
    return "ok"


def _space(named: Environment) -> str:
    free = shutil.disk_usage(named.data).free
    return "ok" if free > LEAST_SPACE else f"only {free // 1_000_000} MB are left on the disk"


def _clock() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        skew = abs(float(cursor.fetchone()[0]) - time.time())
    return "ok" if skew < MOST_SKEW_SECONDS else f"{skew:.0f} s away from the database's"
