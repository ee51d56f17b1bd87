"""`otklik serve`: a whole desk on one port, watched over by one process.

The watcher loads the desk once and forks its parts, which so share most of their
memory and start at once when one has to be started again.
"""

import contextlib
import fcntl
import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import click
from typing_extensions import override

from otklik.config.command.children import Part, Watch
from otklik.config.command.group import (
    Refused,
    reach,
    set_up_django,
    use_folder,
    with_database,
)
from otklik.config.command.welcoming import welcome
from otklik.config.environment import THREADS, Environment, SettingError, environment
from otklik.core import embedded

BACKLOG = 512
FETCHED = "SELECT EXISTS (SELECT FROM mail_mailbox WHERE is_active AND (kind <> 'receiver' OR %s))"


@click.command()
def serve() -> None:
    """Run a whole desk: database, pages, live updates and jobs."""
    named = environment()
    use_folder(named)
    with (
        contextlib.closing(_listen(named)) as listener,
        _only_one(named.data),
        Watch() as watch,
        _database(named, watch) as settled,
    ):
        _ = settled.secret_key
        watch.once("prepare", _prepare)
        watch.keep(Part("web", lambda ready: _serve_pages(listener, ready)))
        watch.keep(Part("worker", _run_jobs))
        watch.keep(Part("mail", _fetch_letters, wanted=lambda: _has_mailboxes(settled)))
        if watch.wait_until_ready("web"):
            watch.once("welcome", lambda: welcome(settled))
        watch.run()


def _listen(named: Environment) -> socket.socket:
    """Take the port first: whoever has it already keeps it, and nothing else was touched."""
    family = socket.AF_INET6 if ":" in named.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((named.host, named.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise SettingError(
            f"PORT: cannot listen on {named.host} port {named.port}: {error.strerror}."
        ) from None
    return listener


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the data folder; the lock goes with the process, however it ends."""
    with (folder / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"Another desk is already running on {folder}.") from None
        yield


@contextlib.contextmanager
def _database(named: Environment, watch: Watch) -> Iterator[Environment]:
    if named.database_url is not None:
        reach(named.database_url)
        _load()
        yield named
        return
    folder = named.data / "postgres"
    server = embedded.start(folder, meanwhile=_load_for)
    watch.tend(server, lambda: embedded.start(folder))
    try:
        yield with_database(server.url)
    finally:
        watch.end_children()
        watch.tended_server().stop()


def _load() -> None:
    """Load everything that the parts will need, but open nothing that forks badly."""
    set_up_django()

    from django.urls import get_resolver

    import otklik.config.asgi  # loaded before the fork, so that children share it
    import otklik.config.wsgi
    import otklik.core.unhurried
    import otklik.core.worker
    import otklik.mail.fetching.crew  # noqa: F401  # the same

    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def _load_for(url: str) -> None:
    with_database(url)
    _load()


def _prepare() -> None:
    from otklik.config.command.preparing import migrate
    from otklik.people.selectors.desk import desk_is_set_up

    migrate()
    if environment().demo and not desk_is_set_up():
        from otklik.shell.demo import load_demo_desk

        load_demo_desk()


def _serve_pages(listener: socket.socket, ready: int) -> None:
    import uvicorn

    from otklik.config.asgi import gateway, server_settings
    from otklik.config.wsgi import application
    from otklik.core.files.receive import body_fits
    from otklik.core.patience import Patience
    from otklik.core.unhurried import Unhurried

    class Server(uvicorn.Server):
        @override
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            os.write(ready, b"!")

    named = environment()
    folder = named.data / "underway"
    pages = Unhurried(application, threads=THREADS, folder=folder, fits=body_fits)
    whole = gateway(named, beside=Patience(pages))
    Server(server_settings(named, whole)).run(sockets=[listener])


def _run_jobs(_ready: int) -> None:
    from otklik.core.worker import run_worker

    run_worker()


def _fetch_letters(_ready: int) -> None:
    from otklik.mail.fetching.crew import run_crew

    run_crew(until_idle=True)


def _has_mailboxes(named: Environment) -> bool:
    """Ask without Django, whose connections would not outlive a fork."""
    import psycopg

    try:
        with psycopg.connect(named.database_url or "", connect_timeout=5) as connection:
            listens = bool(named.receive_smtp or named.receive_lmtp)
            return connection.execute(FETCHED, [listens]).fetchone() == (True,)
    except psycopg.Error:
        return False  # the database is away; it is asked again
