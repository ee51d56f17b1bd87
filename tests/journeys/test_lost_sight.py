"""A ticket goes out of sight while it is open: the page says why, and keeps only what was typed."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.journeys.walking import come_in, faults, opened
from tests.journeys.windows import Window
from tests.runtime.desk import otklik

from otklik.people.models import Role
from otklik.people.tests.factories import make_actor
from otklik.tickets.actions import take_ticket
from otklik.tickets.models import Message
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOON = 20_000
TAKEN = "Глеб Уваров has taken this ticket."
TEXT = "An hour of work"


@pytest.fixture(scope="module")
def key(data: Path, origin: str) -> str:
    """Let a program open tickets at the desk that runs."""
    who = ("--person", "root@meridian.example", "--scope", "all")
    told = otklik(data, "token", "create", *who)
    return told.stdout.strip().splitlines()[-1].split()[-1]


@pytest.fixture
def fresh(origin: str, key: str) -> str:
    """Give the address of a ticket that nobody has yet."""
    asked = {
        "subject": "A lamp",
        "description": "It is dark.",
        "department": "IT",
        "requester": {"email": "cy@harrow-whitfield.example"},
    }
    headers = {"Authorization": f"Bearer {key}"}
    made = httpx.post(f"{origin}/api/v1/tickets", json=asked, headers=headers).json()
    return f"/tickets/{made['number']}/"


@pytest.fixture
def gleb(browser: Browser, origin: str) -> Iterator[BrowserContext]:
    with come_in(browser, origin, "gleb") as context:
        yield context


def both_open(ada: BrowserContext, gleb: BrowserContext, address: str) -> tuple[Page, Page]:
    """Have a ticket of their department that nobody has open at both, who hear of each other."""
    mine = opened(ada, address)
    theirs = opened(gleb, address)
    expect(mine.locator("#here .face[title='Глеб Уваров']")).to_be_visible(timeout=SOON)
    theirs.wait_for_selector("#composer[data-undoing]")
    mine.wait_for_selector("#composer[data-undoing]")
    return mine, theirs


def take(page: Page) -> None:
    page.locator("body").press("t")
    expect(page.locator("#ticket-header")).to_contain_text("Глеб Уваров", timeout=SOON)


def panel(page: Page) -> tuple[str, str]:
    """Return why the page is gone, and what is left of it to copy."""
    page.wait_for_selector(".withdrawn", timeout=SOON)
    return page.locator("h1").inner_text(), page.locator("[data-words]").inner_text()


def test_who_looked_on_is_told_in_the_frame_who_took_it(
    ada: BrowserContext, gleb: BrowserContext, fresh: str
) -> None:
    mine, theirs = both_open(ada, gleb, fresh)
    subject = mine.locator("h1").first.inner_text()
    take(theirs)
    expect(mine.get_by_role("heading", name=TAKEN)).to_be_visible(timeout=SOON)
    expect(mine.locator("#rail")).to_be_visible()
    expect(mine.get_by_text(subject)).to_have_count(0)
    assert faults(mine) == []
    mine.locator("#content").get_by_role("link", name="To the queue").click()
    mine.wait_for_url("**/queue/**")


def test_who_was_writing_is_told_keeps_the_words_and_sends_nothing(
    ada: BrowserContext, gleb: BrowserContext, fresh: str
) -> None:
    mine, theirs = both_open(ada, gleb, fresh)
    mine.locator("#composer").evaluate("form => { form.dataset.undo = '900'; }")
    mine.locator(".rich").fill(TEXT)
    mine.locator(".rich").press("Control+Enter")
    expect(mine.locator("[data-sending]")).to_be_visible()
    take(theirs)

    assert panel(mine) == (TAKEN, TEXT)
    expect(mine.locator("#rail")).to_be_visible()
    expect(mine.locator("#ticket, #composer, #ticket-thread")).to_have_count(0)
    expect(mine.get_by_text("was not sent")).to_be_visible()
    assert faults(mine) == []
    ada.grant_permissions(["clipboard-read"])
    mine.get_by_role("button", name="Copy").click()
    expect(mine.get_by_text("Copied.")).to_be_visible()
    assert mine.evaluate("navigator.clipboard.readText()").strip() == TEXT
    mine.locator("#content").get_by_role("link", name="To the queue").click()
    mine.wait_for_url("**/queue/**")
    theirs.reload()
    expect(theirs.locator("#ticket-thread")).to_be_visible()
    expect(theirs.locator("#ticket-thread")).not_to_contain_text(TEXT)


def test_who_signs_out_elsewhere_leaves_nothing_but_what_they_typed(
    ada: BrowserContext,
) -> None:
    mine = opened(ada, "/queue/?q=assignee:me")
    address = mine.locator("a[href^='/tickets/']").first.get_attribute("href") or ""
    mine.goto(address)
    mine.wait_for_selector("#composer[data-undoing]")
    expect(mine.locator("#here")).to_be_attached()
    mine.wait_for_timeout(1_000)
    mine.locator(".rich").fill(TEXT)
    mine.wait_for_timeout(2_500)  # the desk has it by now
    mine.locator(".rich").press_sequentially(" and more")
    other = opened(ada, "/queue/")
    other.evaluate("document.querySelector('form[action*=sign-out]').requestSubmit()")

    assert panel(mine) == ("You are signed out.", f"{TEXT} and more")
    assert mine.locator("body > *").count() == 1
    expect(mine.get_by_text("stands in its place again")).to_be_visible()
    assert faults(mine) == []
    mine.get_by_role("link", name="Sign in").click()
    mine.locator("input[name=name]").fill("ada@meridian.example")
    mine.locator("input[name=password]").fill("ada-meridian-26")
    mine.locator("input[name=password]").press("Enter")
    mine.wait_for_url(f"**{address}")
    expect(mine.locator(".rich")).to_have_text(f"{TEXT} and more", timeout=SOON)


@pytest.mark.django_db(transaction=True)
def test_a_press_too_late_ends_the_page_even_where_no_word_came(
    window: Window, desk: DeskAtWork
) -> None:
    """No gateway runs here: only the answer to the press can tell."""
    ticket = desk.opened()
    pages = [window(desk.cast.ada, f"/tickets/{ticket.number}/") for _ in range(2)]
    idle, writing = pages
    for page in pages:
        page.wait_for_selector("#live-strip[data-state=cut]")
        page.route("**/live-token/**", lambda asked: asked.abort())  # nor is it asked for
    writing.locator(".rich").fill(TEXT)
    rival = make_actor(name="Gleb Orlov", roles={desk.cast.it: Role.AGENT})
    take_ticket(actor=rival, ticket_id=ticket.pk)
    idle.unroute("**/live-token/**")
    idle.locator("body").press("t")
    said = re.compile(r"Gleb Orlov has taken this ticket\.")
    expect(idle.get_by_role("heading", name=said)).to_be_visible()
    expect(idle.locator("#rail")).to_be_visible()

    writing.unroute("**/live-token/**")
    writing.locator("#ticket-header").get_by_role("button", name=re.compile("^Take")).click()
    assert panel(writing) == ("Gleb Orlov has taken this ticket.", TEXT)
    assert not Message.objects.filter(ticket=ticket, side="desk").exists()
