"""A letter that nobody can place: who leads hears of it at once, and finds it by the pop-up."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.walking import come_in, faults, opened
from tests.runtime.desk import otklik

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOBODY = "Subject: Where is my order {number}?\r\nTo: post@meridian.example\r\n\r\nIt is late.\r\n"


def add_mailbox(page: Page) -> None:
    page.get_by_label("Name", exact=False).first.fill("Front desk")
    page.locator("[name=addresses]").first.fill("post@meridian.example")
    page.locator("[name=kind]").select_option("receiver")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="Front desk")).to_be_visible()


def comes(data: Path, folder: Path, number: int) -> None:
    file = folder / f"{number}.eml"
    file.write_bytes(NOBODY.format(number=number).encode())
    done = otklik(data, "mail", "deliver", str(file), "--mailbox", "Front desk")
    assert json.loads(done.stdout)["state"] == "quarantined", done.stderr


def test_a_letter_in_quarantine_is_heard_of_and_found(
    browser: Browser, origin: str, data: Path, tmp_path: Path
) -> None:
    with come_in(browser, origin, "root") as context:
        add_mailbox(opened(context, "/setup/mailboxes/new/"))
        page = context.new_page()
        with page.expect_websocket() as line:
            page.goto("/queue/")
        line.value.wait_for_event("framereceived")

        comes(data, tmp_path, 1)
        toast = page.locator("#toasts .toast", has_text="A letter waits in quarantine")
        expect(toast).to_contain_text("Front desk")
        comes(data, tmp_path, 2)
        page.goto("/notifications/")
        row = page.locator("a.request", has_text="A letter waits in quarantine")
        expect(row).to_contain_text("2×")
        assert faults(page) == []
        row.click()
        expect(page.get_by_role("heading", name="Quarantine")).to_be_visible()
        for number in (1, 2):
            expect(page.get_by_role("link", name=f"Where is my order {number}?")).to_be_visible()

        page.goto("/notifications/")
        expect(row.locator("b")).to_have_count(0)
        is_muted(page)
        stands_in_each_language(page)


def is_muted(page: Page) -> None:
    page.goto("/me/")
    shown = page.get_by_role("group", name="Tell me of").get_by_label("A letter in quarantine")
    shown.uncheck()
    assert faults(page) == []
    page.locator("form:has([name=told_kinds])").get_by_role("button", name="Save").click()
    expect(shown).not_to_be_checked()


def stands_in_each_language(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for language, words in (("ru", "Письмо ждёт в карантине"), ("bg", "Писмо чака в карантина")):
        page.goto("/me/")
        page.locator("[name=language]").select_option(language)
        page.locator("form:has([name=language]) button[type=submit]").first.click()
        page.goto("/notifications/")
        expect(page.locator("a.request", has_text=words).first).to_be_visible()
        assert faults(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
