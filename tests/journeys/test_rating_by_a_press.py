"""A customer says by one press what they think, and more if they like."""

import pytest
from playwright.sync_api import expect
from tests.journeys.walking import ensure_accessible
from tests.journeys.windows import Window

from otklik.tickets.actions.requesting import THOUGHTS
from otklik.tickets.models import Rating
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TOUCH = 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_one_press_is_a_rating_and_more_comes_after_it(
    desk: DeskAtWork, window: Window, scheme: str, width: int
) -> None:
    number = desk.moved("progress", "resolved", "closed").number
    size = {"width": width, "height": 800}
    page = window(desk.cast.cy, f"/requests/{number}/", viewport=size, color_scheme=scheme)
    card = page.locator("#rating")
    stars = card.get_by_role("group", name="The solution").get_by_role("button")
    expect(stars).to_have_count(5)
    for star in stars.all():
        box = star.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TOUCH
    ensure_accessible(page)
    stars.nth(3).click()

    expect(card.get_by_role("heading", name="Thank you for your rating")).to_be_in_viewport()
    expect(card.get_by_role("img", name="4 of 5")).to_be_visible()
    assert Rating.objects.values_list(*THOUGHTS).get() == (4, None, "", "")
    ensure_accessible(page)
    card.get_by_text("Add a word, if you like").click()
    card.get_by_label("What you would tell us").fill("Ki")
    helper = card.get_by_role("group", name="And the person who helped?")
    helper.get_by_role("button", name="5 of 5").click()

    expect(card.get_by_role("img", name="5 of 5")).to_be_visible()
    expect(card.get_by_label("What you would tell us")).to_have_value("Ki")
    card.get_by_label("What you would tell us").fill("Kind")
    card.get_by_text("Change the rating").click()
    ensure_accessible(page)
    card.get_by_role("button", name="Send").click()
    expect(card.get_by_label("What you would tell us")).to_have_value("Kind")
    card.get_by_text("Change the rating").click()
    card.get_by_role("group", name="The solution").get_by_role("button", name="2 of 5").click()

    expect(card.get_by_role("img", name="2 of 5")).to_be_visible()
    assert Rating.objects.values_list(*THOUGHTS).get() == (2, 5, "Kind", "")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
