import base64
import smtplib
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from otklik.core.post.heads import Unfit
from otklik.core.post.sending import (
    Envelope,
    Handed,
    NotOpened,
    Outcome,
    Security,
    Server,
    Session,
    Step,
)
from otklik.core.post.tests.scripted import CUT, Scripted, scripted

ENVELOPE = Envelope(sender="support@meridian.example", recipient="cy@harrow.example")
LETTER = b"Subject: one\r\n\r\n.hidden\r\n..\r\n.\r\nthe end\r\n"
VERBS = {
    "connect": Step.CONNECT,
    "EHLO": Step.HELLO,
    "AUTH": Step.LOGIN,
    "MAIL": Step.SENDER,
    "RCPT": Step.RECIPIENT,
    "DATA": Step.DATA,
    ".": Step.DOT,
}
BEFORE_THE_LETTER = {"connect", "EHLO", "AUTH"}


def server_at(one: Scripted, **more: Any) -> Server:
    server = Server(
        host="127.0.0.1",
        port=one.port,
        authority=one.authority,
        security=Security.NONE,
        login="desk",
        password="a secret",
        patience=3,
    )
    return replace(server, **more)


def handed(one: Scripted, **more: object) -> Handed:
    with Session(server_at(one, **more)) as session:
        return session.hand_over(ENVELOPE, LETTER)


def test_a_letter_arrives_byte_for_byte_and_the_next_by_the_same_conversation() -> None:
    with scripted() as one, Session(server_at(one)) as session:
        results = [session.hand_over(ENVELOPE, LETTER) for _time in range(3)]
    assert [one.outcome for one in results] == [Outcome.ACCEPTED] * 3
    assert (results[0].code, results[0].words) == (250, "2.0.0 queued as 42")
    assert one.letters == [LETTER] * 3
    assert [line.split(" ")[0].upper() for line in one.said].count("EHLO") == 1
    assert "MAIL FROM:<support@meridian.example>" in one.said


@pytest.mark.parametrize("verb", VERBS)
def test_a_refusal_for_now_is_told_with_its_verb_and_words(verb: str) -> None:
    with scripted({verb: "451 4.7.1 greylisted,\ttry later"}) as one:
        result = handed(one)
    assert result == Handed(
        outcome=Outcome.DELAYED, step=VERBS[verb], code=451, words="4.7.1 greylisted, try later"
    )
    assert one.letters == ([LETTER] if verb == "." else [])


@pytest.mark.parametrize("verb", VERBS)
def test_a_refusal_for_good_is_about_the_letter_only_once_it_was_spoken_of(verb: str) -> None:
    script: dict[str, str | list[str | None] | None] = {verb: "550-5.1.1 no\r\n550 5.1.1 such"}
    with scripted(script | ({"HELO": "550 5.1.1 no such"} if verb == "EHLO" else {})) as one:
        result = handed(one)
    expected = Outcome.DELAYED if verb in BEFORE_THE_LETTER else Outcome.REFUSED
    assert (result.outcome, result.step, result.code) == (expected, VERBS[verb], 550)
    assert result.words.endswith("such")


@pytest.mark.parametrize("verb", VERBS)
def test_a_cut_is_uncertain_after_the_final_dot_alone(verb: str) -> None:
    with scripted({verb: CUT}) as one:
        result = handed(one)
    assert result.outcome == (Outcome.UNCERTAIN if verb == "." else Outcome.DELAYED)
    assert result.code == 0
    assert result.words
    assert result.step == VERBS[verb]


def test_a_cut_within_the_letter_is_a_delay() -> None:
    large = b"a line of many\r\n" * 1_000_000
    with scripted({"body": CUT}) as one, Session(server_at(one)) as session:
        result = session.hand_over(ENVELOPE, large)
    assert (result.outcome, one.letters) == (Outcome.DELAYED, [])


def test_silence_after_the_final_dot_is_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.core.post.sending.ANSWERS_THE_DOT_WITHIN", 0.2)
    with scripted() as one:
        one.holds_at = "."
        with Session(server_at(one, patience=0.2)) as session:
            result = session.hand_over(ENVELOPE, LETTER)
        one.let_go.set()
    assert result.outcome == Outcome.UNCERTAIN


def test_a_letter_can_be_kept_until_the_final_dot() -> None:
    with scripted() as one, Session(server_at(one)) as session:
        kept = session.hand_over(ENVELOPE, LETTER, before_dot=lambda: False)
        sent = session.hand_over(ENVELOPE, LETTER)
    assert (kept.outcome, sent.outcome) == (Outcome.LET_GO, Outcome.ACCEPTED)
    assert one.letters == [LETTER]


def test_a_refusal_ends_the_conversation_and_the_next_letter_begins_another() -> None:
    with scripted({"RCPT": ["550 no such", "250 ok"]}) as one, Session(server_at(one)) as session:
        first = session.hand_over(ENVELOPE, LETTER)
        second = session.hand_over(ENVELOPE, LETTER)
    assert (first.outcome, second.outcome) == (Outcome.REFUSED, Outcome.ACCEPTED)


@pytest.mark.parametrize(
    "letter",
    [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\n\r\n", b"\n.\r\n",
     b"a\r\n\x00\r\n", b"a", b"a" * 999 + b"\r\n"],
)  # fmt: skip
def test_bytes_that_could_be_read_as_two_letters_are_never_sent(letter: bytes) -> None:
    with scripted() as one, Session(server_at(one)) as session:
        with pytest.raises(ValueError, match="bare CR or LF"):
            session.hand_over(ENVELOPE, letter)
        assert one.said == []


@pytest.mark.parametrize("to", ["cy@a.example>\r\nRCPT TO:<eve@evil.example", "<cy@a.example>", ""])
def test_an_envelope_holds_plain_addresses_alone(to: str) -> None:
    with (
        scripted() as one,
        Session(server_at(one)) as session,
        pytest.raises(Unfit),
    ):
        session.hand_over(Envelope(sender="", recipient=to), LETTER)
    assert not [line for line in one.said if line.startswith(("MAIL", "RCPT"))]


def test_letters_of_machines_name_nobody_to_be_told() -> None:
    with scripted() as one, Session(server_at(one)) as session:
        session.hand_over(Envelope(sender="", recipient="cy@harrow.example"), LETTER)
    assert "MAIL FROM:<>" in one.said


def test_addresses_beyond_ascii_are_announced() -> None:
    with scripted() as one, Session(server_at(one)) as session:
        session.hand_over(Envelope(sender="", recipient="почта@пример.рф"), LETTER)
    assert "MAIL FROM:<> SMTPUTF8" in one.said
    assert "RCPT TO:<почта@xn--e1afmkfd.xn--p1ai>" in one.said


@pytest.mark.parametrize("kind", [Security.TLS, Security.STARTTLS])
def test_a_conversation_is_secured_and_nothing_is_said_before(
    kind: Security, tmp_path: Path
) -> None:
    hello = "250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN"
    at_once = kind == Security.TLS
    with scripted({"EHLO": hello}, tls=tmp_path, tls_from_start=at_once) as one:
        result = handed(one, security=kind)
    assert result.outcome == Outcome.ACCEPTED
    verbs = [line.split(" ")[0] for line in one.said]
    if not at_once:
        assert verbs.index("STARTTLS") < verbs.index("AUTH")


@pytest.mark.parametrize("kind", [Security.TLS, Security.STARTTLS])
def test_a_certificate_of_somebody_else_is_not_believed(kind: Security, tmp_path: Path) -> None:
    hello = "250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN"
    at_once = kind == Security.TLS
    with scripted({"EHLO": hello}, tls=tmp_path, tls_from_start=at_once) as one:
        one.authority = ""
        result = handed(one, security=kind)
    assert (result.outcome, result.step) == (Outcome.DELAYED, Step.TLS)
    assert "certificate" in result.words.lower()
    assert not [line for line in one.said if line.startswith("AUTH")]


def test_a_server_without_starttls_never_hears_the_password() -> None:
    with scripted() as one:
        result = handed(one, security=Security.STARTTLS)
    assert (result.outcome, result.step) == (Outcome.DELAYED, Step.TLS)
    assert not [line for line in one.said if line.startswith("AUTH")]


def test_the_password_is_told_as_the_server_knows_it() -> None:
    plain = base64.b64encode(b"\0desk\0a secret").decode()
    login = [base64.b64encode(one).decode() for one in (b"desk", b"a secret")]
    with scripted() as one:
        handed(one)
    assert f"AUTH PLAIN {plain}" in one.said
    script = {"EHLO": "250-x\r\n250 AUTH LOGIN", "AUTH": "334 VXNlcm5hbWU6"}
    with scripted(script | {login[0].upper(): "334 UGFz", login[1].upper(): "235 ok"}) as one:
        assert handed(one).outcome == Outcome.ACCEPTED
    assert login == one.said[2:4]


def test_a_token_is_told_by_xoauth2_and_its_refusal_in_words() -> None:
    with scripted() as one:
        assert handed(one, access_token="ya29.token").outcome == Outcome.ACCEPTED
    words = next(line for line in one.said if line.startswith("AUTH XOAUTH2 ")).split(" ")[2]
    assert base64.b64decode(words) == b"user=desk\1auth=Bearer ya29.token\1\1"
    with scripted({"AUTH": "334 eyJzdGF0dXMiOiI0MDAifQ==", "": "535 5.7.8 bad token"}) as one:
        result = handed(one, access_token="ya29.token")
    assert (result.step, result.code, result.words) == (Step.LOGIN, 535, "5.7.8 bad token")


def test_trying_out_ends_before_a_letter() -> None:
    with scripted() as one, Session(server_at(one)) as session:
        session.try_out("support@meridian.example")
    assert one.letters == []
    with scripted({"MAIL": "553 not yours"}) as one, Session(server_at(one)) as session:
        with pytest.raises(NotOpened) as caught:
            session.try_out("support@meridian.example")
        assert (caught.value.step, caught.value.code) == (Step.SENDER, 553)


def test_nobody_listening_is_told_as_that() -> None:
    with scripted() as one:
        pass
    result = handed(one)
    assert (result.outcome, result.step) == (Outcome.DELAYED, Step.CONNECT)
    assert "refused" in result.words.lower()


@contextmanager
def saying(pieces: Iterable[bytes]) -> Iterator[int]:
    """Run a server that says these pieces to whoever comes, for as long as they listen."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def say() -> None:
            sock, _peer = listener.accept()
            with sock, suppress(OSError):
                for piece in pieces:
                    sock.sendall(piece)

        speaking = threading.Thread(target=say, daemon=True)
        speaking.start()
        yield listener.getsockname()[1]
        speaking.join(10)


def dripping(said: bytes) -> Iterator[bytes]:
    for number in range(len(said)):
        threading.Event().wait(0.02)
        yield said[number : number + 1]


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        (dripping(b"220-" + b"x" * 300), "timed out"),
        (repeat(b"220-and so on\r\n" * 100, 1000), "does not end"),
    ],
)
def test_an_answer_has_its_time_and_its_length(pieces: Iterable[bytes], words: str) -> None:
    with saying(pieces) as port:
        server = Server(host="127.0.0.1", port=port, security=Security.NONE, patience=0.4)
        with pytest.raises(NotOpened, match=words), Session(server) as session:
            session.open()


def test_nothing_more_is_said_where_a_letter_is_left_in_the_middle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    real = smtplib.SMTP.docmd

    def docmd(self: smtplib.SMTP, verb: str, words: str = "") -> tuple[int, bytes]:
        said.append(verb)
        return real(self, verb, words)

    monkeypatch.setattr(smtplib.SMTP, "docmd", docmd)
    with scripted() as one, pytest.raises(RuntimeError), Session(server_at(one)) as session:
        session.hand_over(ENVELOPE, LETTER, before_dot=raising)
    assert (said[-1], one.letters) == ("DATA", [])


def raising() -> bool:
    raise RuntimeError
