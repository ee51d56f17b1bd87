"""Files that answer questions in a dialog stay and go with the words that are typed there."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.journeys.steps import at, step_opened, without_words
from tests.journeys.windows import Window

from otklik.tickets.models import Attachment, Field, Ticket
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_field

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PLAN: Any = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"first line"}


@pytest.fixture
def ticket(desk: DeskAtWork) -> Ticket:
    """Have a ticket whose step to work demands a plan and its number."""
    target = without_words(desk)
    ticket = desk.taken()
    for place, (kind, key) in enumerate((("file", "plan"), ("text", "number"))):
        field = make_field(kind=kind, key=key)
        Field.objects.filter(pk=field.pk).update(names={"en": key.title()})
        ticket.type.form.create(field=field, position=90 + place)
        target.required_fields.add(field)
    return ticket


def leave(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def files(sheet: Locator) -> Locator:
    return sheet.locator("[data-answer-files] .upload")


def attach(sheet: Locator) -> None:
    sheet.locator("[data-answer-files] input[type=file]").set_input_files([PLAN])
    expect(files(sheet).locator("input[type=hidden]")).to_have_count(1)


def start_work(page: Page, ticket: Ticket) -> None:
    """Give the number too; the step goes, and the ticket has the plan."""
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Number").fill("7")
    sheet.get_by_role("button", name="Start work").click()
    expect(page.locator("#ticket-header .status")).to_have_text("In progress")
    assert Attachment.objects.get(ticket=ticket).name == "plan.txt"


def test_a_file_alone_stays_over_a_closing_and_goes_with_the_step(
    desk: DeskAtWork, window: Window, ticket: Ticket
) -> None:
    page = at(window, desk, ticket)
    attach(step_opened(page, "Number"))
    for _time in range(2):
        leave(page)
        expect(files(step_opened(page, "Number"))).to_contain_text(["plan.txt"])
    start_work(page, ticket)


def test_one_that_was_taken_away_again_is_not_kept(
    desk: DeskAtWork, window: Window, ticket: Ticket
) -> None:
    page = at(window, desk, ticket)
    sheet = step_opened(page, "Number")
    attach(sheet)
    files(sheet).get_by_role("button", name="Remove").click()
    leave(page)
    expect(files(step_opened(page, "Number"))).to_have_count(0)


def test_one_that_is_still_on_its_way_arrives_meanwhile(
    desk: DeskAtWork, window: Window, ticket: Ticket
) -> None:
    page = at(window, desk, ticket)
    late: list[Route] = []
    page.route("**/uploads/", lambda sending: late.insert(0, sending))
    sheet = step_opened(page, "Number")
    sheet.locator("[data-answer-files] input[type=file]").set_input_files([PLAN])
    expect(files(sheet).locator("progress")).to_have_count(1)
    leave(page)
    with page.expect_response("**/uploads/"):
        late.pop().continue_()
    expect(files(step_opened(page, "Number")).locator("input[type=hidden]")).to_have_count(1)


def test_after_a_refusal_words_and_files_stand_there_again(
    desk: DeskAtWork, window: Window, ticket: Ticket
) -> None:
    page = at(window, desk, ticket)
    sheet = step_opened(page, "Number")
    attach(sheet)
    sheet.get_by_role("button", name="Start work").click()
    expect(sheet.get_by_role("alert")).to_contain_text("Number")
    leave(page)
    expect(files(step_opened(page, "Number"))).to_contain_text(["plan.txt"])
    start_work(page, ticket)


def test_words_and_files_go_together_when_the_page_is_left(
    desk: DeskAtWork, window: Window, ticket: Ticket
) -> None:
    page = at(window, desk, ticket)
    sheet = step_opened(page, "Number")
    attach(sheet)
    sheet.get_by_label("Number").fill("7")
    page.reload()
    page.wait_for_selector("#composer[data-undoing]")
    sheet = step_opened(page, "Number")
    expect(sheet.get_by_label("Number")).to_have_value("")
    expect(files(sheet)).to_have_count(0)
