"""What pages weigh on their way to a browser: bytes as they travel, compressed, headers aside.

    python bench/weight.py

A demo desk is opened in Chromium by an agent and by a customer: with an empty cache (the whole
first page with all its assets, those included that scripts fetch afterwards), and from page to
page as one works, when only what is new travels.
"""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from desk import command, settings

KB = 1024
SETTLED_MS = 1_500
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
STARTING_SECONDS = 120
BARS = {
    "queue page, agent, first": 150,
    "portal's first page, visitor": 60,
    "portal's first page, customer": 60,
    "font, of all pages": 100,
    "queue to ticket, warm": 15,
    "ticket to queue, warm": 15,
    "queue to queue, warm": 15,
}


def main() -> int:
    """Measure and print; 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as folder, demo_desk(Path(folder) / "data") as place:
        weights = measure(place)
    good = True
    print(f"{'what':34}{'KB':>8}{'requests':>10}{'at most':>9}")
    for name, (size, requests) in weights.items():
        bar = BARS.get(name)
        good &= bar is None or size <= bar * KB
        print(f"{name:34}{size / KB:>8.1f}{requests:>10}{bar or '':>9}")
    print("bars:", "met" if good else "MISSED")
    return 0 if good else 1


@contextmanager
def demo_desk(data: Path) -> Iterator[str]:
    surroundings = settings(data) | {"DEMO": "1"}
    place = f"http://127.0.0.1:{surroundings['PORT']}"
    with subprocess.Popen(
        [*command(), "serve"],
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as desk:
        try:
            until = time.monotonic() + STARTING_SECONDS
            while not answers(place):
                assert time.monotonic() < until, "the desk does not start"
                time.sleep(0.5)
            yield place
        finally:
            desk.send_signal(signal.SIGTERM)


def answers(place: str) -> bool:
    try:
        return httpx.get(f"{place}/readyz").is_success
    except httpx.TransportError:
        return False


class Scales:
    """Weighs what a tab receives: bodies as they travel, fonts apart."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.heads: dict[str, tuple[str, float]] = {}
        self.bodies: dict[str, float] = {}
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.responseReceived", self.begun)
        wire.on("Network.loadingFinished", self.finished)

    def begun(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        self.heads[event["requestId"]] = (answer["url"], answer["encodedDataLength"])

    def finished(self, event: dict[str, Any]) -> None:
        url, head = self.heads.pop(event["requestId"], ("", 0))
        if url.startswith("http") and event["encodedDataLength"] > 0:
            self.bodies[url] = self.bodies.get(url, 0) + max(0, event["encodedDataLength"] - head)

    def weigh(self, address: str) -> dict[str, float]:
        """Open an address; return the bytes of each thing that travelled."""
        self.bodies.clear()
        self.page.goto(address)
        self.page.wait_for_timeout(SETTLED_MS)
        return dict(self.bodies)


def measure(place: str) -> dict[str, tuple[float, int]]:
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert program, "there is no Chromium to weigh pages with"
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=FLAGS)
        found = agents_pages(browser, place) | customers_pages(browser, place)
        browser.close()
    return found


def agents_pages(browser: Any, place: str) -> dict[str, tuple[float, int]]:
    state = signed_in(browser, place, "ada")
    page = browser.new_context(storage_state=state).new_page()
    scales = Scales(page)
    first = scales.weigh(f"{place}/queue/")
    fonts = {url: size for url, size in first.items() if url.endswith(".woff2")}
    rest = {url: size for url, size in first.items() if url not in fonts}
    found = {"queue page, agent, first": total(rest), "font, of all pages": total(fonts)}
    ticket = page.locator("#queue-rows a.subject").first.get_attribute("href")
    scales.weigh(f"{place}{ticket}")  # its own scripts, once
    found["ticket to queue, warm"] = total(scales.weigh(f"{place}/queue/"))
    found["queue to queue, warm"] = total(scales.weigh(f"{place}/queue/?view=all"))
    found["queue to ticket, warm"] = total(scales.weigh(f"{place}{ticket}"))
    return found


def customers_pages(browser: Any, place: str) -> dict[str, tuple[float, int]]:
    found = {}
    for who, state in (("visitor", None), ("customer", signed_in(browser, place, "cy"))):
        page = browser.new_context(storage_state=state).new_page()
        things = Scales(page).weigh(f"{place}/")
        rest = {url: size for url, size in things.items() if not url.endswith(".woff2")}
        found[f"portal's first page, {who}"] = total(rest)
    return found


def signed_in(browser: Any, place: str, login: str) -> Any:
    """Sign in, in a browser of its own whose cache is thrown away; return the cookies."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{place}/sign-in/")
    names = {"cy": "cy@harrow-whitfield.example"}
    page.fill("[name=name]", names.get(login, f"{login}@meridian.example"))
    page.fill("[name=password]", f"{login}-meridian-26")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    state = context.storage_state()
    context.close()
    return state


def total(things: dict[str, float]) -> tuple[float, int]:
    return sum(things.values()), len(things)


if __name__ == "__main__":
    sys.exit(main())
