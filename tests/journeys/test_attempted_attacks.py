"""The demo's ticket of attempted attacks, opened by name: all of it is text, nothing of it runs."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.walking import chromium, come_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

NAME = "Attempted attacks"
RAN = """() => [...document.querySelectorAll("*")].flatMap((one) => {
    const bad = one.getAttributeNames().filter((name) => name.startsWith("on"));
    const leads = /^\\s*(javascript|data):/i.test(one.getAttribute("href") ?? "");
    return bad.length || leads ? [one.outerHTML] : [];
})"""
SMUGGLED = ".words :is(script, style, svg, math, iframe, object, embed, form, input, meta, link)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def watched(page: Page, origin: str) -> list[str]:
    """Return the list in which all that runs, asks or reaches out will be told."""
    told: list[str] = []
    page.on("dialog", lambda box: (told.append(f"asked: {box.message}"), box.dismiss()))
    page.on("pageerror", lambda error: told.append(f"failed: {error}"))
    page.on("popup", lambda other: told.append(f"opened: {other.url}"))
    page.on(
        "request",
        lambda asked: (
            None
            if urlsplit(asked.url).netloc == urlsplit(origin).netloc
            or asked.url.startswith("blob:")
            else told.append(f"reached: {asked.url}")
        ),
    )
    return told


def ensure_harmless(page: Page, told: list[str]) -> None:
    expect(page.locator("[data-topic]").first).to_be_attached()
    page.wait_for_timeout(1_000)
    assert page.evaluate(RAN) == []
    assert page.locator(SMUGGLED).count() == 0
    assert told == []


def test_staff_find_it_by_name_and_nothing_of_it_runs(browser: Browser, origin: str) -> None:
    page = come_in(browser, origin, "ada").new_page()
    told = watched(page, origin)
    page.goto("/")
    page.wait_for_selector("[data-palette][data-bound]")
    page.keyboard.press("Control+k")
    page.locator("dialog.palette input").fill(NAME)
    page.locator("dialog.palette [role=option]", has_text=NAME).first.click()
    page.wait_for_url("**/tickets/*/")

    expect(page.locator("h1")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("h1")).to_contain_text("{{7*7}}")
    thread = page.locator("#ticket-thread")
    expect(thread).to_contain_text("<script>alert('escaped')</script> ${7*7}")
    expect(thread).to_contain_text("Note with the same")
    expect(thread.locator(".files")).to_contain_text('"><img src=x onerror=alert(1)>.png')
    expect(page.locator("h1")).not_to_contain_text("49")
    ensure_harmless(page, told)
    for words in ("a link another and a third", "click me"):
        page.get_by_text(words).first.click()
    ensure_harmless(page, told)
    page.wait_for_url("**/tickets/*/")

    page.goto("/queue/?q=attempted")
    expect(page.locator("[data-row]").first).to_contain_text("<script>alert(2)</script>")
    ensure_harmless(page, told)


def test_its_customer_reads_the_same_text(browser: Browser, origin: str) -> None:
    page = come_in(browser, origin, "cy").new_page()
    told = watched(page, origin)
    page.goto("/requests/")
    page.get_by_role("link", name=NAME).first.click()
    expect(page.locator("h1")).to_contain_text("<script>alert(2)</script>")
    expect(page.locator("#conversation")).to_contain_text("a false form")
    expect(page.locator("#conversation")).not_to_contain_text("Note with the same")
    ensure_harmless(page, told)
