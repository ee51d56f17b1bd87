"""The living style sheet, as a person and a machine look at it."""

import mimetypes
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CHROMIUM
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, sync_playwright

from otklik.config.assets import join_sheets
from otklik.core.middleware import POLICY
from otklik.core.styleguide import samples

ADDRESS = "http://desk.test/styleguide/"
STATIC = "/static/"

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def shown() -> str:
    return render_to_string("core/styleguide.html", samples(), RequestFactory().get("/styleguide/"))


@pytest.fixture
def browser(shown: str) -> Iterator[Browser]:
    """Begin after the page is rendered: the browser and the database do not share a thread."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


def open_styleguide(browser: Browser, html: str, *, theme: str, width: int) -> Page:
    """Show the page with our own files and policy, and nothing from any network."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.url == ADDRESS:
            headers = {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": POLICY,
            }
            route.fulfill(headers=headers, body=html)
        elif path.endswith("/otklik.css"):
            route.fulfill(content_type="text/css", body=join_sheets())
        elif found := finders.find(path.removeprefix(STATIC)):
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            route.fulfill(content_type=kind, body=Path(found).read_bytes())
        else:
            route.fulfill(status=404, body="")

    context = browser.new_context(
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(ADDRESS, wait_until="networkidle")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_part_can_be_used_by_everyone(
    browser: Browser, shown: str, theme: str, width: int
) -> None:
    page = open_styleguide(browser, shown, theme=theme, width=width)

    violations = Axe().run(page).response["violations"]

    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_note_changes_the_whole_composer(browser: Browser, shown: str) -> None:
    page = open_styleguide(browser, shown, theme="light", width=1440)
    composer = page.locator("form.composer").first
    assert composer.get_by_role("button", name="Отправить").is_visible()

    composer.get_by_label("Заметка").check(force=True)

    assert composer.get_by_role("button", name="Сохранить заметку").is_visible()
    assert not composer.get_by_role("button", name="Отправить").is_visible()


def test_what_is_typed_is_counted_as_people_count(browser: Browser, shown: str) -> None:
    page = open_styleguide(browser, shown, theme="light", width=1440)
    subject = page.locator("#id_subject")

    subject.fill("👨‍👩‍👧‍👦" * 90)
    assert "10" in page.locator("[data-field=subject] [data-count]").inner_text()

    subject.fill("👨‍👩‍👧‍👦" * 103)
    assert "3" in page.locator("[data-field=subject] [data-count].over").inner_text()
