"""Pictures that lie on a stranger's server: nothing asks for them until the agent presses."""

import io
import ipaddress
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from pytest_django.fixtures import Settings
from tests.journeys.walking import faults
from tests.journeys.windows import Window

from otklik.core.tests.strange_server import strange_server
from otklik.tickets.actions.picturing import fetch_pictures
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_pictures_are_shown_when_asked_for(
    desk: DeskAtWork, window: Window, settings: Settings, tmp_path: Path, *, scripts: bool
) -> None:
    settings.OTKLIK_EGRESS_TO = (ipaddress.ip_network("127.0.0.1/32"),)
    settings.OTKLIK_FILES = tmp_path / "files"
    drawn = io.BytesIO()
    Image.new("RGB", (320, 60), "teal").save(drawn, "PNG")
    with strange_server() as stranger:
        url = stranger.answers("/logo.png", drawn.getvalue())
        ticket = desk.opened(body=f'<p>Hello <img data-remote="{url}" alt="Our logo"></p>')
        page = window(
            desk.cast.ada,
            f"/tickets/{ticket.number}/",
            java_script_enabled=scripts,
            viewport={"width": 390, "height": 800},
        )
        expect(page.get_by_text("Pictures that lie elsewhere are not shown")).to_be_visible()
        if scripts:
            assert faults(page) == []
        assert stranger.heard == []

        page.get_by_role("button", name="Show pictures").click()
        expect(page.get_by_text("The pictures are being fetched.")).to_be_visible()
        fetch_pictures(ticket.pk)
        page.goto(f"/tickets/{ticket.number}/")

        picture = page.get_by_alt_text("Our logo")
        expect(picture).to_be_visible()
        assert (picture.bounding_box() or {}).get("width", 0) > 100
        assert "/files/" in (picture.get_attribute("src") or "")
        expect(page.get_by_role("button", name="Show pictures")).to_have_count(0)
        if scripts:
            assert faults(page) == []
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert len(stranger.heard) == 1
