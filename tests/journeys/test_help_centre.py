"""An article from an agent's paste to a visitor's word, in the browser."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.journeys.windows import PASTE_PICTURE, Window

from otklik.core import clock
from otklik.knowledge.models import ArticleFile, Verdict, Version
from otklik.knowledge.tests.factories import make_section
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

FROM_WORD = (
    "<h1 style='mso-x:1'>Before</h1><p class=MsoNormal>Open <b>the cover</b>.</p>"
    "<h2>After</h2><ol><li>Close it<script>alert(1)</script></li><li>Print</li></ol>"
)
PASTE = """(area, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const more = {clipboardData: data, bubbles: true, cancelable: true};
  area.dispatchEvent(new ClipboardEvent("paste", more));
}"""


def visitor(browser: Browser, server: LiveServer, path: str) -> Page:
    page = browser.new_context(base_url=server.url, locale="en").new_page()
    page.goto(path)
    return page


def test_an_article_from_a_paste_to_a_readers_word(
    desk: DeskAtWork, window: Window, browser: Browser, live_server: LiveServer
) -> None:
    make_section("Printers")
    page = window(desk.cast.ada, "/knowledge/new/")
    page.wait_for_selector("form[data-uploading]")
    page.get_by_label("Title").fill("The printer is jammed")
    area = page.locator(".rich")
    area.click()
    area.evaluate(PASTE, FROM_WORD)
    area.evaluate(PASTE_PICTURE)
    expect(area.locator("img")).to_have_count(1)
    page.get_by_role("button", name="Save as a draft").click()
    page.wait_for_url("**/knowledge/*/en/")
    body = Version.objects.get().body
    assert "<h3>Before</h3>" in body
    assert "<ol><li>Close it</li><li>Print</li></ol>" in body
    assert "mso" not in body
    assert ArticleFile.objects.get().token in body
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Readers see version 1")).to_be_visible()

    reader = visitor(browser, live_server, "/help/en/")
    reader.get_by_role("searchbox").fill("jammed printers")
    reader.keyboard.press("Enter")
    reader.get_by_role("link", name="The printer is jammed").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("The printer is jammed")
    reader.get_by_role("link", name="After").click()
    assert reader.url.endswith("#after")
    shown = reader.locator(".help-article img")
    assert shown.evaluate("async one => { await one.decode(); return one.naturalWidth > 0; }")
    reader.get_by_text("No, it did not").click()
    reader.get_by_label("It is hard to follow").check()
    reader.get_by_label("What did you look for?").fill("Which cover?")
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_text("Thank you, your word is kept.")).to_be_visible()
    verdict = Verdict.objects.get()
    assert (verdict.reason, verdict.words) == ("unclear", "Which cover?")
    assert verdict.given_at <= clock.now()
    reader.context.close()


def test_two_who_write_at_once_lose_nothing(desk: DeskAtWork, window: Window) -> None:
    make_section("Printers")
    ada = window(desk.cast.ada, "/knowledge/new/?typed=markdown")
    ada.get_by_label("Title").fill("Scanner")
    ada.get_by_label("Text", exact=True).fill("First words.")
    ada.get_by_role("button", name="Save as a draft").click()
    ada.wait_for_url("**/knowledge/*/en/")
    vi = window(desk.cast.vi, "/knowledge/")
    vi.get_by_role("link", name="Scanner").click()
    vi.get_by_label("Text", exact=True).fill("Words of Vi.")
    vi.get_by_role("button", name="Save", exact=True).click()
    expect(vi.get_by_text("Saved as version 2.")).to_be_visible()
    ada.get_by_label("Text", exact=True).fill("Words of Ada.")
    ada.get_by_role("button", name="Save", exact=True).click()
    expect(ada.get_by_role("alert")).to_contain_text("has saved another version")
    expect(ada.get_by_label("Text", exact=True)).to_have_value("Words of Ada.")
    ada.get_by_role("button", name="Save mine after it all the same").click()
    expect(ada.get_by_text("Saved as version 3.")).to_be_visible()
    ada.get_by_role("link", name="Versions").click()
    ada.get_by_role("link", name="Version 3").click()
    expect(ada.locator("del")).to_contain_text("Vi")
    expect(ada.locator("ins")).to_contain_text("Ada")
