"""Every page and its states, as a machine that knows WCAG sees them: nothing is wrong anywhere.

Pages are found by walking along the links, one for each route, so that a new page is looked at
without being named here; states are named below.
"""

import functools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.journeys.walking import chromium, come_in, faults, links_of
from tests.runtime.desk import otklik, surroundings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

CHOICE = "main a[href*='/choices/']"
RIGHTS = Path(__file__).parents[1] / "architecture" / "rights.json"
Act = Callable[[Page], object]
AtHome = Callable[[str], BrowserContext]

# answers without a page of their own: parts of pages, files, JSON, and what only an empty desk has
PARTS = {
    "article_file", "article_file_look", "article_file_small", "article_upload", "article_uploads",
    "call_caller", "call_callers", "file", "file_look", "file_small",
    "article_file_preview", "help_sitemap", "home_requests",
    "live_token", "mail_letter_raw", "notifications_badge", "notifications_fresh", "openapi-json",
    "palette",
    "queue_rail", "queue_row", "queue_suggestions", "queue_total", "queue_waiter", "request_part",
    "request_thread", "robots", "ticket_part", "upload", "uploads", "view_order", "welcome",
}  # fmt: skip
# what no plain link of the first pages leads to: an address, then links to follow from there
FROM_HERE: dict[str, list[tuple[str, ...]]] = {
    "": [
        ("/password/link/nonsense/",),
        ("/answers/nonsense/",),
        ("/stop/nonsense/",),
        ("/nothing/",),
        ("/help/en/search/?q=printer",),
        ("/help/ru/articles/2/",),
    ],
    "cy": [("/requests/IT-10/",), ("/password/",), ("/search/?q=access",), ("/me/letters/",)],
    "ada": [
        ("/me/letters/",),
        ("/tickets/IT-10/",),
        ("/tickets/IT-10/", "#ticket-thread a[href*='/notes/']", "+history/"),
        ("/queue/", "#rail a[href*='view=']:has-text('most urgent')", ".room-head a[data-dialog]"),
        ("/queue/?q=press", "a:has-text('Fwd: The press')", "a[href*='/apart/']"),
        ("/queue/bulk/status/",),
        ("/views/?q=tag:a",),
        ("/search/?q=access",),
    ],
    "root": [("/api/v1/docs",), ("/setup/fields/", "a:text-is('Module')", CHOICE)],
}
WHO = ("", "cy", "ada", "root")
TWO = b"From: a@a.example, b@b.example\r\nSubject: Two\r\n\r\nWho writes?\r\n"
PASSED_ON = b"""From: boss@firm.example\r\nSubject: Fwd: The press\r\n\r\nPlease help her.\r\n
---------- Forwarded message ---------\r\nFrom: Anna <anna@firm.example>\r
Date: Fri, Nov 20, 2026 at 2:02 PM\r\nSubject: The press\r\nTo: <boss@firm.example>\r\n\r
It jams.\r\n"""
LINK = """
from otklik.config.command.group import desk
with desk():
    from otklik.mail.reply_tokens import Kind, make
    from otklik.tickets.models import Ticket
    ticket = Ticket.objects.filter(status__phase="resolved").order_by("pk").first()
    print(make(Kind.RATING, ticket.pk, ticket.requester_id))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def at_home(browser: Browser, origin: str) -> AtHome:
    """Give each person one window for all of these tests."""
    return functools.cache(lambda who: come_in(browser, origin, who))


def route_of(address: str) -> str:
    try:
        return resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return address


def found(page: Page, start: str, *links: str) -> str:
    """Return the address that is reached from `start` by following links; `+` adds to it."""
    address = start
    for link in links:
        if link.startswith("+"):
            address += link[1:]
        else:
            page.goto(address)
            address = page.locator(link).first.get_attribute("href") or ""
    return address


def walk(page: Page, who: str) -> tuple[set[str], list[str]]:
    """Look at one page of each route that can be reached; tell which, and what is wrong there."""
    waiting = ["/", *(found(page, *way) for way in FROM_HERE[who])]
    met: set[str] = set()
    wrong: list[str] = []
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if route not in met | PARTS:
            met.add(route)
            page.goto(address)
            wrong += faults(page)
            waiting += links_of(page)
    return met, wrong


def keep_a_problem(page: Page) -> None:
    """Write a typical problem, of which the demo desk has none."""
    page.goto("/setup/problems/new/")
    page.locator("input[name=names_en]").fill("The printer is out of paper")
    page.locator("main form button.primary").first.click()
    page.wait_for_url("**/setup/problems/?**")


def keep_mail(page: Page, data: Path, folder: Path) -> None:
    """Add a mailbox, a sender, a letter that waits for a person and one that is passed on."""
    page.goto("/setup/mailboxes/new/")
    page.locator("main [name=kind]").select_option("receiver")
    fill(page, {"name": "Support", "addresses": "support@meridian.example"})
    page.wait_for_url("**/setup/mailboxes/")
    page.goto("/setup/senders/new/")
    fill(page, {"name": "Meridian", "address": "support@meridian.example", "host": "localhost"})
    page.wait_for_url("**/setup/senders/**")
    for raw, became in ((TWO, '"quarantined"'), (PASSED_ON, '"ticket": "IT-')):
        letter = folder / "letter.eml"
        letter.write_bytes(raw)
        told = otklik(data, "mail", "deliver", str(letter), "--mailbox", "Support")
        assert became in told.stdout, told.stderr


def fill(page: Page, words: dict[str, str]) -> None:
    for name, value in words.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main form button.primary").first.click()


def test_nothing_is_wrong_with_any_page(at_home: AtHome, data: Path, tmp_path: Path) -> None:
    keep_a_problem(at_home("root").new_page())
    keep_mail(at_home("root").new_page(), data, tmp_path)
    table = json.loads(RIGHTS.read_text())["pages"]
    pages = {name for name, row in table.items() if any(one[:3] == "200" for one in row.values())}
    walks = [walk(at_home(who).new_page(), who) for who in WHO]
    assert [fault for _met, wrong in walks for fault in wrong] == []
    assert pages - PARTS - {route for met, _wrong in walks for route in met} == set()


def press(*selectors: str) -> Act:
    """Return an act that presses one thing after another, as soon as each is there."""

    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()

    return act


def in_dialog(*selectors: str) -> Act:
    def act(page: Page) -> None:
        page.wait_for_timeout(500)  # the module that opens it comes with the page
        press(*selectors)(page)
        expect(page.locator("dialog[open] .dialog-sheet").first).to_be_visible()

    return act


def chosen(then: Act | None = None) -> Act:
    def act(page: Page) -> None:
        for box in page.locator("#queue-rows input.pick").all()[:2]:
            box.check()
        expect(page.locator("[data-bulk][data-on]")).to_be_visible()
        if then:
            then(page)

    return act


def refused(page: Page) -> None:
    """Send the form empty, past the browser's own complaints."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.locator("main form button[type=submit].primary").first.click()
    expect(page.locator(".fault, .notice.bad").first).to_be_visible()


def typed(key: str, words: str, shown: str) -> Act:
    def act(page: Page) -> None:
        page.wait_for_timeout(500)
        page.keyboard.press(key)
        page.keyboard.type(words)
        expect(page.locator(shown).first).to_be_visible()

    return act


def calling(page: Page) -> None:
    page.wait_for_timeout(500)
    page.locator("main input.input").first.press_sequentially("Whit")
    page.locator("#callers a").first.click()
    expect(page.locator("#caller .person-head")).to_be_visible()


def keys(page: Page) -> None:
    page.wait_for_timeout(500)
    page.keyboard.press("?")
    expect(page.locator("dialog[open] .keys")).to_be_visible()


def not_found(page: Page) -> None:
    expect(page.get_by_text("404").first).to_be_visible()


TICKET = "/tickets/IT-10/"
STEP = ".ticket-head .menu[open] a[data-dialog]"
STATES: dict[str, tuple[str, str, Act]] = {
    "sign-in refused": ("", "/sign-in/", refused),
    "request refused": ("cy", "/requests/new/equipment/", refused),
    "no ticket of one's own": ("cy", "/requests/IT-99999/", not_found),
    "set-up is not for agents": ("ada", "/setup/", not_found),
    "no request fits": ("cy", "/requests/?text=zzzz", press("main input[type=search]")),
    "all requests": ("cy", "/requests/?shown=all", press("main input[type=search]")),
    "a request in a long conversation": ("cy", "/requests/IT-10/", press(".event summary")),
    "a rating to change": ("cy", "/requests/IT-1/", press(".rating-card summary >> nth=-1")),
    "no ticket fits": ("ada", "/queue/?q=zzzz", press("#query")),
    "a query with a fault": ("ada", "/queue/?q=status:nwe", press("#query")),
    "columns": ("ada", "/queue/", press(".room-head details.menu summary")),
    "a condition": ("ada", "/queue/", press("details.facet summary")),
    "help with queries": ("ada", "/queue/", press(".filters details:not(.facet) summary")),
    "chosen tickets": ("ada", "/queue/?q=is:any", chosen()),
    "assigning the chosen": (
        "ada",
        "/queue/?q=is:any",
        chosen(in_dialog("[formaction*='bulk/assignee']")),
    ),
    "status of the chosen": (
        "ada",
        "/queue/?q=is:any",
        chosen(in_dialog("[formaction*='bulk/status']")),
    ),
    "keeping a view": ("ada", "/queue/?q=tag:a", in_dialog(".room-head a[data-dialog]")),
    "keys of the queue": ("ada", "/queue/", keys),
    "the palette": ("ada", "/queue/", typed("Control+k", "acc", "#palette-list .list-link")),
    "keys of a ticket": ("ada", TICKET, keys),
    "a note": ("ada", TICKET, typed("n", "For us", "#composer .for-note")),
    "statuses": ("ada", TICKET, press("summary[data-key=s]")),
    "more actions": ("ada", TICKET, press(".ticket-head details.menu >> nth=-1 >> summary")),
    "sending and moving": ("ada", TICKET, press("#ticket-send summary")),
    "who works on it": ("ada", TICKET, in_dialog("a[data-key=a]")),
    "to another department": ("ada", TICKET, in_dialog("a[data-key=d]")),
    "changing fields": ("ada", TICKET, in_dialog(".ticket-side a[data-dialog]")),
    "a step that asks": ("ada", TICKET, in_dialog("summary[data-key=s]", STEP)),
    "somebody who calls": ("ada", "/calls/new/", calling),
    "a call refused": ("ada", "/calls/new/", refused),
    "a person refused": ("root", "/setup/people/new/", refused),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_wrong_with_a_state(at_home: AtHome, name: str) -> None:
    who, address, act = STATES[name]
    page = at_home(who).new_page()
    page.goto(address)
    act(page)
    wrong = faults(page)
    page.close()
    assert wrong == []


def test_nothing_is_wrong_with_the_page_behind_a_mailed_link(at_home: AtHome, data: Path) -> None:
    made = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-c", LINK],
        env=surroundings(data),
        capture_output=True,
        text=True,
        check=True,
    )
    page = at_home("").new_page()
    wrong = []
    for asked in ("", "?is=solved", "?is=unsolved"):
        page.goto(f"/answers/{made.stdout.strip()}/{asked}")
        expect(page.locator("#verdict")).to_be_visible()
        wrong += faults(page)
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.locator("button[value=unsolved]").click()
    expect(page.locator(".fault, .notice.bad").first).to_be_visible()
    wrong += faults(page)
    page.locator("button[value=solved]").click()
    expect(page.locator(".notice.good")).to_be_visible()
    wrong += faults(page)
    page.close()
    assert wrong == []


@pytest.mark.parametrize("who", ["gulnara", "gleb"])
def test_nothing_is_wider_than_a_telephone(browser: Browser, origin: str, who: str) -> None:
    screen = {"width": 390, "height": 844}
    page = come_in(browser, origin, who, viewport=screen, locale="ru").new_page()
    wide, met, waiting = [], set(), ["/"]
    while waiting:
        address = waiting.pop(0)
        if route_of(address) in met | PARTS:
            continue
        met.add(route_of(address))
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
        waiting += links_of(page)
    assert wide == []
    assert len(met) > 5
