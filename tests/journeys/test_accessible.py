"""Every page and its states, as a machine that knows WCAG sees them: nothing is wrong anywhere.

Pages are found by walking along the links, one for each route, so that a new page is looked at
without being named here; states are named below.
"""

import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.journeys.walking import chromium, come_in, demo_desk, faults, links_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RIGHTS = Path(__file__).parents[1] / "architecture" / "rights.json"
Act = Callable[[Page], object]
AtHome = Callable[[str], BrowserContext]

# answers without a page of their own: parts of pages, files, JSON, and what only an empty desk has
PARTS = {
    "call_caller", "call_callers", "file", "file_small", "live_token", "notifications_badge",
    "notifications_fresh", "palette", "queue_rail", "queue_row", "queue_total", "queue_waiter",
    "request_thread", "ticket_part", "upload", "view_order", "welcome",
}  # fmt: skip
# what no link leads to: letters do, scripts do, or a menu that names its goal
UNLINKED = {
    "": ["/password/link/nonsense/", "/nothing/"],
    "cy": ["/queue/", "/requests/IT-99999/", "/password/", "/search/?q=access"],
    "ada": [
        "/queue/bulk/status/",
        "/views/?q=tag:a",
        "/setup/",
        "/tickets/IT-99999/",
        "/search/?q=access",
    ],
    "root": ["/api/v1/docs"],
}
WHO = {"": "visitor", "cy": "customer", "ada": "agent", "root": "administrator"}


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with demo_desk(tmp_path_factory.mktemp("every page")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def at_home(browser: Browser, origin: str) -> AtHome:
    """Give each person one window for all of these tests."""
    return functools.cache(lambda who: come_in(browser, origin, who))


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The routes that were looked at, by anyone."""
    return set()


def route_of(address: str) -> str:
    try:
        return resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return address


def walk(page: Page, start: list[str], seen: set[str]) -> list[str]:
    """Look at one page of each route that can be reached; tell what is wrong with them."""
    waiting, met, wrong = list(start), set(), []
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if route in met or route in PARTS:
            continue
        met.add(route)
        page.goto(address)
        wrong += faults(page)
        waiting += links_of(page)
    seen |= met
    return wrong


@pytest.mark.parametrize("who", WHO, ids=WHO.values())
def test_nothing_is_wrong_with_any_page(at_home: AtHome, seen: set[str], who: str) -> None:
    page = at_home(who).new_page()
    assert walk(page, ["/", *UNLINKED[who]], seen) == []


def test_every_page_was_looked_at(seen: set[str]) -> None:
    table = json.loads(RIGHTS.read_text())["pages"]
    pages = {
        name for name, row in table.items() if any(one.startswith("200") for one in row.values())
    }
    assert pages - seen - PARTS == set()


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
    page.locator("[data-caller]").first.click()
    expect(page.locator("#caller .person-head")).to_be_visible()


def keys(page: Page) -> None:
    page.wait_for_timeout(500)
    page.keyboard.press("?")
    expect(page.locator("dialog[open] .keys")).to_be_visible()


TICKET = "/tickets/IT-10/"
STEP = ".ticket-head .menu[open] a[data-dialog]"
STATES: dict[str, tuple[str, str, Act]] = {
    "sign-in refused": ("", "/sign-in/", refused),
    "request refused": ("cy", "/requests/new/equipment/", refused),
    "no request fits": ("cy", "/requests/?text=zzzz", press("main input[type=search]")),
    "all requests": ("cy", "/requests/?shown=all", press("main input[type=search]")),
    "a request in a long conversation": ("cy", "/requests/IT-10/", press(".event summary")),
    "a closed request, to rate": ("cy", "/requests/IT-1/", press(".stars label >> nth=3")),
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
