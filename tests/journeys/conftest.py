import fcntl
import os
import shutil
import tarfile
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
    """Fill a demo desk once for all processes of a run; the archive of its folder, at rest."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # what the processes share
    with (run / "filled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "filled.tar").exists():
            shutil.rmtree(run / "desk", ignore_errors=True)  # of one who failed
            with demo_desk(run / "desk"):
                pass
            with tarfile.open(run / "being filled.tar", "w") as archive:
                archive.add(run / "desk", "")
            (run / "being filled.tar").rename(run / "filled.tar")
    return run / "filled.tar"


@pytest.fixture(scope="module")
def data(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the tests of a file a demo desk of their own, which they may change as they like."""
    data = tmp_path_factory.mktemp("a desk")
    with tarfile.open(filled) as archive:
        archive.extractall(data, numeric_owner=True, filter="tar")  # whose the files are, too
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
