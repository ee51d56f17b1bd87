"""The attacks in a real browser: with the page's policy off, and with the cleaner off."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

import pytest
from playwright.sync_api import Browser, Page, Route

from otklik.core.middleware import POLICY
from otklik.core.richtext import clean_html
from otklik.core.tests.xss_payloads import PAYLOADS

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.browser]

HEAD = "<!doctype html><meta charset=utf-8>"
TRAP = "window.ran = 0; window.pwn = () => { window.ran += 1 }"
# Only one thing in all frames gets the focus by itself, so the others are given it.
RAN_APART = """() => [...document.querySelectorAll("iframe")].map((frame) => {
  const shown = frame.contentDocument;
  for (const one of shown?.querySelectorAll("[autofocus]") ?? [])
    if (one !== shown.activeElement) one.dispatchEvent(new Event("focus"));
  return shown ? frame.contentWindow.ran : 0;
})"""


@dataclass
class Desk:
    """A page of one site, with everything that it asked the network for."""

    page: Page
    asked: list[str] = field(default_factory=list)
    body: str = ""
    policy: str = ""

    def answer(self, route: Route) -> None:
        self.asked.append(route.request.url)
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if self.policy:
            headers["Content-Security-Policy"] = self.policy
        if route.request.url == "http://desk.test/":
            route.fulfill(headers=headers, body=self.body)
        else:
            route.fulfill(status=404, body="")

    def show(self, body: str, *, policy: str = "") -> int:
        """Load a page with `body`, poke at everything in it, and tell how often anything ran."""
        self.body, self.policy = HEAD + body, policy
        self.asked.clear()
        self.page.goto("http://desk.test/", wait_until="load")
        self.page.wait_for_timeout(30)
        return self.ran()

    def show_apart(self, bodies: list[str], *, policy: str = "") -> list[int]:
        """Show each in a frame that has its page's policy; tell how often anything ran in each."""
        frames = (f'<iframe srcdoc="{escape(HEAD + body)}"></iframe>' for body in bodies)
        assert self.show("".join(frames), policy=policy) == 0
        ran: list[int] = self.page.evaluate(RAN_APART)
        assert len(ran) == len(bodies)
        return ran

    def ran(self) -> int:
        return int(self.page.evaluate("window.ran"))


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    page = browser.new_page()
    page.add_init_script(TRAP)
    shown = Desk(page)
    page.route("**/*", shown.answer)
    yield shown
    page.close()


def test_the_attacks_are_real(desk: Desk) -> None:
    live = sum(ran != 0 for ran in desk.show_apart(PAYLOADS))
    assert live > len(PAYLOADS) // 4


def test_nothing_runs_and_nothing_is_fetched_after_cleaning(desk: Desk) -> None:
    clean = [clean_html(payload) for payload in PAYLOADS]
    everything = "".join(f"<article>{one}</article>" for one in clean)
    assert desk.show(everything) == 0
    assert desk.page.locator("body > article").count() == len(PAYLOADS)
    desk.page.evaluate(
        """() => document.querySelectorAll('article *').forEach((one) => {
            for (const kind of ['click', 'mouseover', 'focus', 'error', 'load', 'toggle'])
                one.dispatchEvent(new Event(kind, {bubbles: true}));
        })"""
    )
    desk.page.wait_for_timeout(100)
    assert desk.ran() == 0
    foreign = {url for url in desk.asked if not url.startswith("http://desk.test/files/")}
    assert foreign <= {"http://desk.test/", "http://desk.test/favicon.ico"}


def test_the_browser_reads_back_what_was_written(desk: Desk) -> None:
    clean = [str(clean_html(payload)) for payload in PAYLOADS]
    desk.show("<article></article>")
    again = desk.page.evaluate(
        """(texts) => texts.map((text) => {
            const article = document.querySelector('article');
            article.innerHTML = text;
            article.innerHTML = article.innerHTML;
            return article.innerHTML;
        })""",
        clean,
    )
    assert desk.ran() == 0
    assert [clean_html(one) for one in again] == clean


def test_every_link_leads_by_a_listed_scheme(desk: Desk) -> None:
    desk.show("".join(clean_html(payload) for payload in PAYLOADS))
    schemes = desk.page.evaluate("[...document.querySelectorAll('a')].map((one) => one.protocol)")
    assert set(schemes) <= {"http:", "https:", "mailto:", "tel:"}
    names = desk.page.evaluate("document.querySelectorAll('[id], [name], [style], [class]').length")
    assert names == 0


def test_the_policy_alone_stops_them_too(desk: Desk) -> None:
    found = zip(PAYLOADS, desk.show_apart(PAYLOADS, policy=POLICY), strict=True)
    assert [payload for payload, ran in found if ran] == []
