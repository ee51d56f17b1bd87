"""Delivery reports and answers, from the letter that comes to the letter that went."""

import pytest

from otklik.core.post.tests.scripted import scripted
from otklik.mail import reply_tokens
from otklik.mail.actions.intake import Arrival, receive, take_in
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.models import Outgoing
from otklik.mail.reply_tokens import Kind, make
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.post import Post, address_of, proof
from otklik.mail.tests.test_outbox import replied
from otklik.tickets.tests.desk import DeskAtWork

REPORT = (
    "{above}From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n"
    "{heads}Message-ID: <r@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
    "--B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--B\r\n"
    "Content-Type: {kind}\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    "Final-Recipient: rfc822; cy@a.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 User\r\n unknown\r\n\r\n--B--\r\n"
)


def report(
    to: str, *, action: str = "failed", kind: str = "message/delivery-status", **heads: str
) -> bytes:
    """Write a report to an address; `heads` stand in it, `above` on top of it."""
    above = heads.pop("above", "")
    more = "".join(f"{name.title().replace('_', '-')}: {one}\r\n" for name, one in heads.items())
    return REPORT.format(to=to, action=action, kind=kind, above=above, heads=more).encode()


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
    came = post.delivered(report(path_of(sent), action=action))
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
        post.delivered(report(path))
        sent.refresh_from_db()
        assert sent.state == "sent", path


@pytest.mark.parametrize(
    "heads",
    [
        {"cc": "{path}"},
        {"delivered_to": "{path}"},
        {"in_reply_to": "<{token}.0@acme.example>"},
        {"references": "<{token}.0@acme.example>"},
        {"bcc": "{path}", "x_original_to": "{path}"},
    ],
)
def test_a_path_that_stands_elsewhere_than_where_a_report_goes_to_does_nothing(
    post: Post, sent: Outgoing, heads: dict[str, str]
) -> None:
    path = path_of(sent)
    token = path.partition("+")[2].partition("@")[0]
    given = {name: one.format(path=path, token=token) for name, one in heads.items()}

    came = post.delivered(report("support@acme.example", **given))

    sent.refresh_from_db()
    assert (came.outcome, sent.state) == ("machine", "sent")


def test_who_got_a_letter_does_not_forge_its_report_as_themselves(
    post: Post, sent: Outgoing
) -> None:
    denied = f"Authentication-Results: {proof('x@mx.example', 'fail')}\r\n"
    for raw in (
        report(path_of(sent), above="Return-Path: <cy@a.example>\r\n"),
        report(path_of(sent), above=denied),
        report(f"{path_of(sent)}, other@acme.example"),
    ):
        post.delivered(raw)
        sent.refresh_from_db()
        assert sent.state == "sent", raw


def test_a_report_that_came_to_us_directly_is_known_by_its_envelope(
    post: Post, sent: Outgoing
) -> None:
    path = path_of(sent)
    came = [("cy@a.example", path), ("", "support@acme.example"), ("", path)]
    for number, (sender, recipient) in enumerate(came):
        arrival = Arrival(
            raw=report(path if number < 2 else "", x_number=str(number)),
            envelope_from=sender,
            envelope_to=(recipient,),
        )
        take_in(receive(mailbox_id=post.mailbox.pk, arrival=arrival).letter_id)
        sent.refresh_from_db()
        assert sent.state == ("bounced" if number == 2 else "sent")


@pytest.mark.parametrize("above", ["", "Return-Path: <>\r\n"])
def test_a_report_of_an_international_letter_is_read_too(
    post: Post, sent: Outgoing, above: str
) -> None:
    post.delivered(report(path_of(sent), kind="message/global-delivery-status", above=above))
    sent.refresh_from_db()
    assert sent.state == "bounced"


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
