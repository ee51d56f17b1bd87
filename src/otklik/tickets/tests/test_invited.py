"""Invitations among the files of a message stand in the conversation in words."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from otklik.core.files.receive import keep_content
from otklik.core.models import Blob
from otklik.core.tests.test_invitations import calendar
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import Words, keep_upload
from otklik.tickets.tests.desk import DeskAtWork

MEETING = (
    "SUMMARY:The press <b>jams</b>",
    "DTSTART;TZID=Europe/Berlin:20261125T100000",
    "DTEND;TZID=Europe/Berlin:20261125T113000",
    "LOCATION:Hall 2",
    "ORGANIZER;CN=Anna Petrova:mailto:anna@firm.example",
)


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"


def page(desk: DeskAtWork, client: Client, content: bytes, name: str = "invite.ics") -> str:
    kept = keep_upload(actor=desk.cast.cy, blob=keep_content(content), name=name)
    ticket = desk.opened(words=Words(body="<p>Come</p>", uploads=(kept.token,)))
    sign_in(client, desk.cast.ada)
    return client.get(f"/tickets/{ticket.number}/").content.decode()


def test_an_invitation_says_what_when_where_and_who(desk: DeskAtWork, client: Client) -> None:
    shown = page(desk, client, calendar(*MEETING))

    assert 'class="invitation"' in shown
    for said in ("The press &lt;b&gt;jams&lt;/b&gt;", "Hall 2", "Anna Petrova"):
        assert said in shown
    assert "09:00–10:30" in shown  # by the reader's clock


def test_a_cancelled_one_and_an_answer_say_so(desk: DeskAtWork, client: Client) -> None:
    assert "Cancelled" in page(desk, client, calendar(*MEETING, method="CANCEL"))
    answer = "ATTENDEE;PARTSTAT=ACCEPTED;CN=Bo:mailto:b@firm.example"
    assert "Will come" in page(desk, client, calendar(*MEETING, answer, method="REPLY"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"BEGIN:VCALENDAR\r\nbroken", "invite.ics"),
        (calendar(*MEETING), "invite.txt"),
        (calendar(*MEETING, "DESCRIPTION:" + "a" * 70_000), "invite.ics"),
    ],
    ids=["broken", "of another name", "large"],
)
def test_other_files_are_only_files(
    desk: DeskAtWork, client: Client, content: bytes, name: str
) -> None:
    shown = page(desk, client, content, name)
    assert 'class="invitation"' not in shown
    assert name in shown


def test_what_the_scanner_withholds_is_not_read(desk: DeskAtWork, client: Client) -> None:
    content = calendar(*MEETING, "DESCRIPTION:withheld")
    Blob.objects.filter(pk=keep_content(content).pk).update(scan="infected", threat="Own.Test")
    assert 'class="invitation"' not in page(desk, client, content)
