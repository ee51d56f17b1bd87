"""A colleague without a mouse helps a customer without scripts; another customer has keys alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.keys import focus_is_seen, go_to, press, words_in_focus, write
from tests.journeys.walking import chromium, come_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def step_by_keys(page: Page, step: str, words: str) -> None:
    """Make a step that asks for words: open the menu, choose, write, send."""
    page.keyboard.press("s")
    if step not in words_in_focus(page):
        go_to(page, step, "ArrowDown")
    page.keyboard.press("Enter")
    box = page.locator("dialog[open] textarea")
    expect(box).to_be_focused()
    page.keyboard.type(words)
    press(page, step)
    expect(page.locator("dialog[open]")).to_have_count(0)


def the_end_is_in_order(page: Page) -> None:
    """What was told covers nothing at the end of a page, and files are chosen within the frame."""
    page.set_viewport_size({"width": 390, "height": 600})
    page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    boxes = [
        page.locator(one).bounding_box()
        for one in ("#toasts", ".portal-foot", ".composer", "label[for=plain-files]")
    ]
    toasts, end, composer, label = (box for box in boxes if box)
    assert toasts["height"] > 0
    assert toasts["y"] >= end["y"] + end["height"]
    assert label["x"] > composer["x"] + 4


def ask_plainly(page: Page, file: Path, other: Path) -> str:
    """Ask with two files; an answer was forgotten, so one is left out before it is sent again."""
    page.goto("/requests/new/")
    page.get_by_role("link", name="Programming").click()
    page.get_by_label("In a few words").fill("The report is empty")
    page.locator("#body-box").fill("Since the morning.")
    page.locator("#plain-files").set_input_files([file, other])
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("Nothing was lost.")).to_be_visible()
    expect(page.get_by_role("checkbox", name=file.name)).to_be_checked()
    page.get_by_role("checkbox", name=other.name).uncheck()
    for choice in page.locator(".field:has(.must) select").all():
        choice.select_option(index=1)
    for line in page.locator(
        ".field:has(.must) :is(input.input:not([type=file]), textarea.input)"
    ).all():
        if not line.input_value():
            line.fill("Room 4")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", name="The report is empty")).to_be_visible()
    expect(page.get_by_text(file.name)).to_have_count(1)
    expect(page.get_by_text(other.name)).to_have_count(0)
    the_end_is_in_order(page)
    return page.url.rstrip("/").rsplit("/", 1)[1]


def answer_by_keys(page: Page, number: str) -> None:
    """Find the ticket, open it, take it, answer; nothing but keys."""
    page.goto("/queue/")
    page.wait_for_timeout(500)
    page.keyboard.press("/")
    page.keyboard.type(f"number:{number}")
    page.keyboard.press("Enter")
    expect(page.locator("#queue-rows tr")).to_have_count(1)
    page.wait_for_timeout(500)
    page.keyboard.press("j")
    assert "The report is empty" in words_in_focus(page)
    assert focus_is_seen(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("#composer[data-uploading]")
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Take", exact=True)).to_have_count(0)
    expect(page.locator("#ticket-scroll")).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.type("We are looking at it.")
    page.keyboard.press("Escape")
    expect(page.locator("#ticket-scroll")).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer [data-sending]")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("#composer .rich")).to_be_focused()
    page.keyboard.press("Control+Enter")
    press(page, "Send now")
    expect(page.locator(".message").last).to_contain_text("We are looking at it.")
    page.keyboard.press("Escape")


def the_dialog_holds_the_focus(page: Page) -> None:
    page.keyboard.press("d")
    expect(page.locator("dialog[open] .dialog-sheet")).to_be_visible()
    for _step in range(12):
        page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert words_in_focus(page)


def the_keys_are_told(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("dialog[open] .keys dt")).not_to_have_count(0)
    told = page.locator("dialog[open] .keys dt").all_inner_texts()
    assert {"r", "n", "t", "s", "e", "z", "Ctrl K"} - {" ".join(one.split()) for one in told} <= {
        "t"
    }
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_keys_alone_and_no_scripts(browser: Browser, origin: str, tmp_path: Path) -> None:
    file, other = tmp_path / "plain.txt", tmp_path / "left-out.txt"
    for one in (file, other):
        one.write_text(one.name)
    customer = come_in(browser, origin, "cy", java_script_enabled=False).new_page()
    number = ask_plainly(customer, file, other)

    agent = come_in(browser, origin, "ada").new_page()
    answer_by_keys(agent, number)
    the_dialog_holds_the_focus(agent)
    the_keys_are_told(agent)
    step_by_keys(agent, "Offer a solution", "It is full again.")
    expect(agent.locator(".ticket-head .status").first).to_have_text("Resolved")

    customer.reload()
    customer.get_by_role("link", name="No, it is not").click()
    customer.get_by_label("What is still wrong?").fill("Still empty.")
    customer.get_by_role("button", name="Send, it is not solved").click()
    expect(customer.get_by_text("Reopened").first).to_be_visible()

    expect(agent.locator(".ticket-head .status").first).to_have_text("Reopened")
    step_by_keys(agent, "Offer a solution", "Look once more.")
    expect(agent.locator(".ticket-head .status").first).to_have_text("Resolved")
    customer.reload()
    customer.get_by_role("button", name="Yes, it is solved").click()
    expect(customer.get_by_text("Closed").first).to_be_visible()
    customer.get_by_role("button", name="4 of 5").click()
    expect(customer.get_by_role("heading", name="Thank you for your rating")).to_be_visible()
    expect(customer.get_by_role("img", name="4 of 5")).to_be_visible()
    customer.get_by_role("button", name="5 of 5").and_(customer.locator("[name=service]")).click()
    expect(customer.get_by_role("img", name="5 of 5")).to_be_visible()
    customer.get_by_text("Change the rating").click()
    customer.get_by_role("button", name="2 of 5").and_(customer.locator("[name=solution]")).click()
    expect(customer.get_by_role("img", name="2 of 5")).to_be_visible()
    expect(customer.get_by_role("img", name="5 of 5")).to_be_visible()

    agent.keyboard.press("g")
    agent.keyboard.press("q")
    agent.wait_for_url("**/queue/**")


def test_a_draft_of_a_note_never_comes_back_as_a_reply(browser: Browser, origin: str) -> None:
    page = come_in(browser, origin, "ada").new_page()
    page.goto("/tickets/IT-10/")
    page.wait_for_selector("#composer[data-uploading]")
    page.keyboard.press("n")
    page.keyboard.type("Between us: they are late with money.")
    expect(page.locator("#composer [data-saved]")).to_contain_text("Kept at")
    page.reload()
    page.wait_for_selector("#composer[data-uploading]")
    expect(page.locator("#composer .rich")).to_contain_text("Between us")
    expect(page.locator("input[name=mode][value=note]")).to_be_checked()


def test_a_customer_asks_with_keys_alone(browser: Browser, origin: str) -> None:
    page = come_in(browser, origin, "cy").new_page()
    page.goto("/")
    page.wait_for_timeout(500)
    page.keyboard.press("Tab")
    assert "To the content" in words_in_focus(page)
    page.keyboard.press("Enter")
    press(page, "what a module can do")
    page.wait_for_selector(".rich")
    write(page, "In a few words", "Where are the totals")
    write(page, "Tell us more", "I cannot find them.")
    go_to(page, "Module")
    page.keyboard.press("ArrowDown")
    write(page, "What do you want to achieve?", "To send them.")
    press(page, "Send the request")
    expect(page.get_by_role("heading", name="Where are the totals")).to_be_visible()
    press(page, "close it")
    expect(page.get_by_role("dialog")).to_be_visible()
    press(page, "Close it")
    expect(page.get_by_text("Closed").first).to_be_visible()
    press(page, "3 of 5")
    expect(page.get_by_role("img", name="3 of 5")).to_be_visible()
    page.wait_for_timeout(500)
    press(page, "4 of 5", by="Space")
    expect(page.get_by_role("img", name="4 of 5")).to_be_visible()
    page.wait_for_timeout(500)
    press(page, "Add a word, if you like")
    write(page, "What you would tell us", "Kind")
    press(page, "Send")
    expect(page.get_by_label("What you would tell us")).to_have_value("Kind")
    expect(page.get_by_role("img", name="3 of 5")).to_be_visible()
