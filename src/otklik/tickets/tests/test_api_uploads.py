"""Files over the API: kept before they are sent, then sent with a ticket, a message, an answer."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.models import Blob, Desk
from otklik.core.models.blob import Scan
from otklik.people.tests.factories import Cast, make_desk
from otklik.people.tests.program import Program, email_of, prefix_of
from otklik.tickets.actions.attaching import MOST_UNSENT
from otklik.tickets.models import Attachment, FormField, Ticket, TicketType
from otklik.tickets.tests.factories import (
    make_field,
    make_type,
)
from otklik.tickets.tests.opened import ASKED, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]
NOBODYS = "0" * 32


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"


def a_file(content: bytes = b"counter: 1042", name: str = "counter.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept(program: Program, **how: Any) -> str:
    answer = program.upload("/uploads", a_file(**how))
    assert answer.status_code == 201, answer.content
    return str(answer.json()["token"])


def test_a_ticket_is_opened_with_files_that_were_kept_before(cast: Cast) -> None:
    cy = Program(cast.cy)
    told = cy.upload("/uploads", a_file()).json()
    own = {"email": email_of(cast.cy)}

    ticket = opened(cy, requester=own, files=[told["token"]], department=prefix_of(cast.ada))

    assert (told["name"], told["size"], told["media_type"]) == ("counter.txt", 13, "text/plain")
    sent = Program(cast.ada).get(f"/tickets/{ticket['id']}/files").json()
    assert [one["token"] for one in sent] == [told["token"]]
    assert b"".join(Program(cast.ada).get(f"/files/{told['token']}").streaming_content) == (
        b"counter: 1042"
    )


def test_a_required_question_for_files_is_answered_by_a_kept_file(cast: Cast) -> None:
    scan = make_field(kind="file", key="scan")
    kind = make_type(key="scans", form=(scan,))
    FormField.objects.filter(type=kind).update(is_required=True)
    root = Program(cast.root)

    without = root.post("/tickets", {**ASKED, "type": "scans"})
    token = kept(root)
    ticket = opened(root, type="scans", fields={"scan": [token]})

    assert without.status_code == 422
    assert [one["field"] for one in without.json()["errors"]] == ["fields.scan"]
    assert Ticket.objects.get(pk=ticket["id"]).values == {"scan": [token]}
    assert Attachment.objects.get(token=token).field == "scan"


def test_a_message_takes_kept_files_once(cast: Cast) -> None:
    root = Program(cast.root)
    ticket, token = opened(root)["id"], kept(root)

    first = root.post(f"/tickets/{ticket}/messages", {"files": [token]})
    again = root.post(f"/tickets/{ticket}/messages", {"files": [token]})

    assert [one["token"] for one in first.json()["files"]] == [token]
    assert again.status_code == 422
    assert [one["field"] for one in again.json()["errors"]] == ["files"]


def test_an_unsent_file_is_its_senders_alone(cast: Cast) -> None:
    cy, root = Program(cast.cy), Program(cast.root)
    token = kept(cy)

    for stranger in (Program(cast.ada), root):
        assert stranger.get(f"/files/{token}").status_code == 404
        assert stranger.delete(f"/uploads/{token}").status_code == 204
        assert stranger.post("/tickets", {**ASKED, "files": [token]}).status_code in (403, 422)
        assert stranger.get("/uploads").json() == []
    assert cy.get(f"/files/{token}").status_code == 200
    assert [one["token"] for one in cy.get("/uploads").json()] == [token]


def test_dropping_forgets_an_unsent_file_and_leaves_a_sent_one(cast: Cast) -> None:
    root = Program(cast.root)
    unsent, sent = kept(root), kept(root, content=b"other")
    ticket = opened(root, files=[sent])["id"]

    for token in (unsent, unsent, sent, NOBODYS):
        assert root.delete(f"/uploads/{token}").status_code == 204

    assert root.get(f"/files/{unsent}").status_code == 404
    assert Attachment.objects.get(token=sent).ticket_id == ticket


@pytest.mark.parametrize("token", ["x", "0" * 31, "0" * 33, "%00", "G" * 32])
def test_what_is_no_token_is_named(cast: Cast, token: str) -> None:
    refused = Program(cast.root).delete(f"/uploads/{token}")

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["token"]


def test_one_file_at_a_time_and_one_at_all(cast: Cast) -> None:
    root = Program(cast.root)

    two = root.upload("/uploads", a_file(), a_file(b"b"))
    none = root.upload("/uploads")
    json = root.post("/uploads", {"file": "x"})

    assert [one.status_code for one in (two, none, json)] == [422, 422, 422]
    for refused in (two, none, json):
        assert refused["Content-Type"] == "application/problem+json"
        assert any("file" in one["field"] for one in refused.json()["errors"])
    assert not Attachment.objects.exists()


def test_too_large_a_file_is_refused_by_the_limit_of_its_sender(cast: Cast) -> None:
    make_desk()
    Desk.objects.update(file_limit=40, customer_file_limit=20)
    ada, cy = Program(cast.ada), Program(cast.cy)

    assert ada.upload("/uploads", a_file(b"x" * 40)).status_code == 201
    assert cy.upload("/uploads", a_file(b"x" * 20)).status_code == 201
    for program, size in ((ada, 41), (cy, 21), (cy, 5000)):
        refused = program.upload("/uploads", a_file(b"x" * size))
        assert (refused.status_code, refused["Content-Type"]) == (413, "application/problem+json")
    assert Attachment.objects.count() == 2


def test_a_person_keeps_a_hundred_files_unsent(cast: Cast) -> None:
    root = Program(cast.root)
    blob = Attachment.objects.get(token=kept(root)).blob
    Attachment.objects.bulk_create(
        Attachment(
            token=f"{number:032x}",
            blob=blob,
            name="a",
            uploader_id=cast.root.person_id,
            created_at=clock.now(),
        )
        for number in range(MOST_UNSENT - 1)
    )

    refused = root.upload("/uploads", a_file(b"one more"))

    assert refused.status_code == 429
    assert "Retry-After" in refused


def test_a_scanner_that_has_not_spoken_withholds_a_kept_file(
    cast: Cast, settings: Settings
) -> None:
    settings.OTKLIK_SCANNER = "tcp://127.0.0.1:1"
    root = Program(cast.root)

    told = root.upload("/uploads", a_file()).json()

    assert (told["scan"], told["withheld"]) == ("waiting", True)
    assert root.get(f"/files/{told['token']}").status_code == 409
    Blob.objects.update(scan=Scan.INFECTED)
    assert root.get(f"/files/{told['token']}").status_code == 403


def test_keeping_needs_the_scope_to_write(cast: Cast) -> None:
    reader = Program(cast.root, "tickets:read")

    assert reader.upload("/uploads", a_file()).status_code == 403
    assert reader.get("/uploads").status_code == 403
    assert reader.delete(f"/uploads/{NOBODYS}").status_code == 403
    assert not Attachment.objects.exists()


def test_a_repeated_upload_is_kept_once_and_not_told_of_when_it_is_gone(cast: Cast) -> None:
    root = Program(cast.root)
    key = {"Idempotency-Key": "file-1"}

    first = root.upload("/uploads", a_file(), headers=key)
    again = root.upload("/uploads", a_file(), headers=key)
    root.delete(f"/uploads/{first.json()['token']}", key)
    root.delete(f"/uploads/{first.json()['token']}")
    gone = root.upload("/uploads", a_file(), headers=key)

    assert (first.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert gone.status_code == 404
    assert not Attachment.objects.exists()


def test_a_file_over_the_limit_of_its_type_is_413(cast: Cast) -> None:
    scan = make_field(kind="file", key="scan")
    kind = make_type(key="scans", form=(scan,))
    TicketType.objects.filter(pk=kind.pk).update(file_limit=4)
    root = Program(cast.root)
    large, fits = kept(root, content=b"five."), kept(root, content=b"four")
    asked = {**ASKED, "type": "scans"}

    assert root.post("/tickets", {**asked, "files": [large]}).status_code == 413
    assert root.post("/tickets", {**asked, "fields": {"scan": [large]}}).status_code == 413
    ticket = opened(root, type="scans", fields={"scan": [fits]})
    path = f"/tickets/{ticket['id']}/files"
    assert root.upload(path, a_file(content=b"five!")).status_code == 413
    assert root.upload(path, a_file(content=b"for!")).status_code == 201


def test_two_files_at_once_are_refused_and_none_is_lost_unseen(cast: Cast) -> None:
    root = Program(cast.root)
    ticket = opened(root)["id"]

    refused = root.upload(f"/tickets/{ticket}/files", a_file(), a_file())

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["file"]
    assert not Attachment.objects.exists()
