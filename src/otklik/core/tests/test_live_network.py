"""What a person sees while the network swallows, forgets or cuts what travels."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from otklik.core.tests.live_desk import Desk, open_desk, settle, wait_until
from otklik.core.tests.live_network import Network, open_network
from otklik.core.tests.live_site import Site, hide

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SILENCE_MS = 41_000


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def desk(database_address: str, site: Site) -> Iterator[Desk]:
    with open_desk(database_address, beside=site) as opened:
        settle()
        yield opened


@pytest.fixture
def network(desk: Desk) -> Iterator[Network]:
    with open_network(desk.port) as network:
        yield network


@pytest.fixture
def page(browser: Browser, desk: Desk, network: Network) -> Iterator[Page]:
    """Open the page behind the network, with a clock that can be set forward."""
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(network.origin)
    wait_until(lambda: len(desk.gateway.hub) == 1)
    yield page
    context.close()


def test_a_network_that_swallows_everything_is_told_by_its_silence(
    page: Page, network: Network, site: Site, desk: Desk
) -> None:
    network.hold()
    site.version = 2
    desk.hint("ticket:17", version=2)
    page.clock.fast_forward(SILENCE_MS)
    expect(page.locator("#live-strip")).to_have_text("Cut off.", timeout=8_000)
    expect(page.get_by_role("heading")).to_have_text("Version 1")
    network.flow()
    expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=10_000)
    expect(page.locator("#live-strip")).to_have_text("Back.")


def test_a_question_that_the_network_forgot_is_asked_again(
    page: Page, network: Network, site: Site, desk: Desk
) -> None:
    network.hold()
    page.clock.fast_forward(SILENCE_MS)
    expect(page.locator("#live-strip")).to_have_text("Cut off.", timeout=8_000)
    network.forget()
    site.version = 2
    expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=25_000)
    expect(page.locator("#live-strip")).to_have_text("Back.")


def test_beats_keep_a_quiet_line(page: Page, desk: Desk, site: Site) -> None:
    page.clock.fast_forward(SILENCE_MS - 5_000)
    page.wait_for_timeout(500)
    assert site.count("/live-token/") == 0
    assert len(desk.gateway.hub) == 1


def test_a_cut_is_tried_again_as_soon_as_the_page_is_looked_at(
    page: Page, network: Network, site: Site, desk: Desk
) -> None:
    hide(page, hidden=True)
    try_in_vain(page, network)
    network.flow()
    site.version = 2
    hide(page, hidden=False)
    expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=5_000)


def test_a_page_in_sight_is_back_within_seconds_of_a_long_cut(
    page: Page, network: Network, site: Site, desk: Desk
) -> None:
    try_in_vain(page, network)
    network.flow()
    site.version = 2
    page.clock.run_for(5_000)
    expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=5_000)


def test_a_page_that_slept_hears_on_where_it_stopped(page: Page, site: Site, desk: Desk) -> None:
    sleep = page.context.new_cdp_session(page)
    sleep.send("Page.setWebLifecycleState", {"state": "frozen"})
    site.version = 2
    desk.hint("ticket:17", version=2)
    desk.outbox.flush()
    sleep.send("Page.setWebLifecycleState", {"state": "active"})
    expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=5_000)


def test_a_page_that_slept_long_asks_anew(page: Page, site: Site, desk: Desk) -> None:
    sleep = page.context.new_cdp_session(page)
    sleep.send("Page.setWebLifecycleState", {"state": "frozen"})
    site.version = 2
    desk.order("account", "7")
    wait_until(lambda: len(desk.gateway.hub) == 0)
    sleep.send("Page.setWebLifecycleState", {"state": "active"})
    expect(page.get_by_role("heading")).to_have_text("Version 2", timeout=8_000)
    wait_until(lambda: len(desk.gateway.hub) == 1)


def try_in_vain(page: Page, network: Network) -> None:
    """Cut the network until the next try is as far away as it ever gets."""
    page.evaluate("Math.random = () => 0.99")
    network.cut()
    expect(page.locator("#live-strip")).to_have_text("Cut off.", timeout=8_000)
    for _ in range(8):
        with page.expect_event("requestfailed"):
            page.clock.run_for(30_000)
