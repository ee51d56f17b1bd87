"""What is taken for hidden is hidden in a real browser, and what is taken for shown is shown.

A text that nobody sees may be another without a change to the picture.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from otklik.core.letters.tests.test_hidden import HIDDEN, SHOWN

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.browser]

FAINT = 12
"""So much of 255 the pictures may differ; the reader takes colours as near for the same."""
DIFFERENCE = """async pictures => {
    const dots = await Promise.all(pictures.map(async picture => {
        const image = new Image()
        image.src = `data:image/png;base64,${picture}`
        await image.decode()
        const canvas = new OffscreenCanvas(image.width, image.height)
        const drawn = canvas.getContext("2d")
        drawn.drawImage(image, 0, 0)
        return drawn.getImageData(0, 0, image.width, image.height).data
    }))
    return dots[0].reduce((most, dot, place) => Math.max(most, Math.abs(dot - dots[1][place])), 0)
}"""

Compare = Callable[[str, str], int]


@pytest.fixture(scope="module")
def difference(browser: Browser) -> Iterator[Compare]:
    """Return how far two pages' pictures are apart."""
    page = browser.new_page(viewport={"width": 400, "height": 200})
    page.route("**/*", lambda route: route.abort())

    def picture(html: str) -> str:
        page.set_content(f"<!doctype html>{html}", wait_until="commit")
        return b64encode(page.screenshot()).decode()

    def compare(one: str, other: str) -> int:
        pictures = [picture(one), picture(other)]
        return int(page.evaluate(DIFFERENCE, pictures))

    yield compare
    page.close()


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_is_taken_for_hidden_is_not_seen(difference: Compare, hidden: str) -> None:
    page = f"<p>Before</p>{hidden}<p>after</p>"
    assert difference(page, page.replace("secret", "WORDS!")) <= FAINT


@pytest.mark.parametrize("shown", SHOWN)
def test_what_is_taken_for_shown_is_seen(difference: Compare, shown: str) -> None:
    assert difference(shown, shown.replace("shown", "WORDS")) > FAINT
