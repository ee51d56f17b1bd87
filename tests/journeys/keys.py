"""A person without a mouse."""

import pytest
from playwright.sync_api import Page

MOST_TABS = 60


def words_in_focus(page: Page) -> str:
    found = page.evaluate(
        """() => {
            const one = document.activeElement;
            if (!one || one === document.body) return "";
            const label = one.labels?.[0]?.textContent ?? "";
            const name = one.getAttribute("aria-label") ?? "";
            return [name, label, one.textContent, one.value ?? ""].join(" ");
        }"""
    )
    return str(found)


def focus_is_seen(page: Page) -> bool:
    """Tell whether there is a ring around what has the focus, or around what holds it."""
    return bool(
        page.evaluate(
            """() => {
                const ringed = (one) => {
                    const { outlineStyle, outlineWidth } = getComputedStyle(one);
                    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
                };
                let one = document.activeElement;
                while (one && one !== document.body && !ringed(one)) one = one.parentElement;
                return Boolean(one) && one !== document.body;
            }"""
        )
    )


def go_to(page: Page, words: str, key: str = "Tab") -> None:
    """Press a key until something with these words has the focus; each stop on the way is seen."""
    for _step in range(MOST_TABS):
        page.keyboard.press(key)
        if words in words_in_focus(page):
            assert focus_is_seen(page), words
            return
    pytest.fail(f"{words} cannot be reached by {key}")


def press(page: Page, words: str, *, by: str = "Enter") -> None:
    """Go to what has these words, and press it."""
    go_to(page, words)
    page.keyboard.press(by)


def write(page: Page, words: str, text: str) -> None:
    """Go to the box that has these words, and type."""
    go_to(page, words)
    page.keyboard.type(text)
