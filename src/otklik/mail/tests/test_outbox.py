"""Letters that are put into the outbox, and what they say."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from otklik.core import clock
from otklik.core.letters import Automatic, read_letter
from otklik.mail import reply_tokens
from otklik.mail.actions.outbox.putting import MOST_AUTOMATIC_A_DAY, put_desk_letter
from otklik.mail.actions.outbox.writing import write_letter
from otklik.mail.models import Outgoing, Template
from otklik.mail.reply_tokens import Kind
from otklik.mail.tests.factories import make_sender
from otklik.people.models import EmailAddress, Person
from otklik.people.tests.factories import make_person
from otklik.tickets.actions import Words, reply_to_customer, reply_to_desk
from otklik.tickets.models import Copied, Ticket
from otklik.tickets.tests.desk import DeskAtWork

REPLY = Words(body="<p>Have you tried <strong>turning</strong> it off?</p>")


def replied(desk: DeskAtWork, ticket: Ticket | None = None) -> Outgoing:
    """Let Ada reply to Cy, and return the letter."""
    ticket = ticket or desk.taken()
    message = reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=REPLY)
    return Outgoing.objects.get(message=message, person=ticket.requester_id)


def of_kind(kind: str) -> list[Outgoing]:
    return list(Outgoing.objects.filter(kind=kind).order_by("pk"))


def test_without_a_sender_nothing_is_put(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=REPLY)
    assert not Outgoing.objects.exists()


def test_a_reply_goes_to_who_asked_in_the_transaction_of_the_reply(desk: DeskAtWork) -> None:
    sender = make_sender()
    ticket = desk.taken()
    with transaction.atomic():
        replied(desk, ticket)
        transaction.set_rollback(True)
    assert of_kind("reply") == []

    letter = replied(desk, ticket)
    assert letter.recipient == EmailAddress.objects.get(person=desk.cast.cy.person_id).address
    assert (letter.sender, letter.state, letter.attempts) == (sender, "waiting", 0)
    (job, *_rest) = ProcrastinateJob.objects.filter(task_name="mail.send_letters")
    assert job.args == {"sender_id": sender.pk}


def test_a_customers_words_and_notes_are_mailed_to_nobody(desk: DeskAtWork) -> None:
    make_sender()
    ticket = desk.taken()
    before = Outgoing.objects.count()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="<p>Well?</p>"))
    assert Outgoing.objects.count() == before


def test_who_was_confirmed_gets_a_copy_of_their_own_and_who_is_proposed_none(
    desk: DeskAtWork,
) -> None:
    make_sender()
    ticket = desk.taken()
    friend, other = make_person(name="Fran Friend"), make_person(name="Otto Other")
    for person, state in ((friend, "confirmed"), (other, "proposed"), (other, "declined")):
        decided = state != "proposed"
        Copied.objects.create(
            ticket=ticket,
            address=f"{state}@a.example",
            person=person,
            state=state,
            proposed_by_id=desk.cast.cy.person_id,
            proposed_at=clock.now(),
            decided_by_id=desk.cast.ada.person_id if decided else None,
            decided_at=clock.now() if decided else None,
        )
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=REPLY)
    _first, copy = of_kind("reply")
    assert copy.recipient == "confirmed@a.example"
    read = read_letter(write_letter(copy))
    assert "turning it off" in read.text
    assert "/requests/" not in read.text
    assert "/answers/" not in read.text
    assert read.message_id is not None
    token = reply_tokens.read(read.message_id[1:].partition(".")[0])
    assert token is not None
    assert token.holder_id == friend.pk


def test_a_department_writes_by_its_own_sender_else_by_the_one_for_all(desk: DeskAtWork) -> None:
    common = make_sender()
    own = make_sender(department=desk.cast.it)
    assert replied(desk).sender == own
    own.is_active = False
    own.save()
    assert replied(desk).sender == common


def test_a_reply_says_what_was_written_and_where_to_answer(desk: DeskAtWork) -> None:
    sender = make_sender(address="support@acme.example")
    letter = replied(desk)
    raw = write_letter(letter)
    read = read_letter(raw)
    ticket = letter.ticket
    assert ticket is not None
    assert read.subject == letter.subject == f"[{ticket.number}] Printer"
    assert "Have you tried turning it off?" in read.text
    assert "<strong>turning</strong>" in (read.html or "")
    assert read.warnings == ()
    assert read.automatic is None
    assert read.message_id == letter.header_id
    (answered_at,) = read.reply_to
    local = answered_at.address.partition("@")[0]
    token = reply_tokens.read(local.partition("+")[2])
    assert token == reply_tokens.Token(Kind.REPLY, ticket.pk, desk.cast.cy.person_id)
    assert read.message_id is not None
    assert reply_tokens.read(read.message_id[1:].partition(".")[0]) == token
    assert (read.sender.address if read.sender else "") == sender.address


def test_the_next_letter_of_a_conversation_answers_the_one_before(desk: DeskAtWork) -> None:
    make_sender()
    ticket = desk.taken()
    (receipt,) = of_kind("receipt")
    first, second = replied(desk, ticket), replied(desk, ticket)
    read = read_letter(write_letter(second))
    assert read.in_reply_to == first.header_id
    assert list(read.references) == [receipt.header_id, first.header_id]


def test_a_server_without_plus_leaves_the_token_to_the_message_id(desk: DeskAtWork) -> None:
    make_sender(has_plus=False)
    read = read_letter(write_letter(replied(desk)))
    assert read.reply_to == ()
    assert read.message_id is not None
    assert reply_tokens.read(read.message_id[1:].partition(".")[0]) is not None


def test_an_address_too_long_for_a_token_goes_without(desk: DeskAtWork) -> None:
    make_sender(address=f"{'a' * 30}@acme.example")
    assert read_letter(write_letter(replied(desk))).reply_to == ()


def test_a_new_ticket_gets_a_receipt_that_machines_know_as_one(desk: DeskAtWork) -> None:
    make_sender()
    ticket = desk.opened()
    (letter,) = of_kind("receipt")
    read = read_letter(write_letter(letter))
    assert read.automatic == Automatic.AUTO_REPLY
    assert ticket.number in read.text
    assert "jams" not in read.text


def test_a_receipt_is_in_the_language_of_who_asked(desk: DeskAtWork) -> None:
    make_sender()
    Person.objects.filter(pk=desk.cast.cy.person_id).update(language="ru")
    desk.opened()
    (letter,) = of_kind("receipt")
    read = read_letter(write_letter(letter))
    assert "Здравствуйте" in read.text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Дарья О'Нил-Петрова", "Дарья О'Нил-Петрова"),
        ("J. R. Smith (IT)", "J. R. Smith (IT)"),
        ("Win now http://evil.example", "cy"),
        ("visit evil.example today", "cy"),
        ("www evil", "cy"),
        ("Call 0800 123456", "cy"),
        ("Dear customer " * 6, "cy"),
    ],
)
def test_a_receipt_carries_no_words_of_others_to_an_address(
    desk: DeskAtWork, name: str, said: str
) -> None:
    make_sender()
    Person.objects.filter(pk=desk.cast.cy.person_id).update(given_name=name, surname="")
    desk.opened("Buy at http://evil.example")
    (letter,) = of_kind("receipt")
    Outgoing.objects.filter(pk=letter.pk).update(recipient="cy@harrow.example")
    raw = write_letter(Outgoing.objects.get(pk=letter.pk))
    read = read_letter(raw)
    assert read.text.startswith(f"Hello {said},")
    assert read.to[0].name == said
    assert "evil" not in f"{read.text} {read.subject} {read.html}"


def test_receipts_to_one_address_have_a_budget(desk: DeskAtWork) -> None:
    make_sender()
    now = clock.now()
    for hours in range(14):
        with clock.moved_to(now + timedelta(hours=hours)):
            for _time in range(3):
                desk.opened()
    letters = of_kind("receipt")
    assert len(letters) == MOST_AUTOMATIC_A_DAY
    with clock.moved_to(now + timedelta(days=2)):
        desk.opened()
    assert len(of_kind("receipt")) == MOST_AUTOMATIC_A_DAY + 1


def test_status_news_goes_alone_and_not_beside_a_reply(desk: DeskAtWork) -> None:
    make_sender()
    desk.moved("pending")
    told = of_kind("status")
    replies = of_kind("reply")
    assert len(told) + len(replies) == 1


def test_what_the_desk_turned_off_is_not_sent(desk: DeskAtWork) -> None:
    make_sender()
    Template.objects.create(
        kind="receipt", language="en", subject="[{number}]", body="Thanks", is_sent=False
    )
    desk.opened()
    assert of_kind("receipt") == []


def test_a_departments_own_words_come_before_the_desks(desk: DeskAtWork) -> None:
    make_sender()
    for place, body in ((None, "Of all: {number}"), (desk.cast.it, "Of IT: {number} {nothing}")):
        Template.objects.create(
            kind="receipt", language="en", department=place, subject="[{number}]", body=body
        )
    ticket = desk.opened()
    read = read_letter(write_letter(of_kind("receipt")[0]))
    assert read.text.strip() == f"Of IT: {ticket.number} {{nothing}}"


@pytest.mark.parametrize("evil", ["Cy\r\nBcc: eve@evil.example", "Cy\u2028Bcc: eve@evil.example"])
def test_names_and_subjects_begin_no_line_of_a_head(desk: DeskAtWork, evil: str) -> None:
    make_sender(name=evil)
    letter = replied(desk)
    assert letter.ticket is not None
    Person.objects.filter(pk=desk.cast.cy.person_id).update(given_name=evil, surname="")
    Ticket.objects.filter(number=letter.ticket.number).update(subject=evil)
    letter = Outgoing.objects.get(pk=letter.pk)
    raw = write_letter(letter)
    heads = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert not [line for line in heads if line.lower().startswith(b"bcc")]
    assert [one.address for one in read_letter(raw).to] == [letter.recipient]


def test_markup_in_a_subject_or_name_stays_words(desk: DeskAtWork) -> None:
    make_sender()
    Person.objects.filter(pk=desk.cast.cy.person_id).update(given_name="<b>Cy</b><script>")
    letter = replied(desk)
    raw = write_letter(Outgoing.objects.get(pk=letter.pk))
    read = read_letter(raw)
    assert "&lt;script&gt;" in (read.html or "")


def test_the_desks_own_letter_waits_by_the_sender_for_all(desk: DeskAtWork) -> None:
    assert put_desk_letter(cause="x:1", to="cy@a.example", subject="S", text="T") is None
    make_sender(department=desk.cast.it)
    assert put_desk_letter(cause="x:1", to="cy@a.example", subject="S", text="T") is None
    make_sender()
    letter = put_desk_letter(cause="x:1", to="cy@a.example", subject="S", text="T")
    assert letter is not None
    assert put_desk_letter(cause="x:1", to="cy@a.example", subject="S", text="T") is None
    assert read_letter(write_letter(letter)).text.strip() == "T"


def test_the_database_refuses_a_second_letter_for_a_cause(desk: DeskAtWork) -> None:
    make_sender()
    letter = replied(desk)
    letter.pk, letter.header_id = None, "<other@acme.example>"
    with pytest.raises(IntegrityError, match="letter_goes_once_for_a_cause"):
        letter.save(force_insert=True)
