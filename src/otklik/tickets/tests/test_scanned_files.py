"""Files in a ticket while the virus scanner is silent, and after it spoke."""

from pathlib import Path

import pytest
from conftest import SaidLive
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from otklik.core.events import publish
from otklik.core.files.receive import keep_content
from otklik.core.files.scan import FileScanned
from otklik.core.models import Blob
from otklik.core.models.blob import Scan
from otklik.people.actions.tokens import create_token
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import Words, keep_upload, reply_to_customer, write_internal_note
from otklik.tickets.models import Attachment
from otklik.tickets.tests.desk import DeskAtWork

CARD = "Report.txt"


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"


def sent(desk: DeskAtWork, scan: Scan, *, threat: str = "", note: bool = False) -> Attachment:
    """Attach a file of which the scanner said `scan`."""
    blob = keep_content(f"{scan} {threat}".encode())
    Blob.objects.filter(pk=blob.pk).update(scan=scan, threat=threat)
    file = keep_upload(actor=desk.cast.ada, blob=blob, name=CARD)
    say = write_internal_note if note else reply_to_customer
    say(actor=desk.cast.ada, ticket_id=desk.opened().pk, words=Words(uploads=(file.token,)))
    return Attachment.objects.select_related("ticket", "blob").get(pk=file.pk)


@pytest.mark.parametrize(
    ("scan", "status", "words"),
    [
        (Scan.WAITING, 409, "Being scanned for viruses"),
        (Scan.FAILED, 409, "Not scanned for viruses yet"),
        (Scan.INFECTED, 403, "Withheld: Own.Test"),
    ],
)
def test_a_withheld_file_says_why_and_has_no_door(
    desk: DeskAtWork, client: Client, scan: Scan, status: int, words: str
) -> None:
    file = sent(desk, scan, threat="Own.Test" if scan == Scan.INFECTED else "")
    assert file.ticket is not None
    for actor, page in (
        (desk.cast.cy, f"/requests/{file.ticket.number}/"),
        (desk.cast.ada, f"/tickets/{file.ticket.number}/"),
    ):
        sign_in(client, actor)
        shown = client.get(page).content.decode()
        assert words in shown
        assert f"/files/{file.token}/" not in shown
        for door in ("", "look/", "small/", "preview/"):
            assert client.get(f"/files/{file.token}/{door}").status_code == status


def test_with_give_a_file_not_scanned_is_given_with_a_mark(
    desk: DeskAtWork, client: Client, settings: Settings
) -> None:
    settings.OTKLIK_WITHHOLD_UNSCANNED = False
    file = sent(desk, Scan.FAILED)
    assert file.ticket is not None
    sign_in(client, desk.cast.cy)
    assert "Not scanned" in client.get(f"/requests/{file.ticket.number}/").content.decode()
    assert client.get(f"/files/{file.token}/").status_code == 200


def test_the_api_tells_what_the_scanner_said(desk: DeskAtWork, client: Client) -> None:
    file = sent(desk, Scan.INFECTED, threat="Own.Test")
    _row, secret = create_token(actor=desk.cast.cy, name="own", scopes=["all"])
    bearing = {"Authorization": f"Bearer {secret}"}
    (told,) = client.get(f"/api/v1/tickets/{file.ticket_id}/files", headers=bearing).json()
    assert (told["scan"], told["withheld"]) == ("infected", True)
    assert client.get(f"/api/v1/files/{file.token}", headers=bearing).status_code == 403


def test_pages_that_show_the_file_hear_that_the_scanner_spoke(
    desk: DeskAtWork,
    said_live: SaidLive,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    public, internal = sent(desk, Scan.WAITING), sent(desk, Scan.WAITING, threat="2", note=True)
    said_live.hints.clear()
    with django_capture_on_commit_callbacks(execute=True):
        publish(FileScanned(public.blob_id))
        publish(FileScanned(internal.blob_id))
    topics = {str(hint["topic"]) for hint in said_live.hints}
    assert topics == {
        f"ticket:{public.ticket_id}",
        f"request:{public.ticket_id}",
        f"ticket:{internal.ticket_id}",
    }
