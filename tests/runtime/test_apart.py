"""The parts of a desk as processes of their own, in a folder with a space, on one database."""

import contextlib
import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, LiteralString, NamedTuple, Self

import httpx
import psycopg
import pytest
from PIL import Image
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from otklik.core import embedded
from otklik.core.hub import SETTLE_MS
from otklik.core.presence import SILENT_MS
from otklik.shell.demo.accounts import DEMO_ACCOUNTS

from .desk import STARTING_SECONDS, STOPPING_SECONDS, begun, free_port, otklik, surroundings

pytestmark = pytest.mark.slow

SOON = 20.0
SLACK = 10.0


class Part:
    """One part, by the command that its unit file would name."""

    def __init__(self, word: str, data: Path, **settings: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._word = word
        self._said = data / f"{word}-{self.port}.log"
        self._surroundings = surroundings(data, PORT=str(self.port), **settings)

    def __enter__(self) -> Self:
        with self._said.open("w") as said:
            self.process = begun(self._word, self._surroundings, stdout=said)
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(STOPPING_SECONDS)

    def wait_until_it_answers(self, path: str) -> None:
        wait_until(lambda: self._answers(path), STARTING_SECONDS, self._said.read_text)

    def _answers(self, path: str) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(self.address + path).status_code == 200
        return False


class Town(NamedTuple):
    web: Part
    lives: tuple[Part, Part]
    database: str
    keys: dict[str, dict[str, str]]  # of the API, by login


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    data = tmp_path_factory.mktemp("a desk apart") / "with data"
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(embedded.start_temporary())
        filled = otklik(data, "demo", "--tickets", "5", DATABASE_URL=url)
        assert filled.returncode == 0, filled.stderr
        keys = {login: key_of(data, url, login) for login in ("root", "ada")}
        parts = [Part(word, data, DATABASE_URL=url) for word in ("web", "live", "live", "worker")]
        web, one, two, _worker = [stack.enter_context(part) for part in parts]
        web.wait_until_it_answers("/healthz")
        for live in (one, two):
            live.wait_until_it_answers("/live/healthz")
        time.sleep(SETTLE_MS / 1_000)
        yield Town(web, (one, two), url, keys)


def key_of(data: Path, url: str, login: str) -> dict[str, str]:
    mail = next(one.email for one in DEMO_ACCOUNTS if one.email.startswith(f"{login}@"))
    words = ("token", "create", "--person", mail, "--scope", "all")
    made = otklik(data, *words, DATABASE_URL=url)
    assert made.returncode == 0, made.stderr
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


def wait_until(
    holds: Callable[[], object], seconds: float = SOON, why: Callable[[], str] = str
) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, why()
        time.sleep(0.1)


def test_a_page_a_hint_and_a_job(town: Town, tmp_path: Path) -> None:
    ticket = of_ada(town)
    with signed_in(town, "ada") as ada:
        page = ada.get(f"/tickets/{ticket['number']}/")
        assert (page.status_code, ticket["number"] in page.text) == (200, True)
        with listening(town.lives[0], ada, ticket["number"]) as line:
            wait_for(line, lambda said: "ready" in said)
            said_by_root = api(town, "root", f"/{ticket['id']}/messages", json={"body": "Hello"})
            assert said_by_root.status_code == 201
            hint = wait_for(line, lambda said: said.get("topic") == f"ticket:{ticket['id']}")
            assert hint["version"] > ticket["version"]

    Image.new("RGB", (900, 700), "red").save(tmp_path / "red.png")
    files = {"file": ("red.png", (tmp_path / "red.png").read_bytes(), "image/png")}
    assert api(town, "root", f"/{ticket['id']}/files", files=files).status_code == 201
    wait_until(lambda: asked(town, DRAWN, ticket["id"]))
    wait_until(lambda: asked(town, TOLD, ticket["id"]))


DRAWN = """
    SELECT FROM tickets_attachment AS file JOIN core_blob AS picture ON picture.id = file.blob_id
     WHERE file.ticket_id = %s AND picture.thumbnail_id IS NOT NULL AND file.name = 'red.png'
"""
"""A job has made the small picture; workers do that alone."""
TOLD = "SELECT FROM notifications_notification WHERE ticket_id = %s AND kind = 'message'"


def test_people_of_two_live_processes_meet_and_a_killed_one_takes_its_own_along(
    town: Town,
) -> None:
    number = of_ada(town)["number"]
    with (
        signed_in(town, "root") as root,
        signed_in(town, "ada") as ada,
        listening(town.lives[0], root, number) as mine,
    ):
        with contextlib.suppress(OSError), listening(town.lives[1], ada, number) as theirs:
            sees(mine, "Ada Klimova")
            sees(theirs, "Robin Root")
            theirs.send("writing")
            sees(mine, "Ada Klimova…")
            town.lives[1].process.send_signal(signal.SIGKILL)
        sees(mine, seconds=SILENT_MS / 1_000 + SLACK)


def of_ada(town: Town) -> dict[str, Any]:
    found = httpx.get(
        f"{town.web.address}/api/v1/tickets",
        params={"q": "assignee:me"},
        headers=town.keys["ada"],
    )
    ticket: dict[str, Any] = found.json()["items"][0]
    return ticket


def api(town: Town, login: str, path: str, **more: Any) -> httpx.Response:
    address = f"{town.web.address}/api/v1/tickets{path}"
    return httpx.post(address, headers=town.keys[login], timeout=SOON, **more)


@contextlib.contextmanager
def signed_in(town: Town, login: str) -> Iterator[httpx.Client]:
    account = next(one for one in DEMO_ACCOUNTS if one.email.startswith(f"{login}@"))
    with httpx.Client(base_url=town.web.address, timeout=SOON) as window:
        window.get("/sign-in/")
        typed = {"name": account.email, "password": account.password}
        typed["csrfmiddlewaretoken"] = next(
            value for name, value in window.cookies.items() if "csrf" in name
        )
        assert window.post("/sign-in/", data=typed).status_code == 302
        yield window


@contextlib.contextmanager
def listening(live: Part, window: httpx.Client, number: str) -> Iterator[ClientConnection]:
    """Do what the page does: ask the web for a token, and say it to the gateway."""
    token = window.get("/live-token/", params={"page": f"ticket:{number}"}).json()["token"]
    address = live.address.replace("http", "ws") + "/live/"
    with connect(address, origin=Origin(live.address), compression=None) as line:
        line.send(token)
        yield line


def wait_for(
    line: ClientConnection, is_it: Callable[[dict[str, Any]], bool], seconds: float = SOON
) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while True:
        said: dict[str, Any] = json.loads(line.recv(timeout=max(until - time.monotonic(), 0.01)))
        if is_it(said):
            return said


def sees(line: ClientConnection, *names: str, seconds: float = SOON) -> None:
    """Wait until a page is shown just these people; those who write have an ellipsis."""

    def is_it(said: dict[str, Any]) -> bool:
        shown = said.get("here")
        words = [name + ("…" if writes else "") for name, _initials, writes in shown or ()]
        return shown is not None and words == list(names)

    wait_for(line, is_it, seconds)


def asked(town: Town, query: LiteralString, *values: Any) -> list[Any]:
    with psycopg.connect(town.database) as database:
        return database.execute(query, values).fetchall()
