"""A step asks in its dialog what it will demand, as the answers there call for it."""

import pytest
from playwright.sync_api import expect
from tests.journeys.steps import at, step_opened, without_words
from tests.journeys.walking import ensure_accessible
from tests.journeys.windows import Window

from otklik.tickets.models import Field, Note, Ticket, Transition
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_field

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket(desk: DeskAtWork) -> Ticket:
    """Have a ticket whose step to work demands the cause, and a broken thing its part."""
    target = without_words(desk)
    names = {"en": "Cause"}
    cause = make_field(kind="choice", key="cause", choices=("broken", "lost"))
    part = make_field(key="part")
    urgent = make_field(kind="checkbox", key="urgent")
    for field, words in ((cause, names), (part, {"en": "Which part"}), (urgent, {"en": "Urgent"})):
        Field.objects.filter(pk=field.pk).update(names=words)
    ticket = desk.taken()
    ticket.type.form.create(field=urgent, position=90)
    ticket.type.form.create(field=cause, position=91)
    waits = {"shown_when": cause, "shown_value": "broken"}
    ticket.type.form.create(field=part, position=92, is_required=True, **waits)
    target.required_fields.add(cause)
    return ticket


def test_the_question_comes_with_the_answer_that_calls_for_it(
    desk: DeskAtWork, window: Window, ticket: Ticket
) -> None:
    page = at(window, desk, ticket)
    sheet = step_opened(page, "Cause")
    part = sheet.get_by_label("Which part")
    expect(part).to_be_hidden()
    sheet.get_by_label("Cause").select_option("broken")
    expect(part).to_be_visible()
    sheet.get_by_label("Cause").select_option("lost")
    expect(part).to_be_hidden()
    sheet.get_by_label("Cause").select_option("broken")
    sheet.get_by_role("button", name="Start work").click()

    expect(sheet.get_by_role("alert")).to_contain_text("Which part")
    expect(part).to_be_visible()
    expect(sheet.get_by_label("Cause")).to_have_value("broken")
    ensure_accessible(page)
    sheet.get_by_label("Cause").select_option("lost")
    expect(part).to_be_hidden()
    sheet.get_by_label("Cause").select_option("broken")
    part.fill("The fuse")
    sheet.get_by_role("button", name="Start work").click()
    expect(page.locator("#ticket-header .status")).to_have_text("In progress")
    ticket.refresh_from_db()
    assert (ticket.values["cause"], ticket.values["part"]) == ("broken", "The fuse")


def test_a_step_whose_question_is_hidden_goes_at_once(
    desk: DeskAtWork, window: Window, ticket: Ticket
) -> None:
    waits = {"shown_when": Field.objects.get(key="urgent"), "shown_value": "yes"}
    ticket.type.form.filter(field__key="cause").update(**waits)
    page = at(window, desk, ticket)
    page.locator("#ticket-header summary[data-key=s]").click()
    page.locator("#ticket-header").get_by_role("button", name="Start work", exact=True).click()
    expect(page.locator("#ticket-header .status")).to_have_text("In progress")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_words_in_a_dialog_are_sent_by_the_keys_that_send_a_reply(
    desk: DeskAtWork, window: Window
) -> None:
    Transition.objects.filter(source=desk.made.statuses["assigned"]).update(
        demands_message=False, demands_note=True
    )
    ticket = desk.taken()
    page = at(window, desk, ticket)
    sheet = step_opened(page, "Note for colleagues")
    note = sheet.get_by_label("Note for colleagues")
    note.press("Control+Enter")
    expect(note).to_be_visible()  # the browser asks for words first
    note.fill("The fuse went.")
    note.press("Control+Enter")
    expect(page.locator("#ticket-header .status")).to_have_text("In progress")
    assert "The fuse went." in Note.objects.get(ticket=ticket.pk).body
