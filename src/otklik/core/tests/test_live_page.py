"""What a person sees while the desk changes, the network goes and rights are taken."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from otklik.core.tests.live_desk import Desk, open_desk, settle, wait_until
from otklik.core.tests.live_site import Site, hide

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def desk(database_address: str, site: Site) -> Iterator[Desk]:
    with open_desk(database_address, beside=site) as opened:
        settle()
        yield opened


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """Open the page and wait till it listens; it may not break a rule nor say an error."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Security" in said.text else None)
    page.goto(desk.origin)
    wait_until(lambda: len(desk.gateway.hub) == 1)
    yield page
    context.close()
    assert errors == []


def test_a_fragment_follows_its_ticket_and_nothing_else_is_read(
    page: Page, desk: Desk, site: Site
) -> None:
    site.version = 2
    desk.hint("ticket:17", version=2)
    expect(page.get_by_role("heading")).to_have_text("Version 2")
    desk.hint("ticket:17", version=2)
    desk.hint("ticket:17", version=1)
    desk.hint("department:3", ticket=17, kind="changed")
    page.wait_for_timeout(600)
    assert (site.count("/head/"), site.count("/list/")) == (1, 0)


def test_many_hints_at_once_are_one_reading(page: Page, desk: Desk, site: Site) -> None:
    site.version = 30
    for version in range(2, 31):
        desk.hint("ticket:17", version=version)
    expect(page.get_by_role("heading")).to_have_text("Version 30")
    page.wait_for_timeout(500)
    assert site.count("/head/") <= 2


def test_focus_typed_text_choice_and_folds_outlive_a_reading(
    page: Page, desk: Desk, site: Site
) -> None:
    page.get_by_label("Note").fill("half a thought")
    page.get_by_label("Kind").select_option("b")
    page.get_by_text("More").click()
    page.get_by_label("Note").evaluate("field => { field.focus(); field.setSelectionRange(2, 6); }")
    site.version = 2
    desk.hint("ticket:17", version=2)
    expect(page.get_by_role("heading")).to_have_text("Version 2")
    expect(page.get_by_label("Note")).to_have_value("half a thought")
    expect(page.get_by_label("Note")).to_be_focused()
    expect(page.get_by_label("Kind")).to_have_value("b")
    expect(page.get_by_text("folded")).to_be_visible()
    span = "field => [field.selectionStart, field.selectionEnd]"
    assert page.get_by_label("Note").evaluate(span) == [2, 6]


def test_a_focused_button_keeps_the_focus(page: Page, desk: Desk, site: Site) -> None:
    page.get_by_role("button", name="Save").focus()
    site.version, site.more = 2, "<p>more below</p>"
    desk.hint("ticket:17", version=2)
    expect(page.get_by_text("more below")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_focused()


def test_a_reading_waits_while_text_is_being_selected(page: Page, desk: Desk, site: Site) -> None:
    page.get_by_role("heading").select_text()
    site.version = 2
    desk.hint("ticket:17", version=2)
    page.wait_for_timeout(1_000)
    expect(page.get_by_role("heading")).to_have_text("Version 1")
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.get_by_role("heading")).to_have_text("Version 2")


def test_what_is_asked_about_stays_until_it_is_answered(page: Page, desk: Desk, site: Site) -> None:
    site.more = """<form action="/" data-confirm="Close it?" data-confirm-yes="Close"
        data-confirm-no="Keep"><button name="closed" value="1">End</button></form>"""
    page.reload()
    wait_until(lambda: len(desk.gateway.hub) == 1)
    page.evaluate("import('/static/otklik/js/confirm.js').then(({ bindConfirm }) => bindConfirm())")
    page.get_by_role("button", name="End").click()
    site.version = 2
    desk.hint("ticket:17", version=2)
    page.wait_for_timeout(1_000)
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading")).to_have_text("Version 2")

    page.get_by_role("button", name="End").click()
    site.version = 3
    desk.hint("ticket:17", version=3)
    page.wait_for_timeout(1_000)
    page.get_by_role("button", name="Close").click()
    page.wait_for_url("**/?closed=1")


def test_what_is_read_stays_in_its_place_when_more_comes_above(
    page: Page, desk: Desk, site: Site
) -> None:
    site.lines = 100
    page.reload()
    wait_until(lambda: len(desk.gateway.hub) == 1)
    page.wait_for_timeout(200)
    page.locator("#line-50").evaluate("line => line.scrollIntoView({block: 'center'})")
    before = page.locator("#line-50").bounding_box()
    site.lines = 120
    desk.hint("desk", version=1)
    expect(page.locator("#line-119")).to_be_attached()
    page.wait_for_timeout(200)
    after = page.locator("#line-50").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2


def test_a_list_never_jumps_but_counts_what_waits(page: Page, desk: Desk, site: Site) -> None:
    site.rows = ["three", "two", "one"]
    desk.hint("department:3", ticket=4, kind="changed")
    page.wait_for_timeout(400)
    assert site.count("/waiter/") == 0
    for ticket in (2, 3, 3):
        desk.hint("department:3", ticket=ticket, kind="opened")
    waiter = page.get_by_role("button", name="2 new")
    expect(waiter).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_text(["one"])
    waiter.click()
    expect(page.get_by_role("listitem")).to_have_text(["three", "two", "one"])
    expect(page.locator("#waiter")).to_be_hidden()
    site.rows = ["four", *site.rows]
    desk.hint("department:3", ticket=5, kind="opened")
    expect(page.get_by_role("button", name="1 new")).to_be_visible()


def test_a_notification_pops_up_once_counts_in_the_title_and_goes(
    page: Page, desk: Desk, site: Site
) -> None:
    page.locator("#draft").click()
    site.notifications = ["Cy has answered"]
    desk.hint("account:7", notification=1)
    expect(page.locator(".toast")).to_contain_text("Cy has answered")
    expect(page).to_have_title("(1) Queue")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", "/icon-badged.svg")
    assert page.evaluate("localStorage.getItem('otklik-sounded')") == "1"
    expect(page.locator("#draft")).to_be_focused()
    desk.hint("account:7", notification=1)
    page.wait_for_timeout(700)
    expect(page.locator(".toast")).to_have_count(1)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_a_page_in_the_background_reads_nothing_until_it_is_looked_at(
    page: Page, desk: Desk, site: Site
) -> None:
    hide(page, hidden=True)
    site.version = 2
    desk.hint("ticket:17", version=2)
    page.wait_for_timeout(800)
    assert site.count("/head/") == 0
    hide(page, hidden=False)
    expect(page.get_by_role("heading")).to_have_text("Version 2")


def test_a_restarted_gateway_is_found_again_and_the_page_catches_up(
    browser: Browser, database_address: str, site: Site
) -> None:
    page = browser.new_page()
    with open_desk(database_address, beside=site) as first:
        settle()
        page.goto(first.origin)
        wait_until(lambda: len(first.gateway.hub) == 1)
    site.version = 2
    expect(page.locator("#live-strip")).to_have_text("Cut off.", timeout=8_000)
    expect(page.locator("#live-strip")).to_have_attribute("role", "alert")
    with open_desk(database_address, beside=site, port=first.port) as second:
        expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=20_000)
        expect(page.locator("#live-strip")).to_have_text("Back.")
        expect(page.locator("#live-strip")).to_be_hidden(timeout=8_000)
        site.version = 3
        second.hint("ticket:17", version=3)
        expect(page.get_by_role("heading")).to_have_text("Version 3")
        page.close()


def test_a_cut_network_is_said_once_and_caught_up_with(page: Page, desk: Desk, site: Site) -> None:
    page.context.set_offline(True)
    expect(page.locator("#live-strip")).to_have_text("Cut off.", timeout=6_000)
    site.version = 2
    desk.hint("ticket:17", version=2)
    page.context.set_offline(False)
    expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=6_000)
    expect(page.locator("#live-strip")).to_have_text("Back.")


def test_a_short_cut_is_not_worth_a_word(page: Page, desk: Desk, site: Site) -> None:
    page.evaluate(
        "new MutationObserver(() => document.body.dataset.said = '1')"
        ".observe(document.querySelector('#live-strip'), {attributes: true, childList: true})"
    )
    site.version = 2
    desk.order("account", "7")
    expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=6_000)
    assert page.evaluate("document.body.dataset.said") is None


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_page_that_is_no_longer_for_this_person_goes_within_a_second(
    page: Page, desk: Desk, site: Site, status: int
) -> None:
    site.refusing = status
    desk.order("account", "7")
    expect(page.locator("#head")).to_have_count(0, timeout=1_000)
    expect(page.locator("body")).to_have_text("no")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, ("Signed out.", "Sign in")),
        (403, ("No longer for you.", "Queue")),
        (404, ("No longer for you.", "Queue")),
    ],
)
def test_only_what_was_being_written_outlives_the_right(
    page: Page, desk: Desk, site: Site, status: int, told: tuple[str, str]
) -> None:
    why, way = told
    page.locator("#draft").fill("an hour of work")
    site.refusing = status
    desk.order("topic", "ticket:17")
    expect(page.get_by_role("heading")).to_have_text(why, timeout=1_000)
    expect(page).to_have_title(why)
    expect(page.locator("#head, #list, #draft")).to_have_count(0)
    expect(page.locator("[data-words]")).to_have_text("an hour of work")
    expect(page.locator("p:visible")).to_have_text("Copy it first.")
    expect(page.get_by_role("link")).to_have_text(way)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    assert page.evaluate("getSelection().toString()").strip() == "an hour of work"


def test_a_second_loss_soon_after_the_first_shows_nothing_either(
    page: Page, desk: Desk, site: Site
) -> None:
    page.evaluate("sessionStorage.setItem('otklik-live-reloaded', String(Date.now()))")
    site.refusing = 404
    desk.order("topic", "ticket:17")
    expect(page.get_by_role("heading")).to_have_text("No longer for you.", timeout=1_000)
    expect(page.locator("#head, #list")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)


def test_who_is_told_by_a_press_that_rights_are_gone_is_asked_about_at_once(
    page: Page, desk: Desk, site: Site
) -> None:
    page.locator("#draft").fill("an hour of work")
    site.refusing = 404
    page.evaluate("htmx.ajax('GET', '/head/', {target: '#head', swap: 'none'}).catch(() => 0)")
    expect(page.get_by_role("heading")).to_have_text("No longer for you.")
    expect(page.locator("[data-words]")).to_have_text("an hour of work")


def test_a_fragment_whose_thing_is_gone_leaves_the_page(page: Page, desk: Desk, site: Site) -> None:
    page.evaluate("document.querySelector('#head').dataset.refresh = '/nothing/'")
    desk.hint("ticket:17", version=2)
    expect(page.locator("#head")).to_have_count(0)
    expect(page.locator("#list")).to_be_visible()
