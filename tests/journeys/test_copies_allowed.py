"""Whom a letter names gets copies once who asked allows it, with scripts and without."""

import pytest
from playwright.sync_api import expect
from tests.journeys.walking import faults
from tests.journeys.windows import Window

from otklik.tickets.actions import propose_copies
from otklik.tickets.models import Copied
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BOSS, FRIEND = "boss@firm.example", "friend@a-very-long-name-of-a-firm.example"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_one_is_allowed_another_is_not(desk: DeskAtWork, window: Window, *, scripts: bool) -> None:
    cy, ticket = desk.cast.cy, desk.taken()
    named = [(BOSS, "The Boss"), (FRIEND, "")]
    propose_copies(actor=cy, ticket_id=ticket.pk, named=named)
    narrow = {"width": 390, "height": 800}
    page = window(cy, f"/requests/{ticket.number}/", java_script_enabled=scripts, viewport=narrow)
    place = page.locator("#request-copies")
    expect(place.get_by_text("Gets nothing until you allow it.")).to_have_count(2)
    if scripts:
        assert faults(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    page.get_by_role("button", name=f"Send copies to {BOSS}").click()
    expect(place.locator("li", has_text="The Boss")).to_contain_text("Gets copies")
    page.get_by_role("button", name=f"No copies to {FRIEND}").click()
    expect(place.get_by_text(FRIEND)).to_have_count(0)

    states = Copied.objects.values_list("address", "state")
    assert dict(states) == {BOSS: "confirmed", FRIEND: "declined"}
    page.goto(f"/requests/{ticket.number}/")
    expect(place.locator("li")).to_have_count(1)
