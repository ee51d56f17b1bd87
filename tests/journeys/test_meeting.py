"""Two who have the same ticket open on a real desk: they see each other, and who writes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from tests.journeys.walking import come_in, faults, links_of, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOON = 10_000
REQUEST = re.compile(r"/requests/([A-Z]+-\d+)/")


@pytest.fixture
def root(browser: Browser, origin: str) -> Iterator[BrowserContext]:
    with come_in(browser, origin, "root") as context:
        yield context


def first_of_ada(page: Page) -> str:
    page.goto("/queue/?q=assignee:me")
    return page.locator("a[href^='/tickets/']").first.get_attribute("href") or ""


def met(ada: BrowserContext, root: BrowserContext) -> tuple[Page, Page]:
    """Have the same ticket open twice: at Ada's, and at the administrator's, whom she sees."""
    mine = opened(ada, "/queue/")
    address = first_of_ada(mine)
    mine.goto(address)
    theirs = opened(root, address)
    expect(face(mine, "Robin Root")).to_be_visible(timeout=SOON)
    return mine, theirs


def face(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Also here").get_by_role("img", name=name)


def test_two_on_one_ticket_see_each_other_come_write_and_go(
    ada: BrowserContext, root: BrowserContext
) -> None:
    mine, theirs = met(ada, root)
    expect(face(theirs, "Ada Klimova")).to_have_attribute("title", "Ada Klimova", timeout=SOON)
    expect(face(mine, "Ada Klimova")).to_have_count(0)

    second = opened(ada, mine.url)
    expect(face(second, "Robin Root")).to_be_visible(timeout=SOON)
    expect(theirs.locator("#here .face")).to_have_count(1)
    second.close()

    words = theirs.locator("#here [role=status]")
    mine.locator(".rich").click()
    mine.keyboard.type("We look into it.")
    expect(words).to_have_text("Ada Klimova is writing", timeout=SOON)
    assert faults(theirs) == []
    mine.get_by_text("Internal note", exact=True).first.click()
    expect(words).to_be_empty(timeout=SOON)
    mine.get_by_text("Reply to customer", exact=True).first.click()
    expect(words).to_have_text("Ada Klimova is writing", timeout=SOON)
    mine.get_by_role("button", name="Send", exact=True).click()
    expect(theirs.locator("#ticket-thread")).to_contain_text("We look into it.", timeout=SOON)
    expect(words).to_be_empty(timeout=SOON)
    expect(face(theirs, "Ada Klimova")).to_be_visible()

    mine.close()
    expect(face(theirs, "Ada Klimova")).to_have_count(0, timeout=SOON)
    expect(theirs.get_by_role("group", name="Also here")).to_be_hidden()


def test_faces_outlive_a_reading_of_the_head_and_end_with_the_right(
    ada: BrowserContext, root: BrowserContext
) -> None:
    mine, theirs = met(ada, root)
    theirs.get_by_title("More actions").click()
    theirs.get_by_role("button", name=re.compile("[Ee]scalat")).click()
    expect(theirs.locator("#ticket-header details[open]")).to_have_count(0)
    expect(face(theirs, "Ada Klimova")).to_be_visible(timeout=SOON)
    expect(face(mine, "Robin Root")).to_be_visible(timeout=SOON)

    theirs.get_by_title("Choose who works on it").click()
    theirs.locator("#dialog").get_by_role("button", name="Sam Okonkwo").click()
    expect(face(theirs, "Ada Klimova")).to_have_count(0, timeout=SOON)


def test_a_browser_without_a_network_forgets_who_was_there(
    ada: BrowserContext, root: BrowserContext
) -> None:
    mine, theirs = met(ada, root)
    ada.set_offline(True)
    expect(face(mine, "Robin Root")).to_have_count(0, timeout=SOON)
    expect(face(theirs, "Ada Klimova")).to_have_count(0, timeout=30_000)
    ada.set_offline(False)
    expect(face(mine, "Robin Root")).to_be_visible(timeout=40_000)
    expect(face(theirs, "Ada Klimova")).to_be_visible(timeout=SOON)


def test_a_customer_neither_sees_nor_is_shown(
    browser: Browser, origin: str, root: BrowserContext
) -> None:
    cy = come_in(browser, origin, "cy")
    theirs = opened(cy, "/requests/")
    number = next(filter(None, map(REQUEST.fullmatch, links_of(theirs)))).group(1)
    theirs.goto(f"/requests/{number}/")
    page = opened(root, f"/tickets/{number}/")
    page.wait_for_timeout(2_500)
    expect(page.locator("#here .face")).to_have_count(0)
    expect(theirs.locator("#here, .face[aria-label='Robin Root']")).to_have_count(0)
    cy.close()
