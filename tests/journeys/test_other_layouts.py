"""The keys of the page under Russian and Bulgarian letters."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect
from tests.journeys.windows import Window

from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CONTROL = 2
RUSSIAN = {"r": "к", "n": "т", "g": "п", "q": "й", "j": "о", "k": "л", "x": "ч", "b": "и"}
PHONETIC = {"r": "р", "n": "н", "g": "г", "q": "я", "j": "й", "k": "к", "x": "ь", "b": "б"}


class Keyboard:
    """A keyboard of real key events, whose keys bear other letters."""

    def __init__(self, page: Page, letters: dict[str, str]) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.letters = letters

    def press(self, latin: str, *, control: bool = False) -> None:
        letter = self.letters[latin]
        code = {"code": f"Key{latin.upper()}", "windowsVirtualKeyCode": ord(latin.upper())}
        event: dict[str, Any] = {"key": letter, "modifiers": CONTROL if control else 0, **code}
        typed = {} if control else {"text": letter}
        self.session.send("Input.dispatchKeyEvent", {"type": "keyDown", **event, **typed})
        self.session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


@pytest.mark.parametrize("letters", [RUSSIAN, PHONETIC], ids=["russian", "bulgarian phonetic"])
def test_a_day_by_keys_under_other_letters(
    desk: DeskAtWork, window: Window, letters: dict[str, str]
) -> None:
    first, second = desk.taken(), desk.taken()
    page = window(desk.cast.ada, f"/tickets/{first.number}/")
    page.wait_for_selector("#composer[data-uploading]")
    keyboard = Keyboard(page, letters)
    text = page.locator("#composer .rich")

    keyboard.press("n")
    expect(page.locator("input[name=mode][value=note]")).to_be_checked()
    expect(text).to_be_focused()
    keyboard.press("r")
    keyboard.press("g")
    expect(text).to_have_text(letters["r"] + letters["g"])
    expect(page.locator("input[name=mode][value=note]")).to_be_checked()
    keyboard.press("b", control=True)
    keyboard.press("n")
    expect(text.locator("b, strong")).to_have_text(letters["n"])
    page.keyboard.press("Escape")
    keyboard.press("k", control=True)
    expect(page.locator("dialog.palette")).to_be_visible()
    page.keyboard.press("Escape")

    keyboard.press("g")
    keyboard.press("q")
    page.wait_for_url("**/queue/**")
    page.wait_for_selector("[data-bulk][data-ready]", state="attached")
    keyboard = Keyboard(page, letters)
    rows = page.locator("[data-row]")
    keyboard.press("j")
    expect(rows.first.locator("a.subject")).to_be_focused()
    keyboard.press("j")
    expect(rows.nth(1).locator("a.subject")).to_be_focused()
    keyboard.press("k")
    keyboard.press("x")
    expect(rows.first.locator("input.pick")).to_be_checked()
    assert {first.number, second.number} == set(
        page.locator("[data-row] .number").all_inner_texts()
    )


def test_enter_in_an_empty_search_for_a_colleague_takes_the_ticket_from_nobody(
    desk: DeskAtWork, window: Window
) -> None:
    ticket = desk.taken()
    page = window(desk.cast.vi, f"/tickets/{ticket.number}/")
    page.wait_for_selector("#composer[data-uploading]")
    page.keyboard.press("a")
    expect(page.get_by_label("Find a colleague")).to_be_focused()
    for blank in ("", " "):
        page.keyboard.type(blank)
        page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.assignee_id == desk.cast.ada.person_id
    page.get_by_label("Find a colleague").fill("vi")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-header")).to_contain_text(desk.cast.vi.name)


def test_enter_before_any_search_assigns_none_of_many(desk: DeskAtWork, window: Window) -> None:
    tickets = [desk.taken(), desk.taken()]
    page = window(desk.cast.vi, "/queue/?q=printer")
    page.wait_for_selector("[data-bulk][data-ready]", state="attached")
    page.locator("[data-pick-all]").check()
    page.locator("[formaction*='bulk/assignee']").click()
    expect(page.get_by_label("Find a colleague")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_be_visible()
    for ticket in tickets:
        ticket.refresh_from_db()
        assert ticket.assignee_id == desk.cast.ada.person_id
    page.get_by_label("Find a colleague").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    for ticket in tickets:
        ticket.refresh_from_db()
        assert ticket.assignee_id is None
