"""Which letters machines wrote, by the marks that they set, and which only look like it."""

import pytest

from otklik.core.letters import Automatic, Quarantine, read_letter
from otklik.core.letters.tests.letters import letter, letter_of, part, parts, read

REPLIES = [
    {"auto_submitted": "auto-replied"},
    {"auto_submitted": "auto-replied; owner-email=x@firm.example"},
    {"auto_submitted": "Auto-Generated"},
    {"auto_submitted": "auto-notified"},
    {"precedence": "auto_reply"},
    {"x_autoreply": "yes"},
    {"x_autorespond": "Away"},
    {"x_autoresponder": "x"},
    {"x_auto_response_suppress": "All"},
    {"x_auto_response_suppress": "OOF, AutoReply"},
    {"x_post_messageclass": "9; Autoresponder"},
    {"return_path": "<>"},
    {"x_cron_env": "<SHELL=/bin/sh>"},
    {"precedence": "bulk", "subject": "Out of Office: Re: Printer"},
    {"precedence": "junk", "subject": "Автоответ: Принтер"},
    {"precedence": "bulk", "subject": "Автоматичен отговор: Принтер"},
    {"x_auto_response_suppress": "DR", "subject": "Automatic reply: Printer"},
    {"x_auto_response_suppress": "DR", "subject": "Извън офиса съм"},
]
LISTS = [
    {"list_id": "<news.firm.example>"},
    {"list_unsubscribe": "<mailto:off@firm.example>"},
    {"precedence": "bulk"},
    {"precedence": "list"},
    {"list_id": "<news.firm.example>", "auto_submitted": "auto-generated"},
]
BOUNCES = [
    {"x_failed_recipients": "x@gone.example"},
    {"return_path": "<>", "subject": "Undeliverable: Printer"},
    {"auto_submitted": "auto-replied", "subject": "Сообщение о недоставке"},
]
PEOPLE = [
    {},
    {"auto_submitted": "no"},
    {"precedence": "normal"},
    {"subject": "Out of office forms are missing"},
    {"subject": "Автоответ не работает"},
    {"subject": "Automatic reply does not work"},
    {"subject": "Undeliverable parcels"},
    {"x_auto_response_suppress": "DR, NDR, RN, NRN"},
    {"return_path": "<cy@firm.example>"},
    {"x_otklik_desk": "another"},
]


@pytest.mark.parametrize("marks", REPLIES)
def test_automatic_letters_are_told_by_their_marks(marks: dict[str, str]) -> None:
    assert read_letter(letter(**marks)).automatic is Automatic.AUTO_REPLY


@pytest.mark.parametrize("marks", LISTS)
def test_lists_are_told(marks: dict[str, str]) -> None:
    assert read_letter(letter(**marks)).automatic is Automatic.LIST


@pytest.mark.parametrize("marks", BOUNCES)
def test_bounces_are_told_by_their_marks(marks: dict[str, str]) -> None:
    assert read_letter(letter(**marks)).automatic is Automatic.BOUNCE


@pytest.mark.parametrize("marks", PEOPLE)
def test_people_are_not_taken_for_machines(marks: dict[str, str]) -> None:
    assert read_letter(letter(**marks)).automatic is None


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mx.firm.example",
        "Mail Delivery Subsystem <mailer-daemon@mx.firm.example>",
        "MAILER-DAEMON",
        "Mail Delivery System <MAILER-DAEMON>",
    ],
)
def test_a_daemon_writes_bounces_also_without_an_address(sender: str) -> None:
    assert read(sender=sender).automatic is Automatic.BOUNCE


def test_a_postmaster_is_a_person_unless_the_subject_says_otherwise() -> None:
    assert read(sender="postmaster@firm.example").automatic is None
    bounce = read(sender="postmaster@firm.example", subject="Undelivered Mail Returned to Sender")
    assert bounce.automatic is Automatic.BOUNCE


def test_delivery_reports_are_bounces_and_receipts_are_automatic() -> None:
    def report(kind: str, held: str) -> bytes:
        both = parts(part("It failed."), part("Status: 5.1.1", held), kind="report")
        return letter_of(both.replace(b"report;", f"report; report-type={kind};".encode()))

    status = read_letter(report("delivery-status", "message/delivery-status"))
    unnamed = read_letter(report("x", "message/delivery-status"))
    receipt = read_letter(report("disposition-notification", "message/disposition-notification"))
    assert (status.automatic, unnamed.automatic) == (Automatic.BOUNCE, Automatic.BOUNCE)
    assert receipt.automatic is Automatic.AUTO_REPLY


def test_a_letter_of_this_desk_is_its_own_loop_whatever_else_it_bears() -> None:
    raw = letter(x_otklik_desk="desk-1", auto_submitted="auto-generated", list_id="x")
    assert read_letter(raw, desk="desk-1").automatic is Automatic.OWN_LOOP
    assert read_letter(raw, desk="desk-2").automatic is Automatic.LIST
    assert read_letter(raw).automatic is Automatic.LIST


def test_a_machine_without_a_sender_has_both_marks() -> None:
    found = read_letter(letter(sender=None, auto_submitted="auto-replied"))
    assert (found.automatic, found.quarantine) == (Automatic.AUTO_REPLY, Quarantine.NO_SENDER)
