"""Delivery reports and answers, from the letter that comes to the letter that went."""

import pytest

from otklik.core.post.tests.scripted import scripted
from otklik.mail import reply_tokens
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.models import Outgoing
from otklik.mail.reply_tokens import Kind, make
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.post import Post, address_of, proof
from otklik.mail.tests.test_outbox import replied
from otklik.tickets.tests.desk import DeskAtWork

REPORT = (
    "From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n"
    "Message-ID: <r@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
    "--B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--B\r\n"
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    "Final-Recipient: rfc822; cy@a.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 User\r\n unknown\r\n\r\n--B--\r\n"
)


@pytest.fixture
def sent(desk: DeskAtWork) -> Outgoing:
    with scripted() as server:
        sender = make_sender(port=server.port)
        letter = replied(desk)
        Outgoing.objects.exclude(pk=letter.pk).delete()
        send_waiting(sender_id=sender.pk)
    return letter


def path_of(letter: Outgoing, holder: int | None = None, kind: Kind = Kind.RETURN) -> str:
    token = make(kind, letter.ticket_id or 0, letter.pk if holder is None else holder)
    return f"support+{token}@acme.example"


@pytest.mark.parametrize(
    ("action", "state"),
    [("failed", "bounced"), ("delayed", "sent"), ("delivered", "accepted"), ("dreamt", "sent")],
)
def test_a_report_tells_of_the_letter_that_its_path_names(
    post: Post, sent: Outgoing, action: str, state: str
) -> None:
    came = post.delivered(REPORT.format(to=path_of(sent), action=action).encode())
    sent.refresh_from_db()
    assert sent.state == state
    assert came.outcome == "machine"
    if state == "bounced":
        assert sent.answer == "550 5.1.1 User unknown"


def test_a_forged_report_does_nothing(post: Post, sent: Outgoing) -> None:
    good = path_of(sent)
    paths = [
        "support@acme.example",
        good.replace(good[20], "a" if good[20] != "a" else "b", 1),
        path_of(sent, kind=Kind.REPLY),
        path_of(sent, holder=sent.pk + 1),
    ]
    for path in paths:
        post.delivered(REPORT.format(to=path, action="failed").encode())
        sent.refresh_from_db()
        assert sent.state == "sent", path


def test_an_answer_proves_that_a_letter_arrived(
    post: Post, desk: DeskAtWork, sent: Outgoing
) -> None:
    cy = address_of(desk.cast.cy)
    came = post.comes(
        "Thank you.", sender=cy, in_reply_to=sent.header_id, authentication_results=proof(cy)
    )
    sent.refresh_from_db()
    assert reply_tokens.read(sent.header_id[1:].partition(".")[0]) is not None
    assert (came.outcome, sent.state) == ("reply", "accepted")
