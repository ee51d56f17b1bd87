"""A demo desk and a browser, for walks through the whole product."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from conftest import CHROMIUM
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.runtime.desk import Desk

LOGINS = {
    "root": "root@meridian.example",
    "ada": "ada@meridian.example",
    "gleb": "gleb@meridian.example",
    "cy": "cy@harrow-whitfield.example",
    "gulnara": "gulnara@volga-tranzit.example",
}
THEMES = ("light", "dark")
VIOLATIONS = {"resultTypes": ["violations"]}
COLOURS = ["color-contrast", "link-in-text-block"]  # what axe asks of colours, by its own tag
# What is shown, where, and how large: all of a page's looks that rules ask for besides colours.
IS_SHAPED_AS_BEFORE = """() => {
  const before = window.shapeBefore;
  const looks = ["display", "visibility", "opacity", "overflow", "position", "font", "clipPath"];
  const shapes = [...document.querySelectorAll("*")].map((one) => {
    const style = getComputedStyle(one);
    return [one.getBoundingClientRect(), looks.map((name) => style[name])];
  });
  window.shapeBefore = JSON.stringify(shapes) + document.documentElement.outerHTML;
  return window.shapeBefore === before;
}"""
PATIENCE = 60_000  # a busy machine is no fault


@contextmanager
def demo_desk(data: Path) -> Iterator[str]:
    """Run the real command with the demo desk; give its address."""
    with Desk(data, DEMO="1") as desk:
        desk.wait_until_ready()
        yield f"http://127.0.0.1:{desk.port}"


@contextmanager
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def come_in(browser: Browser, origin: str, who: str = "", **more: Any) -> BrowserContext:
    """Open a window of one's own, signed in as `who` of the demo people, or as a visitor."""
    context = browser.new_context(
        base_url=origin, reduced_motion="reduce", **{"locale": "en", **more}
    )
    context.set_default_timeout(PATIENCE)
    if who:
        page = context.new_page()
        page.goto("/sign-in/")
        page.locator("input[name=name]").fill(LOGINS[who])
        page.locator("input[name=password]").fill(f"{who}-meridian-26")
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda address: "sign-in" not in address)
        page.close()
    return context


def opened(context: BrowserContext, address: str) -> Page:
    """Open a page, on which no script may fail."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    return page


def ensure_accessible(page: Page) -> None:
    """Look at a page as it stands."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def faults(page: Page, themes: tuple[str, ...] = THEMES) -> list[str]:
    """Tell what axe finds wrong with the page as it stands, in each theme.

    Where a theme changes nothing but colours, the rules about colours alone look again.
    """
    page.evaluate(AXE_SCRIPT)
    found = []
    for theme in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]  # of THEMES
        rules = {"runOnly": COLOURS} if page.evaluate(IS_SHAPED_AS_BEFORE) else {}
        for one in page.evaluate("rules => axe.run(rules)", VIOLATIONS | rules)["violations"]:
            places = ", ".join(str(node["target"]) for node in one["nodes"])
            found.append(f"{page.url} {theme} {one['id']}: {places}")
    return found


def links_of(page: Page) -> list[str]:
    """Return where this page's links lead on this desk, without queries and places."""
    addresses = page.eval_on_selector_all(
        "a[href]", "all => all.map(one => one.getAttribute('href'))"
    )
    inside = [re.split(r"[?#]", one)[0] for one in addresses if one.startswith("/")]
    return list(dict.fromkeys(inside))
