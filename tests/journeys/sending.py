"""A reply of Ada's that waits on its page, and what came of it."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect
from tests.journeys.windows import Window

from otklik.people.models import Account
from otklik.tickets.actions import Words, reply_to_desk
from otklik.tickets.models import Message, Ticket
from otklik.tickets.tests.desk import DeskAtWork

LONG, SHORT = 20, 5
PATIENCE = 60


def at_ticket(
    window: Window, desk: DeskAtWork, ticket: Ticket, seconds: int = LONG, **more: Any
) -> Page:
    """Open a ticket as Ada, whose replies wait as long as that; the longest, longer than a test."""
    Account.objects.filter(pk=desk.cast.ada.account_id).update(undo_seconds=seconds)
    page = window(desk.cast.ada, f"/tickets/{ticket.number}/", **more)
    page.wait_for_selector("#composer[data-undoing]" if seconds else "#composer[data-uploading]")
    if seconds == LONG:
        page.locator("#composer").evaluate("form => { form.dataset.undo = '900'; }")
    return page


def words(page: Page) -> Any:
    return page.locator("#composer .rich")


def waiting(page: Page) -> Any:
    return page.locator("#composer [data-sending]")


def write(page: Page, text: str) -> None:
    """Write a reply and press Send by keys; it waits now."""
    words(page).fill(text)
    words(page).press("Control+Enter")
    expect(waiting(page)).to_be_visible()


def send_now(page: Page, text: str) -> None:
    """Press Send for what stands in the composer, and again: it goes without a wait."""
    words(page).press("Control+Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".message").last).to_contain_text(text)


def leave(page: Page, way: str) -> None:
    match way:
        case "another page":
            page.goto("/queue/")
        case "reload":
            page.reload()
        case "close":
            page.close(run_before_unload=True)


def answer_meanwhile(desk: DeskAtWork, ticket: Ticket) -> None:
    """Let the customer write: what Ada sends now was written without having read it."""
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="It works again"))


def sent() -> list[str]:
    return list(Message.objects.filter(side="desk").order_by("pk").values_list("body", flat=True))


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def ensure_stays(holds: Callable[[], bool], seconds: float = 1.5) -> None:
    """Look whether something stays so for a while: a second sending would come soon."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert holds()
        time.sleep(0.1)
