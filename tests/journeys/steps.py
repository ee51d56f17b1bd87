"""The step to work of a ticket, whose dialog asks questions."""

from playwright.sync_api import Locator, Page, expect
from tests.journeys.windows import Window

from otklik.tickets.models import Status, Ticket, Transition
from otklik.tickets.tests.desk import DeskAtWork


def without_words(desk: DeskAtWork) -> Status:
    """Let the step to work demand no words, and return where it goes."""
    made = desk.made.statuses
    ways = Transition.objects.filter(source=made["assigned"], target=made["progress"])
    ways.update(demands_message=False, demands_note=False)
    return made["progress"]


def at(window: Window, desk: DeskAtWork, ticket: Ticket) -> Page:
    page = window(desk.cast.ada, f"/tickets/{ticket.number}/")
    page.wait_for_selector("#composer[data-undoing]")
    return page


def step_opened(page: Page, question: str) -> Locator:
    """Open the dialog of the step, and wait for one of its questions."""
    page.locator("#ticket-header summary[data-key=s]").click()
    page.locator("#ticket-header").get_by_role("link", name="Start work…").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label(question)).to_be_visible()
    return sheet
