from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from otklik.core.errors import Invalid, NotFound, TooLarge
from otklik.core.files import receive
from otklik.core.models import Blob, Desk
from otklik.people.models import Actor
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import (
    NewTicket,
    Words,
    drop_upload,
    keep_upload,
    open_ticket,
    reply_to_customer,
    take_ticket,
    write_internal_note,
)
from otklik.tickets.models import Attachment, Ticket, TicketType
from otklik.tickets.policies import find_attachment
from otklik.tickets.selectors.timeline import staff_timeline
from otklik.tickets.tests.desk import DeskAtWork


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"


def kept(actor: Actor, name: str = "a.txt", content: bytes = b"hello") -> Attachment:
    return keep_upload(actor=actor, blob=receive.keep_content(content), name=name)


def sent(desk: DeskAtWork, actor: Actor, ticket: Ticket, *, note: bool = False) -> Attachment:
    file = kept(actor)
    say = write_internal_note if note else reply_to_customer
    say(actor=actor, ticket_id=ticket.pk, words=Words(uploads=(file.token,)))
    file.refresh_from_db()
    return file


def sees(actor: Actor, file: Attachment) -> bool:
    try:
        return find_attachment(actor, file.token) == file
    except NotFound:
        return False


def test_until_it_is_sent_a_file_is_its_senders_alone(desk: DeskAtWork) -> None:
    file = kept(desk.cast.ada)
    assert [name for name, actor in desk.cast.everyone.items() if sees(actor, file)] == ["ada"]


def test_a_sent_file_is_seen_by_who_sees_the_ticket(desk: DeskAtWork) -> None:
    file = sent(desk, desk.cast.ada, desk.opened())
    seen = {name for name, actor in desk.cast.everyone.items() if sees(actor, file)}
    assert seen == {"ada", "vi", "cora", "root", "cy"}


def test_the_file_of_a_note_is_not_the_customers(desk: DeskAtWork) -> None:
    file = sent(desk, desk.cast.ada, desk.opened(), note=True)
    assert not sees(desk.cast.cy, file)
    assert sees(desk.cast.vi, file)


def test_rights_are_those_of_this_moment(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    file = sent(desk, desk.cast.ada, ticket)
    take_ticket(actor=desk.cast.vi, ticket_id=ticket.pk)
    assert not sees(desk.cast.ada, file)


def test_a_file_is_sent_once_and_by_who_kept_it(desk: DeskAtWork) -> None:
    ticket, file = desk.opened(), kept(desk.cast.ada)
    words = Words(body="x", uploads=(file.token,))
    with pytest.raises(Invalid):
        reply_to_customer(actor=desk.cast.vi, ticket_id=ticket.pk, words=words)
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=words)
    with pytest.raises(Invalid):
        reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=words)
    ticket.refresh_from_db()
    assert ticket.has_files


def test_a_picture_in_the_text_is_not_shown_twice(desk: DeskAtWork) -> None:
    ticket, file = desk.opened(), kept(desk.cast.ada, "a.png")
    body = f'<p>Look</p><img src="/files/{file.token}/look/">'
    reply_to_customer(
        actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=body, uploads=(file.token,))
    )
    file.refresh_from_db()
    assert file.is_inline
    assert staff_timeline(desk.cast.ada, ticket).entries[-1].files == ()


@pytest.mark.parametrize("note", [False, True])
def test_a_picture_that_only_the_text_names_is_sent_with_it(
    desk: DeskAtWork, *, note: bool
) -> None:
    ticket, file = desk.opened(), kept(desk.cast.ada, "a.png")
    body = f'<p>Look</p><img src="/files/{file.token}/look/">'
    say = write_internal_note if note else reply_to_customer

    said = say(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=body))

    file.refresh_from_db()
    assert (file.ticket, file.is_inline) == (ticket, True)
    assert said in (file.message, file.note)
    assert sees(desk.cast.cy, file) is not note


def test_the_unsent_picture_of_another_stays_theirs(desk: DeskAtWork) -> None:
    ticket, file = desk.opened(), kept(desk.cast.vi, "a.png")
    body = f'<p>Look</p><img src="/files/{file.token}/look/">'
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=body))
    file.refresh_from_db()
    assert file.ticket is None


def test_a_new_request_brings_the_picture_of_its_text(desk: DeskAtWork) -> None:
    file = kept(desk.cast.cy, "a.png")
    body = f'<img src="/files/{file.token}/look/">'
    asked = NewTicket(subject="Look", words=Words(body=body), requester_id=desk.cast.cy.person_id)
    ticket = open_ticket(actor=desk.cast.cy, asked=asked)
    file.refresh_from_db()
    assert (file.ticket, file.is_inline) == (ticket, True)


def test_dropping_forgets_ones_own_unsent_files_only(desk: DeskAtWork) -> None:
    mine, gone = sent(desk, desk.cast.ada, desk.opened()), kept(desk.cast.ada)
    for token in (mine.token, gone.token, "\0", "x" * 99):
        drop_upload(actor=desk.cast.vi, token=token.replace("\0", "0"))
    assert Attachment.objects.count() == 2
    for _ in "12":
        drop_upload(actor=desk.cast.ada, token=gone.token)
        drop_upload(actor=desk.cast.ada, token=mine.token)
    assert Attachment.objects.get() == mine


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("...", "file"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_a_name_is_only_ever_shown(desk: DeskAtWork, name: str, shown: str) -> None:
    assert kept(desk.cast.ada, name).name == shown


def test_the_same_bytes_are_kept_once(desk: DeskAtWork) -> None:
    one, other = kept(desk.cast.ada), kept(desk.cast.cy, "b.txt")
    assert one.blob == other.blob
    assert one.token != other.token


@pytest.mark.parametrize("token", ["", "..", "\0", "a" * 33, "G" * 32, "f" * 32])
def test_a_token_that_is_none_finds_nothing(desk: DeskAtWork, token: str) -> None:
    with pytest.raises(NotFound):
        find_attachment(desk.cast.root, token)


def test_the_database_refuses_half_sent_files(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    file = sent(desk, desk.cast.ada, ticket)
    note = write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="x"))
    other = kept(desk.cast.ada)
    for name, change in (
        ("attachment_is_public_or_internal", {"note": note}),
        ("attachment_is_sent_with_its_ticket", {"ticket": None}),
        ("attachment_token_is_unique", {"token": other.token}),
        ("attachment_token_is_random_hex", {"token": "Z" * 32}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Attachment.objects.filter(pk=file.pk).update(**change)
    with pytest.raises(IntegrityError, match="content_is_named_by_its_hash"), transaction.atomic():
        Blob.objects.update(sha256="x")


def test_an_upload_answers_with_its_token_and_serves_with_its_guards(
    desk: DeskAtWork, client: Client
) -> None:
    make_desk()
    sign_in(client, desk.cast.ada)
    page = b"<script>alert(1)</script>"
    said = client.post("/uploads/", {"file": SimpleUploadedFile("a.html", page, "text/html")})
    assert said.status_code == 201
    served = client.get(said.json()["url"] + "?show")
    assert served.getvalue() == page
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert "html" not in served.headers["Content-Type"]
    sign_in(client, desk.cast.cy)
    assert client.get(said.json()["url"]).status_code == 404


def test_too_large_is_said_and_leaves_nothing(desk: DeskAtWork, client: Client) -> None:
    make_desk()
    Desk.objects.update(file_limit=10)
    sign_in(client, desk.cast.ada)
    said = client.post("/uploads/", {"file": SimpleUploadedFile("a.bin", b"x" * 11)})
    assert said.status_code == 413
    assert client.post("/uploads/", {}).status_code == 422
    assert not Attachment.objects.exists()
    assert not Blob.objects.exists()


def test_one_limit_is_told_however_far_beyond_it_a_file_is(
    desk: DeskAtWork, client: Client
) -> None:
    make_desk()
    Desk.objects.update(file_limit=3 * 1024 * 1024)
    sign_in(client, desk.cast.ada)
    for megabytes in (3.5, 4.5):  # the latter is refused before it is taken in
        large = SimpleUploadedFile("a.bin", b"x" * int(megabytes * 1024 * 1024))
        said = client.post("/uploads/", {"file": large})
        assert said.status_code == 413
        assert "at most 3 MB fit" in said.content.decode()


def test_customers_may_have_a_smaller_limit(desk: DeskAtWork, client: Client) -> None:
    make_desk()
    Desk.objects.update(file_limit=20, customer_file_limit=10)
    for actor, statuses in ((desk.cast.cy, (201, 413)), (desk.cast.ada, (201, 201))):
        sign_in(client, actor)
        found = tuple(
            client.post("/uploads/", {"file": SimpleUploadedFile("a.bin", b"x" * size)}).status_code
            for size in (10, 11)
        )
        assert found == statuses


def test_a_type_may_have_a_smaller_limit(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    TicketType.objects.filter(pk=ticket.type_id).update(file_limit=4)
    fits, large = kept(desk.cast.ada, content=b"four"), kept(desk.cast.ada, content=b"five.")
    words = Words(body="<p>both</p>", uploads=(fits.token, large.token))
    with pytest.raises(TooLarge, match=r"a\.txt"):
        reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=words)
    words = Words(body="<p>one</p>", uploads=(fits.token,))
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=words)
    assert Attachment.objects.get(ticket=ticket) == fits


def upload(client: Client, size: int, kind: object) -> int:
    file = SimpleUploadedFile("a.bin", b"x" * size)
    return client.post("/uploads/", {"type": kind, "file": file}).status_code


def test_a_types_limit_is_told_to_the_browser_and_as_413(desk: DeskAtWork, client: Client) -> None:
    make_desk()
    ticket = desk.opened()
    TicketType.objects.filter(pk=ticket.type_id).update(file_limit=2 * 1024 * 1024)
    sign_in(client, desk.cast.cy)
    for address in (f"/requests/{ticket.number}/", f"/requests/new/{ticket.type.key}/"):
        shown = client.get(address).content.decode()
        assert f'data-limit="{2 * 1024 * 1024}" data-type="{ticket.type_id}"' in shown, address
        assert "Larger than 2 MB" in shown, address
    sign_in(client, desk.cast.ada)
    assert "Larger than 2 MB" in client.get(f"/tickets/{ticket.number}/").content.decode()
    assert upload(client, 2 * 1024 * 1024 + 1, ticket.type_id) == 413
    assert not Blob.objects.exists()
    assert upload(client, 2 * 1024 * 1024, ticket.type_id) == 201


def test_a_call_takes_files_as_the_chosen_type_does(desk: DeskAtWork, client: Client) -> None:
    make_desk()
    one, other = list(TicketType.objects.all())[:2]
    TicketType.objects.filter(pk=other.pk).update(file_limit=3 * 1024 * 1024)
    sign_in(client, desk.cast.ada)
    shown = client.post("/calls/questions/", {"type": other.pk}).content.decode()
    assert f'data-file-rules data-limit="{3 * 1024 * 1024}" data-type="{other.pk}"' in shown
    shown = client.post("/calls/questions/", {"type": one.pk}).content.decode()
    assert f'data-type="{one.pk}"' in shown
    assert "Larger than 3 MB" not in shown


@pytest.mark.parametrize("kind", ["", "0", "x", "-1", "9" * 40, "\0"])
def test_a_type_that_is_none_takes_what_the_desk_takes(
    desk: DeskAtWork, client: Client, kind: str
) -> None:
    make_desk()
    Desk.objects.update(file_limit=10)
    TicketType.objects.update(file_limit=4)
    sign_in(client, desk.cast.ada)
    assert (upload(client, 5, kind), upload(client, 11, kind)) == (201, 413)


def test_a_types_limit_never_widens_the_desks(desk: DeskAtWork, client: Client) -> None:
    make_desk()
    Desk.objects.update(file_limit=10)
    kind = desk.opened().type
    TicketType.objects.filter(pk=kind.pk).update(file_limit=1000)
    sign_in(client, desk.cast.ada)
    assert upload(client, 11, kind.pk) == 413


def test_what_gets_past_the_browser_is_413_with_the_text_kept(
    desk: DeskAtWork, client: Client
) -> None:
    make_desk()
    ticket = desk.opened()
    large = kept(desk.cast.ada, content=b"five.")
    TicketType.objects.filter(pk=ticket.type_id).update(file_limit=4)
    sign_in(client, desk.cast.ada)
    post = {"mode": "reply", "body": "Typed long", "uploads": large.token}
    answer = client.post(f"/tickets/{ticket.number}/messages/", post)
    assert answer.status_code == 413
    assert "Typed long" in answer.content.decode()
    plain = {"mode": "reply", "body": "x", "files": SimpleUploadedFile("b.txt", b"five.")}
    assert client.post(f"/tickets/{ticket.number}/messages/", plain).status_code == 413
    assert not Attachment.objects.filter(ticket=ticket).exists()
