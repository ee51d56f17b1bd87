"""Reports and answers, which tell what became of a letter that left."""

import pytest
from django.conf import settings

from otklik.core import mail
from otklik.core.letters import read_letter
from otklik.core.post.tests.scripted import CUT, scripted
from otklik.mail import reply_tokens
from otklik.mail.actions.outbox.handing import send_waiting
from otklik.mail.actions.outbox.reporting import Report, note_answered, note_report
from otklik.mail.models import Outgoing, OutgoingBytes
from otklik.mail.reply_tokens import Kind
from otklik.mail.tests.factories import make_sender
from otklik.mail.tests.test_outbox import replied
from otklik.people.actions.password_links import send_password_link
from otklik.people.models import Account
from otklik.tickets.tests.desk import DeskAtWork


@pytest.fixture
def sent(desk: DeskAtWork) -> Outgoing:
    with scripted() as server:
        sender = make_sender(port=server.port)
        letter = replied(desk)
        send_waiting(sender_id=sender.pk)
    said = next(line for line in server.said if line.startswith("MAIL FROM") and "+" in line)
    token = reply_tokens.read(said.partition("+")[2].partition("@")[0])
    assert token is not None
    assert (token.kind, token.holder_id, token.ticket_id) == (
        Kind.RETURN,
        letter.pk,
        letter.ticket_id,
    )
    return letter


@pytest.mark.parametrize(
    ("report", "state"), [("delivered", "accepted"), ("delayed", "sent"), ("failed", "bounced")]
)
def test_a_report_changes_its_letter_and_is_safe_to_repeat(
    sent: Outgoing, report: str, state: str
) -> None:
    for _time in range(2):
        note_report(letter_id=sent.pk, report=Report(report), words="550  5.1.1\nunknown")
    sent.refresh_from_db()
    assert (sent.state, sent.answer) == (state, "550 5.1.1 unknown")


def test_a_report_does_nothing_to_a_letter_that_never_left(desk: DeskAtWork) -> None:
    make_sender()
    letter = replied(desk)
    for report in Report:
        assert not note_report(letter_id=letter.pk, report=report, words="")
    assert not note_report(letter_id=letter.pk + 100, report=Report.FAILED, words="")
    letter.refresh_from_db()
    assert letter.state == "waiting"


def test_an_answer_tells_that_an_uncertain_letter_arrived(desk: DeskAtWork) -> None:
    with scripted({".": CUT}) as server:
        sender = make_sender(port=server.port)
        letter = replied(desk)
        Outgoing.objects.exclude(pk=letter.pk).delete()
        send_waiting(sender_id=sender.pk)
    assert note_answered(header_id=letter.header_id)
    assert not note_answered(header_id=letter.header_id)
    assert not note_answered(header_id="<nobody@acme.example>")
    letter.refresh_from_db()
    assert letter.state == "accepted"


def test_password_letters_go_by_the_sender_and_leave_no_link_behind(desk: DeskAtWork) -> None:
    login = Account.objects.get(pk=desk.cast.ada.account_id).login
    with scripted() as server:
        sender = make_sender(port=server.port)
        send_password_link(name=login)
        (letter,) = Outgoing.objects.filter(kind="desk")
        assert "/password/" in letter.words or "http" in letter.words
        send_waiting(sender_id=sender.pk)
    (raw,) = server.letters
    read = read_letter(raw)
    assert "http://testserver/" in read.text
    assert "MAIL FROM:<>" in server.said
    letter.refresh_from_db()
    assert (letter.state, letter.words) == ("sent", "")
    assert not OutgoingBytes.objects.exists()


def test_without_a_sender_they_lie_in_the_folder(desk: DeskAtWork) -> None:
    before = set(settings.OTKLIK_MAIL_FOLDER.glob("*.eml"))
    mail.send(to="ada@acme.example", subject="S", text="T")
    assert len(set(settings.OTKLIK_MAIL_FOLDER.glob("*.eml")) - before) == 1
    assert not Outgoing.objects.exists()
