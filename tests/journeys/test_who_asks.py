"""A customer passes on a letter of somebody else's, and the agent finds out who asks."""

import pytest
from playwright.sync_api import expect
from tests.journeys.walking import faults
from tests.journeys.windows import Window

from otklik.mail.tests.factories import make_mailbox
from otklik.mail.tests.post import SERVER, Post, address_of, proof
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ANNA = "anna@firm.example"
PASSED_ON = f"""Between us: she is furious.

---------- Forwarded message ---------
From: Anna Petrova <{ANNA}>
Date: Fri, Nov 20, 2026 at 2:02 PM
Subject: Press
To: <boss@firm.example>

The press jams every morning at six.
"""


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_who_asks_gets_the_ticket(desk: DeskAtWork, window: Window, *, scripts: bool) -> None:
    post, cy = Post(make_mailbox(department=desk.cast.it, authserv_id=SERVER)), desk.cast.cy
    heads = {"authentication_results": proof(address_of(cy)), "subject": "Fwd: Press"}
    came = post.comes(PASSED_ON, sender=address_of(cy), **heads).ticket
    assert came is not None
    narrow = {"width": 390, "height": 800}
    page = window(
        desk.cast.ada, f"/tickets/{came.number}/", java_script_enabled=scripts, viewport=narrow
    )

    page.locator("#ticket-header").get_by_role("link", name="Who asks?").click()
    expect(page.get_by_label("Who asks", exact=True)).to_have_value(ANNA)
    expect(page.get_by_text("The press jams every morning at six.")).to_be_visible()
    if scripts:
        assert faults(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_label("Who asks", exact=True).fill(address_of(cy))
    page.get_by_role("button", name="Open the ticket of this person").click()
    expect(page.get_by_text("This person asks already.")).to_be_visible()
    page.get_by_label("Who asks", exact=True).fill(ANNA)
    page.get_by_role("button", name="Open the ticket of this person").click()

    expect(page.get_by_role("heading", name="Press", exact=True)).to_be_visible()
    opened = Ticket.objects.get(requester__emails__address=ANNA)
    assert page.url.endswith(f"/tickets/{opened.number}/")
    note = page.locator("article.message[data-from=note]")
    expect(note).to_contain_text("Between us: she is furious.")
    expect(note).to_contain_text("Passed on the letter that opened this ticket")
    if scripts:
        assert faults(page) == []
    page.goto(f"/tickets/{came.number}/")
    expect(page.locator("#ticket-header").get_by_text("Closed", exact=True)).to_be_visible()
