"""A reply that was refused after its page was left: the next page says so, once."""

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.sending import (
    answer_meanwhile,
    at_ticket,
    ensure_stays,
    leave,
    send_now,
    sent,
    wait_until,
    words,
    write,
)
from tests.journeys.walking import ensure_accessible
from tests.journeys.windows import Window

from otklik.people.models import Membership, Person
from otklik.tickets.actions import assign_ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

KEPT = "Object.keys(localStorage).filter(name => name.startsWith('otklik-left-')).length"


def told(page: Page) -> Locator:
    return page.locator("#toasts .toast", has_text="did not go")


def kept(page: Page) -> int:
    return int(page.evaluate(KEPT))


def ensure_told_no_more(page: Page, *addresses: str) -> None:
    wait_until(lambda: kept(page) == 0)
    for address in addresses:
        page.goto(address)
        page.wait_for_timeout(1_500)
        expect(told(page)).to_have_count(0)


def overtaken(desk: DeskAtWork, window: Window) -> Page:
    """Open a ticket where a reply is written that somebody else is quicker with."""
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    write(page, "Is it plugged in?")
    answer_meanwhile(desk, ticket)
    return page


@pytest.mark.parametrize("way", ["another page", "reload", "close"])
def test_the_next_page_says_that_it_did_not_go_and_why(
    desk: DeskAtWork, window: Window, way: str
) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    address = page.url
    write(page, "Is it plugged in?")
    answer_meanwhile(desk, ticket)
    leave(page, way)
    if way == "close":
        page = window(desk.cast.ada, "/search/")
    expect(told(page)).to_have_count(1)
    expect(told(page)).to_contain_text(f"Your reply in {ticket.number} did not go.")
    expect(told(page)).to_contain_text("While you were writing")
    ensure_accessible(page)
    wait_until(lambda: kept(page) == 0)
    told(page).get_by_role("link").click()

    page.wait_for_url(address)
    page.wait_for_selector("#composer[data-undoing]")
    expect(words(page)).to_have_text("Is it plugged in?")
    ensure_told_no_more(page, "/queue/", address)
    assert not sent()
    page.wait_for_selector("#composer[data-undoing]")
    send_now(page, "Is it plugged in?")
    ensure_stays(lambda: len(sent()) == 1)


def test_who_works_here_no_more_is_not_asked_about_for_ever(
    desk: DeskAtWork, window: Window
) -> None:
    page = overtaken(desk, window)
    Membership.objects.filter(person=desk.cast.ada.person_id).delete()
    page.goto("/")
    assert kept(page) == 1
    wait_until(lambda: kept(page) == 0)
    expect(told(page)).to_have_count(0)


def test_twice_on_one_page_each_is_told(desk: DeskAtWork, window: Window) -> None:
    one, other = desk.taken(), desk.taken()
    page = at_ticket(window, desk, one)
    write(page, "Is it plugged in?")
    answer_meanwhile(desk, one)
    page.goto(f"/tickets/{other.number}/")
    expect(told(page)).to_contain_text([f"Your reply in {one.number}"])
    wait_until(lambda: kept(page) == 0)
    page.wait_for_selector("#composer[data-undoing]")
    write(page, "Is it plugged in?")
    answer_meanwhile(desk, other)
    page.goto("/queue/")
    expect(told(page)).to_contain_text([f"Your reply in {other.number}"])
    told(page).get_by_role("button", name="Close").click()
    expect(told(page)).to_have_count(0)
    ensure_told_no_more(page, "/queue/")


def test_what_went_is_not_told(desk: DeskAtWork, window: Window) -> None:
    page = at_ticket(window, desk, desk.taken())
    write(page, "Before I go")
    page.goto("/queue/")
    wait_until(lambda: bool(sent()))
    ensure_told_no_more(page, "/queue/")


def test_a_page_that_is_left_at_once_leaves_it_to_the_next(
    desk: DeskAtWork, window: Window
) -> None:
    page = overtaken(desk, window)
    page.goto("/queue/")
    expect(told(page)).to_have_count(1)
    page.goto("/search/")
    expect(told(page)).to_have_count(1)


def test_what_never_reached_the_desk_is_told_too(desk: DeskAtWork, window: Window) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    page.locator("#composer").evaluate("form => form.setAttribute('action', '/nowhere/')")
    write(page, "Is it plugged in?")
    page.goto("/queue/")
    page.wait_for_timeout(1_500)
    expect(told(page)).to_have_count(0)  # it may still be on its way
    expect(told(page)).to_contain_text(f"Your reply in {ticket.number} did not go.")
    told(page).get_by_role("link").click()
    page.wait_for_selector("#composer[data-undoing]")
    expect(words(page)).to_have_text("Is it plugged in?")


def test_who_lost_the_ticket_meanwhile_is_told_without_a_way_to_it(
    desk: DeskAtWork, window: Window
) -> None:
    ticket = desk.taken()
    page = at_ticket(window, desk, ticket)
    write(page, "Is it plugged in?")
    vi = desk.cast.vi
    assign_ticket(actor=vi, ticket_id=ticket.pk, assignee_id=vi.person_id)
    page.goto("/queue/")
    expect(told(page)).to_contain_text("You may no longer see this ticket.")
    expect(told(page).get_by_role("link")).to_have_count(0)
    assert not sent()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_fits_and_reads_in_russian(
    desk: DeskAtWork, window: Window, scheme: str, width: int
) -> None:
    ticket = desk.taken()
    Person.objects.filter(pk=desk.cast.ada.person_id).update(language="ru")
    size = {"width": width, "height": 800}
    page = at_ticket(window, desk, ticket, viewport=size, color_scheme=scheme)
    write(page, "Включено?")
    answer_meanwhile(desk, ticket)
    page.goto("/queue/")
    toast = page.locator("#toasts .toast", has_text="не отправлен")
    expect(toast).to_be_visible()
    expect(toast).to_be_in_viewport(ratio=1)
    ensure_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
