"""A mailbox is tried before it is added: whatever the server says, what was typed stays."""

import socket

import pytest
from playwright.sync_api import expect
from tests.journeys.windows import Window

from otklik.mail.models import Mailbox
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_trying_leaves_the_password_where_it_was_typed(desk: DeskAtWork, window: Window) -> None:
    page = window(desk.cast.root, "/setup/mailboxes/new/")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]  # and nobody listens there afterwards
    page.locator("#id_addresses, [name=addresses]").first.fill("support@meridian.example")
    for name, words in {"host": "127.0.0.1", "port": str(port), "login": "us"}.items():
        page.locator(f"[name={name}]").fill(words)
    page.locator("[name=secret]").fill("typed once")
    tries = page.get_by_role("button", name="Try it")

    page.locator("form:has([name=secret])").evaluate("form => { form.noValidate = true; }")
    tries.click()
    expect(page.locator("#faults")).to_contain_text("Name")
    page.get_by_label("Name", exact=False).first.fill("Support")
    tries.click()
    expect(page.locator("#tried")).to_contain_text(f"Nothing listens on port {port}")
    expect(page.locator("#tried")).to_be_focused()
    expect(page.locator("#faults")).to_be_empty()
    expect(page.locator("[name=secret]")).to_have_value("typed once")
    assert not Mailbox.objects.exists()

    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="Support")).to_be_visible()
