import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from tests.journeys.walking import come_in, demo_desk
from tests.journeys.windows import Window, windows

from otklik.people.models import Account
from otklik.people.tests.factories import make_desk
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> DeskAtWork:
    """Open a desk with the whole cast at it, and a folder for its files."""
    settings.OTKLIK_FILES = tmp_path / "files"
    make_desk()
    return make_desk_at_work()


@pytest.fixture
def window(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Window]:
    """Open pages of that desk, each person in a browser of their own."""
    with windows(browser, live_server.url, settings.SESSION_COOKIE_NAME) as opened:
        yield opened


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a demo desk once for all processes of a run, and let it rest."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # what the processes share
    with (run / "filled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "filled").exists():
            shutil.rmtree(run / "being filled", ignore_errors=True)  # of one who failed
            with demo_desk(run / "being filled"):
                pass
            (run / "being filled").rename(run / "filled")
    return run / "filled"


@pytest.fixture(scope="module")
def data(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the tests of a file a demo desk of their own, which they may change as they like."""
    data = tmp_path_factory.mktemp("a desk")
    subprocess.run(["cp", "-a", f"{filled}/.", data], check=True)  # noqa: S603, S607  # owners too
    return data


@pytest.fixture(scope="module")
def origin(data: Path) -> Iterator[str]:
    with demo_desk(data) as address:
        yield address


@pytest.fixture
def ada(browser: Browser, origin: str) -> Iterator[BrowserContext]:
    """Sign Ada in at a demo desk, whose address is the `origin` of the walks."""
    with come_in(browser, origin, "ada") as context:
        yield context


@pytest.fixture
def without_undo(desk: DeskAtWork) -> None:
    """Let every reply go at once; how one waits is walked through in `test_undo_sending`."""
    Account.objects.update(undo_seconds=0)
