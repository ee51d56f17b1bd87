"""What every test stands on: one throwaway server, no foreign network, events to look at."""

import contextlib
import ipaddress
import json
import os
import shutil
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management.commands import flush
from django.core.signals import request_finished, request_started
from django.db import connection, connections
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from psycopg.sql import SQL, Identifier

from otklik.config.environment import django_database
from otklik.core import context, embedded, events, live
from otklik.core.configuration import one_request
from otklik.core.outbox import Hint, Order
from otklik.tickets.selectors.counting import drop_tally

settings.register_profile("desk", deadline=None)  # a busy machine is no fault
settings.load_profile("desk")

ADDRESS = pytest.StashKey[str]()
UNTIL_THE_END = pytest.StashKey[contextlib.ExitStack]()
QUIET_LOOKS = 5  # a tenth of a second each
LONGEST_ENDING = 30.0
BUSY = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[UNTIL_THE_END] = contextlib.ExitStack()
    config.pluginmanager.register(LongTests(config))


class LongTests:
    """Marks as lengthy what took long when that was measured, so that test-fast stays quick.

    Which these are stands in a file; with UPDATE_LONG=1 test-fast writes it anew.
    """

    LONG: Final = 0.1  # seconds, with what is made for a test alone
    FILE: Final = Path(__file__).parent / "tests" / "long.json"

    def __init__(self, config: pytest.Config) -> None:
        self._measures = "UPDATE_LONG" in os.environ and not hasattr(config, "workerinput")
        known = [] if "UPDATE_LONG" in os.environ else json.loads(self.FILE.read_text())
        self._known = frozenset(known)
        self._took: defaultdict[str, float] = defaultdict(float)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        if item.nodeid in self._known:
            item.add_marker("lengthy")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._took[report.nodeid.split("@")[0]] += report.duration

    def pytest_sessionfinish(self) -> None:
        if self._measures:
            long = sorted(test for test, took in self._took.items() if took >= self.LONG)
            self.FILE.write_text(json.dumps(long, indent=1) + "\n")


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[UNTIL_THE_END].close()


def server_address(config: pytest.Config) -> str:
    """Tell the address of this run's server, started on the first call."""
    if ADDRESS not in config.stash:
        handed: dict[str, str] = getattr(config, "workerinput", {})
        config.stash[ADDRESS] = (
            handed.get("address")
            or os.environ.get("DATABASE_URL")
            or config.stash[UNTIL_THE_END].enter_context(embedded.start_temporary())
        )
    return config.stash[ADDRESS]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the one server to each parallel worker, which makes a database of its own there."""
    node.workerinput["address"] = server_address(node.config)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    pytestconfig: pytest.Config, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at this run's server."""
    connections["default"].settings_dict.update(django_database(server_address(pytestconfig)))


@pytest.fixture(autouse=True, scope="session")
def quickly_cleared() -> Iterator[None]:
    """Clear the rows of a committed test and its jobs, and write no rights: no desk reads them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", clear_jobs)
        yield


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    """Let no test see what another one counted, or read with who asked."""
    drop_tally()
    with one_request():
        yield


def clear_jobs(*_given: object) -> None:
    """Clear the tables that are not Django's to clear."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(scope="session")
def database_address(pytestconfig: pytest.Config) -> Iterator[str]:
    """Make an empty database for whoever goes there without Django, one for each worker.

    What is said on a bus is heard in one database, so parallel tests never hear each other.
    """
    server = server_address(pytestconfig)
    worker: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    name = f"otklik_bus_{worker.get('workerid', 'alone')}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: [item.get_closest_marker(name) is None for name in ("long", "slow")]
    )
    if any(shutil.which(name) for name in CHROMIUM):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="there is no Chromium on this machine"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium. Its loop runs in this thread, so Django is told that this is meant."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def pages_end_first(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the site end what closing pages still ask of it, before its rows are cleared."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")  # cleared after this
    busy = _Busy()
    yield
    busy.wait_until_idle()


class _Busy:
    """Counts the requests that the site in this process works on."""

    def __init__(self) -> None:
        self.requests = 0
        self.lock = threading.Lock()
        request_started.connect(self.started)
        request_finished.connect(self.finished)

    def started(self, **_signal: object) -> None:
        with self.lock:
            self.requests += 1

    def finished(self, **_signal: object) -> None:
        with self.lock:
            self.requests -= 1

    def wait_until_idle(self) -> None:
        quiet, until = 0, time.monotonic() + LONGEST_ENDING
        while quiet < QUIET_LOOKS and time.monotonic() < until:
            time.sleep(0.1)
            with connection.cursor() as cursor:
                cursor.execute(BUSY)
                is_busy = self.requests > 0 or cursor.fetchone()[0] > 0
            quiet = 0 if is_busy else quiet + 1
        request_started.disconnect(self.started)
        request_finished.disconnect(self.finished)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """Collect every event published during the test, in order; handlers do not run."""
    seen: list[events.Event] = []
    monkeypatch.setattr(events, "_handlers", _Recorder(seen))
    return seen


class SaidLive:
    """What would have gone to open pages, in order."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.orders: list[tuple[str, str]] = []

    def put_hint(self, hint: Hint) -> None:
        self.hints.append(hint)

    def put_order(self, order: Order) -> None:
        self.orders.append(order[:2])


@pytest.fixture(autouse=True)
def said_live(monkeypatch: pytest.MonkeyPatch) -> SaidLive:
    """Collect every hint and order that a commit lets go; none leaves the process."""
    said = SaidLive()
    monkeypatch.setattr(live, "outbox", said)
    return said


@pytest.fixture(autouse=True)
def forgotten_desk() -> None:
    """Let no test meet the company that another one's pages have read."""
    context.forget()


class _Recorder(dict[type[events.Event], object]):
    def __init__(self, seen: list[events.Event]) -> None:
        super().__init__()
        self.seen = seen

    def __missing__(self, kind: type[events.Event]) -> object:
        return [self.seen.append]


@pytest.fixture(autouse=True, scope="session")
def no_foreign_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _only_here(getattr(socket.socket, name)))
    yield
    patch.undo()


def _only_here(connect: Any) -> Any:
    def checked(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not _is_here(str(address[0])):
            self.close()
            raise RuntimeError(f"A test tried to reach {address[0]}.")
        return connect(self, address)

    return checked


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
