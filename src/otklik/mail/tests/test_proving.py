"""Letters that are handed over directly: what is found out about them before they are read."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.test import Client

from otklik.core import clock
from otklik.core.letters.tests.name_server import NameServer
from otklik.core.letters.verdicts import Result
from otklik.core.post.receiving import Envelope
from otklik.core.post.signing import Signer, made_key, record, signed
from otklik.core.post.spool import Spool
from otklik.core.tests.live_desk import wait_until
from otklik.mail.actions.intake.proving import PATIENCE, being_proven, keep_proof
from otklik.mail.actions.intake.reading import take_in_waiting_letters
from otklik.mail.actions.intake.receiving import Arrival, receive
from otklik.mail.fetching.crew import Crew
from otklik.mail.fetching.gate import Desk
from otklik.mail.fetching.proofs import Proofs
from otklik.mail.models import Letter, Mailbox
from otklik.mail.tests.factories import make_mailbox
from otklik.people.tests.factories import sign_in
from otklik.tickets.tests.desk import DeskAtWork

Settings = Any  # pytest-django's wrapper takes any name
RAW = (
    b"From: Cy <cy@firm.example>\r\nTo: help@desk.example\r\nSubject: Printer\r\n"
    b"Message-ID: <1@firm.example>\r\n\r\nIt jams.\r\n"
)


@pytest.fixture(scope="module")
def key() -> str:
    return made_key()


@pytest.fixture
def port(key: str, settings: Settings) -> Iterator[int]:
    """Where letters may be handed over, while firm.example says what it signs."""
    zone = {
        "desk._domainkey.firm.example": [("TXT", record(key))],
        "_dmarc.firm.example": [("TXT", "v=DMARC1; p=reject")],
    }
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    with NameServer(zone) as server:
        host, _, number = server.place.rpartition(":")
        settings.OTKLIK_NAME_SERVER = (host, int(number))
        settings.OTKLIK_RECEIVE_SMTP = ("127.0.0.1", port)
        yield port


@contextmanager
def at_work(port: int) -> Iterator[None]:
    crew = Crew()
    thread = threading.Thread(target=crew.run)
    thread.start()
    try:
        wait_until(lambda: _listens(port))
        yield
    finally:
        crew.end()
        thread.join(30)
    assert not thread.is_alive()


def handed_over(port: int, *letters: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="out.firm.example") as client:
        for raw in letters:
            client.sendmail("cy@firm.example", ["help@desk.example"], raw)


def mailbox_of(desk: DeskAtWork, **columns: Any) -> Mailbox:
    return make_mailbox(department=desk.cast.it, addresses=["help@desk.example"], **columns)


def handed(mailbox: Mailbox, raw: bytes = RAW) -> Letter:
    """Keep a letter as if somebody handed it over, and nobody finds anything out."""
    arrival = Arrival(raw=raw, handed_by="203.0.113.7", hello="out.firm.example")
    return Letter.objects.get(pk=receive(mailbox_id=mailbox.pk, arrival=arrival).letter_id)


def test_a_signed_letter_is_proven_and_a_forged_one_waits_for_a_person(
    open_desk: DeskAtWork, port: int, key: str, client: Client
) -> None:
    mailbox_of(open_desk)
    good = signed(RAW, Signer(domain="firm.example", selector="desk", key=key))
    with at_work(port):
        handed_over(port, good, RAW)
        wait_until(lambda: Letter.objects.exclude(verdict={}).count() == 2)
    take_in_waiting_letters()

    proven, forged = Letter.objects.order_by("pk")
    assert (proven.outcome, proven.verdict["standing"]) == (Letter.Outcome.TICKET, "pass")
    assert (forged.state, forged.reason) == (Letter.State.QUARANTINED, "forged")
    assert (proven.handed_by, proven.hello) == ("127.0.0.1", "out.firm.example")
    sign_in(client, open_desk.cast.root)
    page = client.get(f"/mail/letters/{proven.pk}/").content.decode()
    assert "Proven by the sender&#39;s domain" in page or "Proven by the sender's domain" in page
    assert "DKIM: passed (firm.example)" in page
    assert "DMARC: passed (firm.example)" in page
    page = client.get(f"/mail/letters/{forged.pk}/").content.decode()
    assert "DMARC: failed (firm.example)" in page
    assert "127.0.0.1" in page


def test_what_a_letter_says_of_itself_proves_nothing(open_desk: DeskAtWork, port: int) -> None:
    mailbox_of(open_desk)
    said = b"Authentication-Results: desk.example; dmarc=pass header.from=firm.example\r\n"
    with at_work(port):
        handed_over(port, said + RAW)
        wait_until(lambda: Letter.objects.exclude(verdict={}).exists())
    take_in_waiting_letters()
    assert Letter.objects.get().verdict["standing"] == "fail"


def test_a_server_before_us_that_checks_is_believed_and_nothing_is_asked(
    open_desk: DeskAtWork, port: int
) -> None:
    mailbox_of(open_desk, authserv_id="mx.desk.example")
    said = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=firm.example\r\n"
    with at_work(port):
        handed_over(port, said + RAW)
    assert Letter.objects.get().handed_by == ""
    take_in_waiting_letters()
    assert Letter.objects.get().verdict["standing"] == "pass"


@pytest.mark.parametrize(
    ("client", "is_believed"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.7", True),
        ("::ffff:192.0.2.7", True),
        ("2001:db8::7", True),
        ("192.0.2.8", False),
        ("10.0.0.1", False),
        ("2001:db9::7", False),
        ("", False),
    ],
)
def test_only_a_server_of_ours_says_who_a_letter_is_from(
    open_desk: DeskAtWork, settings: Settings, client: str, *, is_believed: bool
) -> None:
    settings.OTKLIK_RECEIVE_FROM = (ip_network("192.0.2.7"), ip_network("2001:db8::/32"))
    mailbox_of(open_desk, authserv_id="mx.desk.example")
    said = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=firm.example\r\n"
    envelope = Envelope(client, "out.firm.example", "cy@firm.example", ("help@desk.example",))
    begun: list[int] = []
    gate = Desk(cast("Proofs", SimpleNamespace(begin=begun.append)))
    with Spool.of([said + RAW], 10_000) as raw:
        gate.keep(envelope, raw)
    letter = Letter.objects.get()
    is_proven_by_us = (client or "::", [letter.pk])
    assert (letter.handed_by, begun) == (("", []) if is_believed else is_proven_by_us)


def test_a_server_of_our_own_is_not_asked_for_its_path(
    open_desk: DeskAtWork, port: int, settings: Settings
) -> None:
    mailbox_of(open_desk)
    settings.OTKLIK_RECEIVE_SMTP, settings.OTKLIK_RECEIVE_LMTP = None, ("127.0.0.1", port)
    with at_work(port), smtplib.LMTP("127.0.0.1", port) as client:
        client.sendmail("cy@firm.example", ["help@desk.example"], RAW)
        wait_until(lambda: Letter.objects.exclude(verdict={}).exists())
    letter = Letter.objects.get()
    assert (letter.handed_by, letter.hello) == ("127.0.0.1", "")
    assert [one["value"] for one in letter.verdict["results"]] == ["none", "none", "fail"]


def test_what_was_left_behind_is_proven_by_who_comes_after(
    open_desk: DeskAtWork, port: int
) -> None:
    letter = handed(mailbox_of(open_desk))
    with at_work(port):
        wait_until(lambda: not being_proven().exists())
    letter.refresh_from_db()
    assert {one["method"] for one in letter.verdict["results"]} == {"spf", "dkim", "dmarc"}


def test_a_letter_waits_to_be_proven_but_not_for_ever(desk: DeskAtWork) -> None:
    letter = handed(mailbox_of(desk))
    assert take_in_waiting_letters() == 0

    Letter.objects.update(received_at=clock.now() - PATIENCE - timedelta(seconds=1))
    assert take_in_waiting_letters() == 1
    letter.refresh_from_db()
    assert (letter.outcome, letter.verdict["standing"]) == (Letter.Outcome.TICKET, "temperror")

    keep_proof(letter_id=letter.pk, results=[Result("dmarc", "pass", {})])  # too late
    letter.refresh_from_db()
    assert letter.verdict["standing"] == "temperror"


@pytest.mark.parametrize(("value", "outcome"), [("pass", "reply"), ("none", "note"), ("", "note")])
def test_who_answers_a_letter_that_came_is_believed_only_when_proven(
    desk: DeskAtWork, value: str, outcome: str
) -> None:
    mailbox = mailbox_of(desk)
    answer = RAW.replace(b"<1@", b"<2@").replace(
        b"\r\n\r", b"\r\nIn-Reply-To: <1@firm.example>\r\n\r"
    )
    for raw, result in ((RAW, "pass"), (answer, value)):
        letter = handed(mailbox, raw)
        if result:
            about = {"header.from": "firm.example"}
            keep_proof(letter_id=letter.pk, results=[Result("dmarc", result, about)])
        else:
            Letter.objects.update(received_at=clock.now() - PATIENCE - timedelta(seconds=1))
        take_in_waiting_letters()
    letter.refresh_from_db()
    assert letter.outcome == outcome


def test_what_was_found_out_first_stays(desk: DeskAtWork) -> None:
    letter = handed(mailbox_of(desk))
    for value in ("fail", "pass"):
        result = Result("dmarc", value, {"header.from": "firm.example"})
        keep_proof(letter_id=letter.pk, results=[result])
    assert take_in_waiting_letters() == 1
    letter.refresh_from_db()
    assert letter.reason == "forged"


def test_others_do_not_wait_for_one_that_is_being_proven(desk: DeskAtWork) -> None:
    mailbox = mailbox_of(desk)
    handed(mailbox)
    other = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=RAW.replace(b"<1@", b"<2@")))
    assert take_in_waiting_letters() == 1
    assert Letter.objects.get(pk=other.letter_id).outcome == Letter.Outcome.TICKET


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
