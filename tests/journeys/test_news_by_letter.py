"""Who works here chooses of what they are written to; and a press in a letter ends it."""

from email import message_from_bytes, policy

import pytest
from playwright.sync_api import expect
from tests.journeys.walking import ensure_accessible
from tests.journeys.windows import Window

from otklik.mail.actions.outbox.writing import write_letter
from otklik.mail.models import Outgoing, Unwanted
from otklik.mail.tests.factories import make_sender
from otklik.notifications.actions import tell_waiting_news
from otklik.notifications.actions.writing import write_due_letters
from otklik.notifications.models import LetterChoice
from otklik.people.models import Actor, Person
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def letters_to(actor: Actor) -> list[Outgoing]:
    while tell_waiting_news() or write_due_letters():
        pass
    rows = Outgoing.objects.select_related("person", "sender", "ticket", "message")
    return list(rows.filter(kind="notice", person=actor.person_id).order_by("pk"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_an_agent_chooses_what_comes_and_ends_it_by_a_press(
    desk: DeskAtWork, window: Window, scheme: str, width: int
) -> None:
    make_sender()
    ada = desk.cast.ada
    size = {"width": width, "height": 800}
    page = window(ada, "/me/", viewport=size, color_scheme=scheme)
    card = page.get_by_role("region", name="What comes by e-mail")
    card.get_by_label("Internal note").check()
    card.get_by_label("New in the queue").uncheck()
    card.get_by_label("No e-mail from").select_option("20:00")
    card.get_by_role("button", name="Save").click()
    expect(page.locator(".notice.bad, .fault").first).to_be_visible()
    expect(page.get_by_label("Internal note")).to_be_checked()
    expect(page.get_by_label("No e-mail from")).to_have_value("20")
    ensure_accessible(page)
    page.get_by_label("No e-mail from").select_option("—")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    choice = LetterChoice.objects.get()
    assert "note" in choice.kinds
    assert "new_ticket" not in choice.kinds
    kinds = page.get_by_role("group", name="Write to me of")
    expect(kinds.get_by_label("Internal note")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    desk.opened()
    assert letters_to(ada) == []
    LetterChoice.objects.update(kinds=["new_ticket"])
    ticket = desk.opened()
    [letter] = letters_to(ada)
    link = str(message_from_bytes(write_letter(letter), policy=policy.default)["List-Unsubscribe"])
    page.goto("/" + link.strip("<>").split("/", 3)[3])
    ensure_accessible(page)
    page.get_by_role("button", name="Send no more news").click()
    expect(page.get_by_text(f"No more news will be sent to {letter.recipient}.")).to_be_visible()
    ensure_accessible(page)
    assert Unwanted.objects.get().address == letter.recipient
    page.goto("/me/letters/")
    expect(page.get_by_label("Send me news by e-mail")).not_to_be_checked()
    page.goto(f"/tickets/{ticket.number}/")  # and the work goes on
    expect(page.get_by_role("heading", name=ticket.subject)).to_be_visible()


def test_it_is_chosen_in_russian_too(desk: DeskAtWork, window: Window) -> None:
    Person.objects.filter(pk=desk.cast.cy.person_id).update(language="ru")
    page = window(desk.cast.cy, "/me/letters/", viewport={"width": 390, "height": 800})
    page.get_by_label("Присылать мне новости по почте").uncheck()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сохранено")).to_be_visible()
    assert Unwanted.objects.count() == 1
