"""A long page that is saved part by part comes back where one was reading it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PERSON, OTHER = "http://desk.test/people/7/", "http://desk.test/people/8/"
SCRIPT = "/static/otklik/js/keep-place.js"
FRAME = """<!doctype html><meta charset=utf-8>
<div id=scroller data-keep-place="{key}" style="block-size: 300px; overflow: auto">{fault}
  <p style="block-size: 2000px"></p>
  <form method=post action="{action}"><button id=save>Save</button></form>
  <p style="block-size: 2000px"></p>
</div>
<script type=module>
  import {{ bindKeepPlace }} from "{script}";
  bindKeepPlace(document);
  document.body.dataset.bound = "";
</script>"""


def shown(address: str, *, fault: str = "") -> str:
    action = address + "roles/"
    return FRAME.format(key=address, action=action, script=SCRIPT, fault=fault)


def answer(route: Route) -> None:
    """Serve two pages; what is posted leads back to the page, and is refused in `refused`."""
    address = route.request.url
    if SCRIPT in address:
        found = finders.find(SCRIPT.removeprefix("/static/"))
        assert isinstance(found, str)
        route.fulfill(content_type="text/javascript", body=Path(found).read_text())
        return
    is_refused = route.request.method == "POST" and "refused" in route.request.headers.get(
        "cookie", ""
    )
    fault = "<p data-refusal>No.</p>" if is_refused else ""
    page = OTHER if address.startswith(OTHER) else PERSON
    route.fulfill(content_type="text/html", body=shown(page, fault=fault))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.route("**/*", answer)
    go(page, PERSON)
    yield page
    page.close()


def go(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("[data-bound]", state="attached")


def save_at(page: Page, place: int) -> None:
    page.evaluate("place => { scroller.scrollTop = place }", place)
    with page.expect_navigation():
        page.evaluate("save.click()")
    page.wait_for_selector("[data-bound]", state="attached")


def place_of(page: Page) -> int:
    return int(page.evaluate("scroller.scrollTop"))


def test_a_page_comes_back_where_it_was_saved(page: Page) -> None:
    save_at(page, 1800)
    assert place_of(page) == 1800
    go(page, PERSON)  # come to anew, it begins at its beginning
    assert place_of(page) == 0


def test_another_page_begins_at_its_beginning(page: Page) -> None:
    page.evaluate("address => { document.forms[0].action = address }", OTHER)
    save_at(page, 1800)
    assert (page.url, place_of(page)) == (OTHER, 0)


def test_what_was_refused_is_shown_and_not_scrolled_away(page: Page) -> None:
    page.evaluate("document.cookie = 'refused=1'")
    save_at(page, 1800)
    assert place_of(page) == 0
