"""The whole way out through a real Postfix."""

from collections.abc import Iterator

import pytest

from otklik.core.letters import read_letter
from otklik.core.post.sending import Envelope, Outcome, Security, Server, Session, Step
from otklik.core.post.tests.postfix import Postfix, postfix
from otklik.mail import reply_tokens
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.actions.setting_up.senders import try_sender
from otklik.mail.models import Outgoing
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.test_outbox import replied
from otklik.people.models import EmailAddress
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Postfix]:
    with postfix() as running:
        yield running


def conversation(server: Postfix) -> Session:
    return Session(Server(host="127.0.0.1", port=server.port, security=Security.NONE))


def test_a_reply_arrives_as_it_was_kept(desk: DeskAtWork, server: Postfix) -> None:
    sender = make_sender(port=server.port)
    EmailAddress.objects.filter(person=desk.cast.cy.person_id).update(address="cy@acme.example")
    ticket = desk.taken()
    Outgoing.objects.all().delete()
    before = len(list(server.box.glob("new/*")))
    letter = replied(desk, ticket)
    send_waiting(sender_id=sender.pk)
    letter.refresh_from_db()
    assert letter.state == "sent"
    raw = next(one for one in server.letters(before + 1) if letter.header_id.encode() in one)
    kept = bytes(letter.bytes.content).replace(b"\r\n", b"\n")
    assert raw.endswith(kept)
    path = raw.partition(b"Return-Path: <")[2].partition(b">")[0].decode()
    token = reply_tokens.read(path.partition("+")[2].partition("@")[0])
    assert token is not None
    assert token.holder_id == letter.pk


@pytest.mark.parametrize(
    ("to", "outcome"),
    [("nobody@acme.example", Outcome.REFUSED), ("later@acme.example", Outcome.DELAYED)],
)
def test_what_postfix_refuses_is_told_by_its_words(
    server: Postfix, to: str, outcome: Outcome
) -> None:
    with conversation(server) as session:
        result = session.hand_over(Envelope(sender="", recipient=to), b"Subject: x\r\n\r\nx\r\n")
    assert (result.outcome, result.step) == (outcome, Step.RECIPIENT)
    assert to in result.words


def test_a_letter_that_is_too_large_is_refused_for_good(server: Postfix) -> None:
    large = b"Subject: x\r\n\r\n" + b"a line of some words\r\n" * 20_000
    with conversation(server) as session:
        result = session.hand_over(Envelope(sender="", recipient="cy@acme.example"), large)
    assert (result.outcome, result.code) == (Outcome.REFUSED, 552)


def test_lines_of_dots_arrive_as_they_were(server: Postfix) -> None:
    before = len(list(server.box.glob("new/*")))
    body = b".\r\n..\r\n.hidden\r\n\r\n.\r\nend\r\n"
    with conversation(server) as session:
        for _time in range(3):
            envelope = Envelope(sender="", recipient="dots@acme.example")
            result = session.hand_over(envelope, b"Subject: dots\r\n\r\n" + body)
            assert result.outcome == Outcome.ACCEPTED
    dotted = [one for one in server.letters(before + 3) if b"Subject: dots" in one]
    assert [one.partition(b"\n\n")[2] for one in dotted] == [body.replace(b"\r\n", b"\n")] * 3
    assert read_letter(dotted[0]).subject == "dots"


def test_the_trial_finds_postfix_good(desk: DeskAtWork, server: Postfix) -> None:
    sender = make_sender(port=server.port)
    assert try_sender(actor=desk.cast.root, sender_id=sender.pk).is_good
