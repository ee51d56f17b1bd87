"""Letters handed over by SMTP and LMTP: whole, or not at all."""

import asyncio
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from otklik.core.post.receiving import MOST_ERRORS, MOST_FROM_ONE, Envelope, Receiver, Rules
from otklik.core.post.spool import Spool
from otklik.core.post.tests.dovecot import write_certificate

LETTER = b"Subject: Hello\r\n\r\nIt jams.\r\n.a dot\r\n"
HELP = "help@desk.example"


class Desk:
    """Keeps letters in memory, unless its database is away."""

    def __init__(self) -> None:
        self.kept: list[tuple[Envelope, bytes]] = []
        self.is_away = False

    def knows(self, recipient: str) -> bool:
        return recipient == HELP

    def keep(self, envelope: Envelope, raw: Spool) -> None:
        if self.is_away:
            raise ConnectionError
        self.kept.append((envelope, b"".join(raw)))


@contextmanager
def receiving(desk: Desk, **rules: object) -> Iterator[int]:
    """Listen in a thread; give the port."""
    loop = asyncio.new_event_loop()
    given: dict[str, object] = {"name": "desk.example", "most_bytes": 100_000}
    receiver = Receiver(Rules(**(given | rules)), desk)  # type: ignore[arg-type]  # as each test says
    server = loop.run_until_complete(receiver.listen("127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def port(desk: Desk) -> Iterator[int]:
    with receiving(desk) as listening:
        yield listening


def said(port: int, *pieces: bytes) -> bytes:
    """Say words as they are, one piece after each answer; return all that was answered."""
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as talk:
        heard = talk.recv(4096)
        for piece in pieces:
            talk.sendall(piece)
            heard += talk.recv(65536)
        talk.shutdown(socket.SHUT_WR)
        while more := talk.recv(65536):
            heard += more
    return heard


HEAD = (b"EHLO x\r\n", b"MAIL FROM:<cy@c.example>\r\n", b"RCPT TO:<help@desk.example>\r\n")


def test_a_letter_is_kept_byte_by_byte_with_its_envelope(desk: Desk, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("cy@c.example", [HELP], LETTER)
        client.sendmail("", [HELP], LETTER * 2)

    (first, raw), (second, twice) = desk.kept
    assert (raw, twice) == (LETTER, LETTER * 2)
    assert (first.sender, first.recipients, first.client) == ("cy@c.example", (HELP,), "127.0.0.1")
    assert second.sender == ""


def test_each_recipient_of_lmtp_has_its_own_answer(desk: Desk) -> None:
    greeted = (b"LHLO x\r\n", b"MAIL FROM:<cy@c.example>\r\n")
    named = tuple(b"RCPT TO:<%s@desk.example>\r\n" % name for name in (b"help", b"other", b"help"))
    with receiving(desk, is_lmtp=True) as port:
        answers = said(
            port, *greeted, *named, b"DATA\r\n", LETTER.replace(b"\n.", b"\n..") + b".\r\n"
        )

    assert answers.count(b"250 2.0.0 Kept") == 2
    assert answers.count(b"550 5.1.1") == 1
    assert [raw for _envelope, raw in desk.kept] == [LETTER]


def test_what_could_not_be_kept_is_never_called_kept(desk: Desk, port: int) -> None:
    desk.is_away = True
    with smtplib.SMTP("127.0.0.1", port) as client:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail("cy@c.example", [HELP], LETTER)
        assert refused.value.smtp_code == 451
        desk.is_away = False
        client.sendmail("cy@c.example", [HELP], LETTER)

    assert len(desk.kept) == 1


@pytest.mark.parametrize(
    "end",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r\n.\r",
        b"\r.\r\n",
        b"\r\r\n.\r\r\n",
        b"\r\n.\r\r\n",
        b"\n\r.\r\n",
        b"\r\n\n.\r\n",
        b"\x00\r\n\x00.\r\n\n.\r\n",
    ],
)
def test_no_other_end_smuggles_a_second_letter(desk: Desk, port: int, end: bytes) -> None:
    second = b"MAIL FROM:<root@desk.example>\r\nRCPT TO:<help@desk.example>\r\nDATA\r\nSmuggled"
    smuggled = b"Subject: one\r\n\r\nFirst" + end + second + b"\r\n.\r\n"

    answers = said(port, *HEAD, b"DATA\r\n", smuggled)

    assert b"550 5.6.0" in answers
    assert b"250 2.0.0 Kept" not in answers
    assert desk.kept == []


@pytest.mark.parametrize("command", [b"NOOP\n", b"NOOP\r", b"NO\rOP\r\n", b"N" * 5000 + b"\r\n"])
def test_a_command_ends_with_crlf_alone(desk: Desk, port: int, command: bytes) -> None:
    answers = said(port, b"EHLO x\r\n", command + b"NOOP\r\n" if b"\n" not in command else command)

    assert b"500 5.5.2" in answers


def test_a_letter_that_is_too_large_is_refused_before_and_after(desk: Desk, port: int) -> None:
    before = said(port, b"EHLO x\r\n", b"MAIL FROM:<a@b.example> SIZE=100001\r\n")
    large = (b"x" * 1000 + b"\r\n") * 200
    after = said(port, *HEAD, b"DATA\r\n", large + b".\r\n", b"NOOP\r\n")

    assert b"552 5.3.4" in before
    assert b"552 5.3.4" in after
    assert after.endswith(b"250 2.0.0 Ok\r\n")
    assert desk.kept == []


def test_one_who_goes_away_in_the_middle_leaves_nothing(desk: Desk, port: int) -> None:
    said(port, *HEAD, b"DATA\r\n" + LETTER)

    assert desk.kept == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((b"MAIL FROM:<a@b.example>\r\n",), b"503"),
        ((b"EHLO x\r\n", b"RCPT TO:<help@desk.example>\r\n"), b"503"),
        ((b"EHLO x\r\n", b"MAIL FROM:a@b.example\r\n"), b"501"),
        ((b"EHLO x\r\n", b"MAIL FROM:<a b@c.example>\r\n"), b"501"),
        ((b"EHLO x\r\n", b"DATA\r\n"), b"503"),
        ((*HEAD[:2], b"RCPT TO:<nobody@desk.example>\r\n"), b"550"),
        ((*HEAD[:2], b"RCPT TO:<>\r\n"), b"501"),
        ((*HEAD[:2], b"MAIL FROM:<again@b.example>\r\n"), b"503"),
        ((b"EHLO x\r\n", b"EXPN staff\r\n"), b"502"),
        ((b"LHLO x\r\n",), b"502"),
        ((b"STARTTLS\r\n",), b"502"),
    ],
)
def test_what_is_out_of_order_is_refused(port: int, words: tuple[bytes, ...], code: bytes) -> None:
    assert said(port, *words).splitlines()[-1].startswith(code)


def test_who_errs_for_ever_is_sent_away(port: int) -> None:
    answers = said(port, b"WHAT\r\n" * (MOST_ERRORS + 5))

    assert answers.count(b"502") == MOST_ERRORS + 1
    assert answers.splitlines()[-1].startswith(b"421")


def test_too_many_letters_and_connections_wait(desk: Desk) -> None:
    with receiving(desk, letters_a_minute=2) as port, smtplib.SMTP("127.0.0.1", port) as client:
        for _number in range(2):
            client.sendmail("cy@c.example", [HELP], LETTER)
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("cy@c.example", [HELP], LETTER)
        assert refused.value.smtp_code == 451
        others = [
            socket.create_connection(("127.0.0.1", port), 10) for _one in range(MOST_FROM_ONE)
        ]
        assert others[-1].recv(100).startswith(b"421")
        for other in others:
            other.close()


def test_starttls_hides_the_letter_and_forgets_what_came_before(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    with receiving(desk, tls=tls) as port:
        with smtplib.SMTP("localhost", port) as client:
            client.starttls(context=trusting)
            client.sendmail("cy@c.example", [HELP], LETTER)
        injected = said(port, b"EHLO x\r\n", b"STARTTLS\r\nNOOP\r\n")

    assert desk.kept[0][0].is_secure
    assert b"220 2.0.0 Ready" not in injected
    assert injected.splitlines()[-1].startswith(b"554")
