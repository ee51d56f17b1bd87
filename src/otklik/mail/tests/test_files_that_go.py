"""Files and pictures of a reply, in its letter or left behind where they are too large."""

import base64

import pytest

from otklik.core.files.receive import keep_content
from otklik.core.letters import content_of, read_letter
from otklik.core.models import Blob
from otklik.mail.actions.outbox import writing
from otklik.mail.actions.outbox.writing import write_letter
from otklik.mail.models import Outgoing
from otklik.mail.tests.factories import make_sender
from otklik.tickets.actions import Words, keep_upload, reply_to_customer
from otklik.tickets.tests.desk import DeskAtWork

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def sent_with(desk: DeskAtWork, body: str, *files: tuple[str, bytes]) -> Outgoing:
    """Let Ada reply with files; `{0}` in the body is the first one's token."""
    make_sender()
    ticket = desk.taken()
    tokens = [
        keep_upload(actor=desk.cast.ada, blob=keep_content(content), name=name).token
        for name, content in files
    ]
    words = Words(body=body.format(*tokens), uploads=tuple(tokens))
    message = reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=words)
    return Outgoing.objects.get(message=message)


def test_files_go_along_under_their_names(desk: DeskAtWork) -> None:
    letter = sent_with(
        desk, "<p>See this.</p>", ("Договор 1.txt", "Текст".encode()), ("b.bin", b"\0\r\n.")
    )
    raw = write_letter(letter)
    found = {one.filename: content_of(raw, one) for one in read_letter(raw).attachments}
    assert found == {"Договор 1.txt": "Текст".encode(), "b.bin": b"\0\r\n."}


def test_a_picture_in_the_text_stands_in_the_letter(desk: DeskAtWork) -> None:
    letter = sent_with(desk, '<p>Look: <img src="/files/{0}/"></p>', ("p.png", PIXEL))
    raw = write_letter(letter)
    read = read_letter(raw)
    (picture,) = read.attachments
    assert picture.inline
    assert content_of(raw, picture) == PIXEL
    assert 'data-upload="attachment-0"' in (read.html or "")
    assert b"/files/" not in raw


def test_what_is_too_large_is_named_with_the_way_to_it(
    desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_ATTACHED", 100)
    letter = sent_with(desk, "<p>Both.</p>", ("small.txt", b"x" * 60), ("large.txt", b"y" * 60))
    read = read_letter(write_letter(letter))
    assert [one.filename for one in read.attachments] == ["small.txt"]
    assert letter.ticket is not None
    assert f"large.txt: http://testserver/requests/{letter.ticket.number}/" in read.text
    assert "large.txt" in (read.html or "")


@pytest.mark.parametrize("scan", ["infected", "waiting", "large"])
def test_what_the_scanner_withholds_never_goes_along(desk: DeskAtWork, scan: str) -> None:
    letter = sent_with(desk, "<p>Run it.</p>", ("tool.exe", b"MZ not good"))
    Blob.objects.update(scan=scan)
    raw = write_letter(letter)
    assert read_letter(raw).attachments == ()
    assert base64.b64encode(b"MZ not good") not in raw


def test_a_picture_of_another_ticket_is_never_taken_along(desk: DeskAtWork) -> None:
    other = sent_with(desk, "<p>Mine.</p>", ("secret.png", PIXEL))
    assert other.message is not None
    token = other.message.attachments.get().token
    ticket = desk.taken()
    words = Words(body=f'<p>Theirs: <img src="/files/{token}/"></p>')
    message = reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=words)
    raw = write_letter(Outgoing.objects.get(message=message))
    assert read_letter(raw).attachments == ()
    assert token.encode() not in raw


def test_no_address_of_a_picture_elsewhere_leaves_the_desk(desk: DeskAtWork) -> None:
    picture = '<img data-remote="https://spy.example/a.png" alt="Logo">'
    raw = write_letter(sent_with(desk, f"<p>You wrote:</p><blockquote>{picture}</blockquote>"))

    assert b"spy.example" not in raw
    assert "Logo" in (read_letter(raw).html or "")
    assert "Logo" in read_letter(raw).text
