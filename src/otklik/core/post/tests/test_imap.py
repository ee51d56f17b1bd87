"""An IMAP server that does what real ones do rarely, or never should."""

import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.core.post.imap import Imap, Refused, answers
from otklik.core.post.imap.answers import Answer, fields, read_answer
from otklik.core.post.imap.names import decoded, encoded
from otklik.core.post.login import Login
from otklik.core.post.trouble import Kind, Trouble
from otklik.core.post.wire import Security, Server, Wire

LOGIN = Login("help", "secret")
Script = Callable[[bytes], bytes]
CAN = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 IDLE UIDPLUS MOVE\r\n"
USUAL = {
    b"CAPABILITY": CAN,
    b"AUTHENTICATE": b"",
    b"SELECT": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n",
    b"LIST": b'* LIST () "/" INBOX\r\n* LIST (\\Noselect) "/" Top\r\n* LIST () "/" "Top/Help"\r\n',
}


class Played:
    """A server on a port of its own: answers by `script`, whose values are what it sends."""

    def __init__(self, script: dict[bytes, bytes], greeting: bytes) -> None:
        self._script = USUAL | script
        self._greeting = greeting
        self.asked: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                talk, _address = self._listener.accept()
                with talk, suppress(OSError):
                    talk.sendall(self._greeting)
                    self._answer(talk)

    def _answer(self, talk: socket.socket) -> None:
        for line in talk.makefile("rb"):
            self.asked.append(line.strip())
            tag, _, command = line.strip().partition(b" ")
            word = command.removeprefix(b"UID ").partition(b" ")[0]
            if word == b"AUTHENTICATE":
                talk.sendall(b"+ \r\n")
                continue
            if not command:
                tag, word = b"o2", b"AUTHENTICATE"
            said = self._script.get(word, b"")
            if said == b"cut":
                return
            end = tag + b" OK done\r\n"
            talk.sendall(said.replace(b"TAG", tag) + (b"" if b"TAG" in said else end))


@pytest.fixture
def play() -> Iterator[Callable[..., Played]]:
    played: list[Played] = []

    def begin(script: dict[bytes, bytes] | None = None, greeting: bytes = b"* OK hi\r\n") -> Played:
        played.append(Played(script or {}, greeting))
        return played[-1]

    yield begin
    for one in played:
        one.close()


def opened(played: Played, login: Login = LOGIN, patience: float = 3) -> Imap:
    return Imap.opened(Server("127.0.0.1", played.port, Security.NONE), login, patience)


def test_it_signs_in_selects_and_names_folders(play: Callable[..., Played]) -> None:
    with closing(opened(play())) as imap:
        selected = imap.select("INBOX")
        assert (selected.uidvalidity, selected.uidnext, selected.exists) == (7, 4, 3)
        assert imap.folders() == ["INBOX", "Top/Help"]


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (b"220 mail.example ESMTP\r\n", Kind.PROTOCOL),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Kind.PROTOCOL),
        (b"* BYE [UNAVAILABLE] busy\r\n", Kind.BUSY),
        (b"* BYE go away\r\n", Kind.CUT),
        (b"", Kind.PROTOCOL),
        (b"\xff\xfe\x00" * 50 + b"\r\n", Kind.PROTOCOL),
    ],
)
def test_what_greets_oddly_is_told(
    play: Callable[..., Played], greeting: bytes, kind: Kind
) -> None:
    with pytest.raises(Trouble) as told:
        opened(play(greeting=greeting), patience=0.3)

    assert told.value.kind is kind


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"TAG NO [AUTHENTICATIONFAILED] no\r\n", Kind.LOGIN),
        (b"TAG NO no\r\n", Kind.LOGIN),
        (b"TAG NO [UNAVAILABLE] later\r\n", Kind.BUSY),
        (b"TAG NO [LIMIT] too many\r\n", Kind.BUSY),
        (b"TAG NO [OVERQUOTA] full\r\n", Kind.QUOTA),
        (b"TAG NO [PRIVACYREQUIRED] tls\r\n", Kind.LOGIN_UNSAFE),
        (b"cut", Kind.CUT),
    ],
)
def test_each_way_not_to_be_let_in_is_told_apart(
    play: Callable[..., Played], said: bytes, kind: Kind
) -> None:
    with pytest.raises(Trouble) as told:
        opened(play({b"AUTHENTICATE": said}))

    assert told.value.kind is kind


def test_a_server_without_a_way_to_sign_in_is_told(play: Callable[..., Played]) -> None:
    for can, login, kind in (
        (b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n", LOGIN, Kind.LOGIN_UNSAFE),
        (b"* CAPABILITY IMAP4rev1\r\n", Login("help", token="t"), Kind.LOGIN_WAY),
    ):
        with pytest.raises(Trouble) as told:
            opened(play({b"CAPABILITY": can}), login)
        assert told.value.kind is kind


@pytest.mark.parametrize(
    "said",
    [
        b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\nx",
        b"* 1 FETCH (UID 1 BODY[]<0> {2097153}\r\nx",
        b"* 1 FETCH (UID 1 BODY[]<0> {100}\r\nshort)\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> {3}\r\nabc",
        b"* 1 FETCH " + b"{1}\r\nx" * 200 + b"\r\n",
        b"* " + b"x" * 9_000_000,
    ],
)
def test_broken_literals_and_endless_lines_end_the_visit_and_not_the_memory(
    play: Callable[..., Played], said: bytes
) -> None:
    kept: list[bytes] = []
    with closing(opened(play({b"FETCH": said}), patience=0.5)) as imap:
        imap.select("INBOX")
        tracemalloc.start()
        try:
            with pytest.raises(Trouble):
                imap.take([1], lambda _uid, pieces: kept.extend(pieces))
            _now, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert kept == []
    assert most < 64_000_000


def test_answers_that_were_not_asked_for_are_passed_over(play: Callable[..., Played]) -> None:
    said = (
        b"* 9 FETCH (FLAGS (\\Seen))\r\n"
        b"* 8 FETCH (UID 99 BODY[]<0> {5}\r\nother)\r\n"
        b"* 1 FETCH (FLAGS (\\Recent) BODY[]<0> {6}\r\nletter UID 1)\r\n"
        b"* 1 FETCH (UID 1 BODY[]<0> {5}\r\nagain)\r\n"
        b"* 4 EXISTS\r\n* 2 EXPUNGE\r\n* FLAGS ()\r\n* OK still here\r\n"
    )
    kept: dict[int, bytes] = {}
    with closing(opened(play({b"FETCH": said}))) as imap:
        imap.select("INBOX")
        imap.take([1, 2], lambda uid, pieces: kept.update({uid: b"".join(pieces)}))
        assert imap.has_news

    assert kept == {1: b"letter"}


def test_a_letter_that_the_server_refuses_is_told_apart(play: Callable[..., Played]) -> None:
    with closing(opened(play({b"FETCH": b"TAG NO [SERVERBUG] broken\r\n"}))) as imap:
        imap.select("INBOX")
        with pytest.raises(Refused):
            imap.take([1], lambda _uid, _pieces: None)


def test_numbers_out_of_any_bounds_are_no_letters(play: Callable[..., Played]) -> None:
    said = b"* SEARCH 3 1 2 2 0 -1 x 4294967296 99999999999999999999\r\n* SEARCH 7\r\n"
    with closing(opened(play({b"SEARCH": said}))) as imap:
        imap.select("INBOX")
        assert imap.uids() == [1, 2, 3, 7]
        assert imap.uids(3) == [3, 7]


def test_a_server_that_moves_nothing_copies_and_deletes_these_alone(
    play: Callable[..., Played],
) -> None:
    can = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN UIDPLUS\r\n"
    played = play({b"CAPABILITY": can})
    with closing(opened(played)) as imap:
        imap.select("INBOX")
        imap.move([1, 3], "Бг & co")

    asked = [line.partition(b" ")[2] for line in played.asked][-3:]
    assert asked == [
        b'UID COPY 1,3 "&BBEEMw- &- co"',
        b"UID STORE 1,3 +FLAGS.SILENT (\\Deleted)",
        b"UID EXPUNGE 1,3",
    ]


def test_xoauth2_that_is_refused_is_answered_and_told(play: Callable[..., Played]) -> None:
    with pytest.raises(Trouble) as told:
        opened(play({b"AUTHENTICATE": b"TAG NO expired\r\n"}), Login("help", token="t"))

    assert told.value.kind is Kind.LOGIN


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_name_of_a_folder_comes_back_as_it_was(name: str) -> None:
    raw = encoded(name)

    assert raw.isascii()
    assert decoded(raw) == name


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_some_name_and_some_words(raw: bytes) -> None:
    decoded(raw)
    answer = Answer(b"*", [raw.replace(b"\n", b"")])
    fields(answer.words())


@given(st.binary(max_size=2000))
def test_any_bytes_on_the_wire_are_an_answer_or_trouble(raw: bytes) -> None:
    ours, theirs = socket.socketpair()
    wire = Wire(Server("h", 1, Security.NONE), reached=ours)
    theirs.sendall(raw)
    theirs.close()
    try:
        with pytest.raises(Trouble) as told:
            _read_to_the_end(wire)
        assert told.value.kind in {Kind.CUT, Kind.PROTOCOL}
    finally:
        wire.close()


def _read_to_the_end(wire: Wire) -> None:
    while True:
        fields(read_answer(wire).words()[:1])


def test_an_answer_of_many_strings_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_BYTES", 100_000)
    ours, theirs = socket.socketpair()
    with theirs, closing(Wire(Server("h", 1, Security.NONE), reached=ours)) as wire:
        piece = b"* A {50000}\r\n" + b"x" * 50_000
        speaker = threading.Thread(target=theirs.sendall, args=[piece * 2 + b"\r\n"])
        speaker.start()
        with pytest.raises(Trouble) as told:
            read_answer(wire)
        wire.close()
        speaker.join()
    assert told.value.kind is Kind.PROTOCOL


def test_a_server_that_drips_is_silent() -> None:
    ours, theirs = socket.socketpair()

    def drip() -> None:
        with theirs, suppress(OSError):
            for _number in range(200):
                threading.Event().wait(0.02)
                theirs.sendall(b"x")

    speaker = threading.Thread(target=drip)
    speaker.start()
    wire = Wire(Server("h", 1, Security.NONE), 0.03, ours)
    with closing(wire), pytest.raises(Trouble) as told:
        wire.line()
    speaker.join()
    assert told.value.kind is Kind.SILENT
