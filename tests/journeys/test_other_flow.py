"""A company sets up its own stages in the pages, and a ticket goes through them.

The stages are those of a management company: new, in work, awaits confirmation, closed. What
is done is confirmed only when its report is written.
"""

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.walking import ensure_accessible
from tests.journeys.windows import Window

from otklik.core import clock
from otklik.core.models import Desk
from otklik.people.tests.factories import Cast, make_cast
from otklik.tickets.models import Status, Ticket, TicketType
from otklik.tickets.tests.factories import make_configuration

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def cast() -> Cast:
    Desk.objects.create(id=1, company="Infotell", languages=["en"], created_at=clock.now())
    make_configuration()
    return make_cast()


def name_in(page: Page, words: str, *, place: str = "Name") -> None:
    page.get_by_role("textbox", name=f"{place}, English").first.fill(words)


def add_status(page: Page, name: str, meaning: str, needs: str = "") -> None:
    page.get_by_role("link", name="Add a status").click()
    name_in(page, name)
    page.get_by_label("What it means").select_option(label=meaning)
    if needs:
        page.get_by_label(needs).check()
    ensure_accessible(page)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text(f"Status “{name}”: added")).to_be_visible()


def add_step(page: Page, source: str, target: str, *, customer: bool = False) -> None:
    page.get_by_role("link", name=f"No step from “{source}” to “{target}”").click()
    page.get_by_label("Agents and everyone above them").check()
    if customer:
        page.get_by_label("The customer may make it").check()
    ensure_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Step “{source} → {target}”: added")).to_be_visible()


def build_flow(page: Page) -> None:
    page.goto("/setup/fields/new/")
    name_in(page, "Report", place="Question")
    page.get_by_label("Kind of answer").select_option("long_text")
    page.get_by_role("button", name="Add", exact=True).click()

    page.goto("/setup/flows/")
    ensure_accessible(page)
    name_in(page, "Service")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Service")).to_be_visible()
    add_status(page, "In work", "In progress: we work on it")
    add_status(
        page, "Awaits confirmation", "Resolved: waits for the customer's word", needs="Report"
    )
    for _place in range(2):  # “Closed” stood before both
        page.get_by_role("button", name="Move “Closed” down").click()
    add_step(page, "New", "In work")
    add_step(page, "In work", "Awaits confirmation")
    add_step(page, "Awaits confirmation", "Closed", customer=True)
    add_step(page, "Awaits confirmation", "In work", customer=True)
    page.get_by_role("link", name="Agents and the customer may move it from “New”").click()
    page.get_by_label("Nobody").check()
    page.get_by_label("The customer may make it").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Step “New → Closed”: deleted")).to_be_visible()
    ensure_accessible(page)


def build_type(page: Page) -> None:
    page.goto("/setup/types/")
    page.get_by_role("link", name="Add a type").click()
    name_in(page, "Repair")
    page.get_by_label("Flow").select_option(label="Service")
    page.get_by_role("button", name="Add", exact=True).click()
    for question in ("Building", "Report"):
        page.get_by_label("Question", exact=True).select_option(label=question_of(question))
        page.get_by_role("button", name="Ask this").click()
        expect(page.locator(".form-row").filter(has_text=question)).to_be_visible()
    page.get_by_role("link", name="Change “Report”").click()
    page.get_by_label("Who deals with it").select_option("sees")
    page.get_by_role("button", name="Save").first.click()
    preview = page.locator(".preview")
    expect(preview.get_by_label("Building")).to_be_visible()
    expect(preview.get_by_label("Report")).to_have_count(0)
    preview.get_by_role("link", name="Staff").click()
    expect(page.locator(".preview").get_by_label("Report")).to_be_visible()
    ensure_accessible(page)


def question_of(label: str) -> str:
    return f"{label} · {'Long text' if label == 'Report' else 'Line of text'}"


def move(page: Page, ticket: Ticket, target: str) -> None:
    status = Status.objects.get(flow__names__en="Service", names__en=target)
    page.goto(f"/tickets/{ticket.number}/status/{status.pk}/")
    page.get_by_role("button", name=target).click()


def test_other_stages_with_a_required_report(cast: Cast, window: Window) -> None:
    admin = window(cast.root, "/")
    build_flow(admin)
    build_type(admin)
    kind = TicketType.objects.get(names__en="Repair")
    flow = kind.flow
    assert [one.label for one in flow.statuses.all()] == [
        "New",
        "In work",
        "Awaits confirmation",
        "Closed",
    ]

    customer = window(cast.cy, f"/requests/new/{kind.key}/")
    customer.get_by_label("In a few words").fill("The lift stands still")
    customer.locator(".rich").fill("It stopped on the third floor.")
    customer.get_by_label("Building").fill("Italyanskaya 12")
    customer.get_by_role("button", name="Send the request").click()
    expect(customer.get_by_role("heading", name="The lift stands still")).to_be_visible()
    ticket = Ticket.objects.get()
    assert (ticket.status.label, ticket.values) == ("New", {"building": "Italyanskaya 12"})

    agent = window(cast.root, "/")
    move(agent, ticket, "In work")
    ticket.refresh_from_db()
    assert ticket.status.label == "In work"
    move(agent, ticket, "Awaits confirmation")
    expect(agent.get_by_role("alert")).to_contain_text("Report")
    ticket.refresh_from_db()
    assert ticket.status.label == "In work"
    agent.get_by_label("Report").fill("The relay was replaced.")
    agent.get_by_role("button", name="Awaits confirmation").click()
    agent.wait_for_url(f"**/tickets/{ticket.number}/")
    ticket.refresh_from_db()
    assert (ticket.status.label, ticket.values["report"]) == (
        "Awaits confirmation",
        "The relay was replaced.",
    )

    customer.goto(f"/requests/{ticket.number}/")
    customer.get_by_text("What you told us").click()
    expect(customer.locator("dd", has_text="The relay was replaced.")).to_be_visible()
    customer.get_by_role("button", name="solved").first.click()
    customer.wait_for_load_state()
    ticket.refresh_from_db()
    assert ticket.status.label == "Closed"
