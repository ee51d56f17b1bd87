"""A question on a real desk: asked in the portal, seen, answered, solved, confirmed and rated.

Nobody reloads a page to learn what the other did.
"""

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from tests.journeys.walking import come_in, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOON = 10_000


def listening(page: Page) -> Page:
    """Wait till the page hears hints, so that none is given too early."""
    page.wait_for_timeout(1_500)
    return page


def ask(page: Page, subject: str, file: Path | None = None) -> str:
    page.get_by_label("In a few words").fill(subject)
    rich = page.locator(".rich")
    with suppress(PlaywrightTimeout):  # a page without scripts has none
        rich.wait_for(timeout=10_000)
    (rich if rich.count() else page.locator("#body-box")).fill("It stopped this morning.")
    needed = page.locator(".field:has(.must)")
    for choice in needed.locator("select:visible").all():
        choice.select_option(index=1)
    for line in needed.locator(
        "input.input:not([type=file]):visible, textarea.input:visible"
    ).all():
        if not line.input_value():
            line.fill("Room 4")
    if file:
        place = "input[type=file][data-files]" if rich.count() else "#plain-files"
        page.locator(place).set_input_files(file)
    if file and rich.count():
        expect(page.locator("input[name=uploads]")).to_have_count(1)
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    return page.url.rstrip("/").rsplit("/", 1)[1]


def test_from_a_question_to_a_solved_ticket(browser: Browser, origin: str, tmp_path: Path) -> None:
    file = tmp_path / "panel.txt"
    file.write_text("ink: low")
    agent = come_in(browser, origin, "ada")
    choose_undo(opened(agent, "/me/"), "20 seconds")
    queue = listening(opened(agent, "/queue/"))
    customer = come_in(browser, origin, "cy")

    asking = opened(customer, "/requests/new/programming/")
    number = ask(asking, "The label printer is silent", file)
    expect(asking.get_by_text("panel.txt").first).to_be_visible()

    toast = queue.locator("#toasts .toast", has_text="The label printer is silent")
    expect(toast).to_be_visible(timeout=SOON)
    waiter = queue.locator("[data-waiter]:visible").first
    expect(waiter).to_be_visible(timeout=SOON)
    waiter.click()
    expect(queue.get_by_role("link", name="The label printer is silent").first).to_be_visible()

    home = listening(opened(customer, "/requests/"))
    ticket = opened(agent, f"/tickets/{number}/")
    ticket.get_by_role("button", name="Take", exact=True).click()
    expect(ticket.get_by_role("button", name="Take", exact=True)).to_have_count(0)
    write(ticket, "Is it the one in room 4?")
    ticket.get_by_role("button", name="Send", exact=True).click()
    expect(ticket.locator("#composer [data-sending]")).to_be_visible()
    asking.locator(".composer .rich").fill("It is the one in room 5.")
    asking.locator(".composer button[type=submit]").click()
    expect(ticket.locator("[data-news]")).to_contain_text("wrote", timeout=SOON)
    expect(ticket.locator("#composer [data-sending]")).to_be_hidden()
    expect(ticket.locator("#composer .rich")).to_have_text("Is it the one in room 4?")
    ticket.locator("[data-news-show]").click()

    write(ticket, "We are on our way.")
    ticket.get_by_role("button", name="Send", exact=True).click()
    ticket.get_by_role("button", name="Send now").click()
    expect(asking.get_by_text("We are on our way.")).to_be_visible(timeout=SOON)
    expect(home.locator("#toasts .toast", has_text=number).first).to_be_visible(timeout=SOON)
    expect(home.locator("#bell .count")).to_be_visible(timeout=SOON)

    resolve(ticket, number)
    expect(asking.get_by_text("A new cartridge is in.")).to_be_visible(timeout=SOON)
    asking.reload()
    asking.get_by_role("button", name="Yes, it is solved").click()
    expect(asking.get_by_text("Closed").first).to_be_visible()
    asking.get_by_role("button", name="5 of 5").click()
    expect(asking.get_by_role("img", name="5 of 5")).to_be_visible()
    expect(asking.get_by_role("heading", name="Thank you for your rating")).to_be_in_viewport()

    ticket.goto(f"/tickets/{number}/history/")
    for words in ("Ada Klimova", "Cy Whitfield", "Resolved", "Closed"):
        expect(ticket.get_by_text(words).first).to_be_visible()


def choose_undo(page: Page, choice: str) -> None:
    page.get_by_label("Undo sending").select_option(choice)
    page.locator("form", has=page.get_by_label("Undo sending")).get_by_role(
        "button", name="Save"
    ).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.close()


def write(page: Page, words: str) -> None:
    page.locator("#composer .rich").fill(words)


def resolve(page: Page, number: str) -> None:
    """Say that it is in work, then that it is done; the last asks for words."""
    page.goto(f"/tickets/{number}/")
    page.get_by_title("Change the status", exact=True).click()
    page.get_by_role("button", name="Start work").click()
    way = page.locator("#composer summary")
    expect(page.locator("#ticket").get_by_text("In progress").first).to_be_visible()
    page.goto(f"/tickets/{number}/")
    write(page, "A new cartridge is in.")
    way.click()
    page.get_by_role("button", name="Send, then: Offer a solution").click()
    expect(page.locator("#composer [data-sending]")).to_contain_text("then: Offer a solution")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("A new cartridge is in.").first).to_be_visible()


def test_a_request_without_scripts(browser: Browser, origin: str, tmp_path: Path) -> None:
    file = tmp_path / "plain.txt"
    file.write_text("plain")
    customer = come_in(browser, origin, "cy", java_script_enabled=False)
    page = opened(customer, "/requests/new/")
    page.get_by_role("link", name="Programming").click()
    ask(page, "Nothing but words", file)
    expect(page.get_by_text("plain.txt").first).to_be_visible()
    page.locator("#body-box").fill("One word more.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("One word more.")).to_be_visible()
    page.get_by_role("button", name="close it").click()
    expect(page.get_by_text("Closed").first).to_be_visible()
    page.locator("#body-box").fill("It is back.")
    page.get_by_role("button", name="Write and reopen").click()
    expect(page.get_by_text("It is back.")).to_be_visible()
    expect(page.get_by_text("Reopened").first).to_be_visible()
