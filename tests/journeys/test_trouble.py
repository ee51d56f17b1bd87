"""An open ticket while the network, the processes and the rights of its reader come and go.

Nobody reloads the page: what happened meanwhile is there as soon as it can be.
"""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect
from tests.runtime.desk import Desk, otklik

from otklik.core.tests.live_network import Network, open_network

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOON = 20_000
LONG_SLEEP_SECONDS = 7
"""Longer than the gateway waits for a proof that its line to the database lives."""


@dataclass(frozen=True)
class Given:
    """A ticket that Ada works on."""

    id: int
    number: str


@dataclass(frozen=True)
class Office:
    """A desk, the network between it and Ada, and the administrator's program."""

    desk: Desk
    network: Network
    program: httpx.Client

    def give_ticket(self, subject: str) -> Given:
        requester = {"email": "cy@harrow-whitfield.example", "name": "Cy"}
        asked = {"subject": subject, "description": "Please look.", "requester": requester}
        opened = self.ensure("POST", "tickets", asked)
        given = Given(opened["id"], opened["number"])
        self.assign(given, "ada")
        return given

    def assign(self, given: Given, login: str) -> None:
        wanted = {"q": f"{login}@meridian.example"}
        person = self.program.get("people", params=wanted).json()["items"][0]["id"]
        self.ensure("PATCH", f"tickets/{given.id}", {"assignee": person})

    def say(self, given: Given, words: str) -> None:
        """Add a note, as soon as the desk takes it."""
        until = time.monotonic() + SOON / 1000
        while not self._took(given, words):
            assert time.monotonic() < until, "the desk takes no note"
            time.sleep(0.1)

    def ensure(self, method: str, path: str, body: dict[str, object]) -> dict[str, Any]:
        answer = self.program.request(method, path, json=body)
        assert answer.is_success, answer.text
        taken: dict[str, Any] = answer.json()
        return taken

    def _took(self, given: Given, words: str) -> bool:
        path = f"tickets/{given.id}/messages"
        try:
            answer = self.program.post(path, json={"body": words, "internal": True})
        except httpx.TransportError:
            return False
        assert answer.status_code in {201, 500, 503}, answer.text
        return answer.status_code == 201


@pytest.fixture(scope="module")
def office(data: Path) -> Iterator[Office]:
    with Desk(data, DEMO="1") as desk, open_network(desk.port) as network:
        desk.wait_until_ready()
        person = ["--person", "root@meridian.example", "--scope", "all"]
        token = otklik(data, "token", "create", *person).stdout.strip()
        headers = {"Authorization": f"Bearer {token}"}
        address = f"http://127.0.0.1:{desk.port}/api/v1/"
        with httpx.Client(base_url=address, headers=headers, timeout=20) as program:
            yield Office(desk, network, program)


@pytest.fixture(scope="module")
def ada_at_work(browser: Browser, office: Office) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=office.network.origin, locale="en")
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("input[name=name]").fill("ada@meridian.example")
    page.locator("input[name=password]").fill("ada-meridian-26")
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.close()
    yield context
    context.close()


@pytest.fixture
def ada(ada_at_work: BrowserContext) -> Iterator[Page]:
    page = ada_at_work.new_page()
    yield page
    page.close()


def open_ticket(page: Page, given: Given) -> WebSocket:
    """Open a ticket and wait till the page hears of it; its first line may have come too early."""
    lines: list[WebSocket] = []
    heard: list[str | bytes] = []

    def hear(frame: str | bytes) -> None:
        heard.append(frame)

    def listen(line: WebSocket) -> None:
        lines.append(line)
        line.on("framereceived", hear)

    page.on("websocket", listen)
    page.goto(f"/tickets/{given.number}/")
    until = time.monotonic() + SOON / 1000
    while not heard:
        assert time.monotonic() < until, "the page hears nothing"
        page.wait_for_timeout(50)
    return lines[-1]


def ensure_told(page: Page, words: str) -> None:
    expect(page.locator("#ticket-scroll").get_by_text(words)).to_be_visible(timeout=SOON)
    expect(page.locator("#live-strip")).to_be_hidden(timeout=SOON)


def test_a_network_that_goes_is_said_and_what_was_missed_comes(office: Office, ada: Page) -> None:
    given = office.give_ticket("The network goes")
    open_ticket(ada, given)
    office.network.cut()
    expect(ada.locator("#live-strip")).to_be_visible(timeout=SOON)
    office.say(given, "written while Ada was cut off")
    expect(ada.get_by_text("written while Ada was cut off")).to_have_count(0)
    office.network.flow()
    ensure_told(ada, "written while Ada was cut off")


def test_a_killed_process_comes_back_and_so_does_the_page(office: Office, ada: Page) -> None:
    given = office.give_ticket("The process is killed")
    open_ticket(ada, given)
    for part in office.desk.parts():
        os.kill(part, signal.SIGKILL)
    office.say(given, "the first words after the fall")
    ensure_told(ada, "the first words after the fall")
    office.say(given, "and the next")
    ensure_told(ada, "and the next")


def test_a_restarted_database_loses_no_hint(office: Office, ada: Page) -> None:
    given = office.give_ticket("The database restarts")
    open_ticket(ada, given)
    server = next(pid for pid in office.desk.below() if pid not in office.desk.parts())
    os.kill(server, signal.SIGKILL)
    office.desk.wait_for("the database ended and is started again")
    office.say(given, "the first words after the restart")
    ensure_told(ada, "the first words after the restart")
    office.say(given, "and the next")
    ensure_told(ada, "and the next")


def test_a_laptop_that_slept_with_the_whole_desk_wakes_up(office: Office, ada: Page) -> None:
    given = office.give_ticket("The laptop sleeps")
    open_ticket(ada, given)
    asleep = [office.desk.process.pid, *descendants(office.desk.process.pid)]
    for pid in asleep:
        os.kill(pid, signal.SIGSTOP)
    ada.wait_for_timeout(LONG_SLEEP_SECONDS * 1000)
    for pid in asleep:
        os.kill(pid, signal.SIGCONT)
    office.say(given, "good morning")
    ensure_told(ada, "good morning")


def test_a_right_taken_away_acts_within_a_second(office: Office, ada: Page) -> None:
    given = office.give_ticket("Not for Ada any more")
    line = open_ticket(ada, given)
    expect(ada.locator("#ticket-scroll")).to_be_visible()
    office.assign(given, "vi")
    line.wait_for_event("close", timeout=1_000)
    expect(ada.locator("#ticket-scroll")).to_have_count(0, timeout=SOON)


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, children) for each in (child, *descendants(child))]
