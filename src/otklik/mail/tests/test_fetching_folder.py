"""Letters on a real Dovecot, fetched into a desk, with all that may happen meanwhile."""

import imaplib
import os
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.post.imap import Imap
from otklik.core.post.pop3 import Pop3
from otklik.core.post.tests.dovecot import IS_THERE, REASON, Dovecot, running_dovecot
from otklik.core.post.trouble import Kind, Trouble
from otklik.mail.fetching.account import Account
from otklik.mail.fetching.drop import keep_dropped
from otklik.mail.fetching.folder import Folder
from otklik.mail.models import Letter, Mailbox, Place, RawLetter
from otklik.mail.tests.fetching import kept_bytes, letter, make_fetched
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = [
    pytest.mark.skipif(not IS_THERE, reason=REASON),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
CUTS = 500 if os.environ.get("WHOLE_PROOF") else 25
MANY = 50_000 if os.environ.get("WHOLE_PROOF") else 2_000
LINES = 1000 if os.environ.get("WHOLE_PROOF") else 25


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as running:
        yield running


@pytest.fixture
def mailbox(open_desk: DeskAtWork, dovecot: Dovecot, request: pytest.FixtureRequest) -> Mailbox:
    """Make a mailbox whose account on the server is this test's alone."""
    return make_fetched(open_desk.cast.it, dovecot, login=f"u{abs(hash(request.node.name))}")


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Folder]:
    mailbox.refresh_from_db()
    account = Account.of(mailbox)
    imap = Imap.opened(account.server, account.login(), patience=10)
    try:
        yield Folder(account, imap)
    finally:
        imap.close()


def uidvalidity_of(other: imaplib.IMAP4, folder: str) -> int:
    [said] = other.status(folder, "(UIDVALIDITY)")[1]
    return int(bytes(said).rpartition(b" ")[2].rstrip(b")"))


def keep_all(mailbox: Mailbox) -> None:
    with opened(mailbox) as folder:
        folder.keep_all()
    mailbox.refresh_from_db()


def test_a_letter_is_kept_byte_by_byte_and_known_by_its_place(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    sent = [letter(1), b"", b"no head at all", bytes(range(1, 256)) * 20, letter(2) * 50_000]
    sent = [raw for raw in sent if raw]
    dovecot.put(mailbox.login, *sent)

    keep_all(mailbox)
    keep_all(mailbox)

    # Dovecot makes CRLF of each bare line end, as IMAP asks for
    assert [len(raw) > 0 for raw in kept_bytes(mailbox)] == [True] * len(sent)
    assert kept_bytes(mailbox)[0] == sent[0]
    assert kept_bytes(mailbox)[3] == sent[4 - 1]
    assert list(Place.objects.order_by("uid").values_list("uid", flat=True)) == [1, 2, 3, 4]
    assert (mailbox.highest_uid, mailbox.waiting, mailbox.gaps_found) == (4, 0, 0)
    assert mailbox.last_contact_at is not None


def test_a_large_letter_comes_in_pieces_and_stays_whole(mailbox: Mailbox, dovecot: Dovecot) -> None:
    line = b"%07d " + b"x" * 60 + b"\r\n"
    large = b"Subject: large\r\n\r\n" + b"".join(line % number for number in range(60_000))
    dovecot.put(mailbox.login, large, letter(1))

    keep_all(mailbox)

    assert kept_bytes(mailbox) == [large, letter(1)]


def test_letters_that_another_program_read_are_found(mailbox: Mailbox, dovecot: Dovecot) -> None:
    dovecot.put(mailbox.login, *map(letter, range(3)))
    with dovecot.another(mailbox.login) as other:
        other.select("INBOX")
        other.store("1:*", "+FLAGS", "\\Seen")

    keep_all(mailbox)

    assert Letter.objects.count() == 3


def test_the_same_letter_thrice_is_one_letter_in_three_places(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    dovecot.put(mailbox.login, letter(1), letter(1), letter(1))

    keep_all(mailbox)

    assert (Letter.objects.count(), Place.objects.count()) == (1, 3)


def test_a_folder_with_a_new_uidvalidity_is_read_anew_and_nothing_is_doubled(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    mailbox.folder = "Help"
    mailbox.save()
    with dovecot.another(mailbox.login) as other:
        other.create("Help")
    dovecot.put(mailbox.login, *map(letter, range(5)), folder="Help")
    keep_all(mailbox)
    before = mailbox.uidvalidity
    with dovecot.another(mailbox.login) as other:
        while uidvalidity_of(other, "Help") == before:  # it is the second of its making
            other.delete("Help")
            other.create("Help")
    dovecot.put(mailbox.login, *map(letter, range(3, 8)), folder="Help")

    keep_all(mailbox)

    assert mailbox.uidvalidity != before
    assert Letter.objects.count() == 8
    assert mailbox.highest_uid == 5


def test_a_large_folder_is_taken_whole_and_then_asked_little(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    dovecot.put(mailbox.login, letter(0))
    dovecot.lay(mailbox.login, *map(letter, range(1, MANY)))
    keep_all(mailbox)
    assert (Letter.objects.count(), Place.objects.count()) == (MANY, MANY)
    assert (mailbox.highest_uid, mailbox.waiting) == (MANY, 0)

    dovecot.put(mailbox.login, letter(MANY))
    with opened(mailbox) as folder, CaptureQueriesContext(connection) as asked:
        folder.keep_all()
    assert Letter.objects.count() == MANY + 1
    assert len(asked) < 20


def test_a_gap_is_found_and_refilled(mailbox: Mailbox, dovecot: Dovecot) -> None:
    dovecot.put(mailbox.login, *map(letter, range(4)))
    keep_all(mailbox)
    gone = Letter.objects.get(places__uid=2)
    Place.objects.filter(uid=2).delete()
    RawLetter.objects.filter(letter=gone).delete()
    gone.delete()

    keep_all(mailbox)

    assert Letter.objects.count() == 4
    assert (mailbox.gaps_found, mailbox.gaps_refilled) == (1, 1)


def test_letters_that_lay_there_before_are_left_if_so_wished(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    with dovecot.another(mailbox.login) as other:
        for number in (1, 2):
            other.append("INBOX", "", '"01-Jan-2020 00:00:00 +0000"', letter(number))
    mailbox.taken_since = clock.now() - timedelta(seconds=1)  # the server's dates are seconds
    mailbox.save()
    keep_all(mailbox)
    assert Letter.objects.count() == 0

    with dovecot.another(mailbox.login) as other:  # an old letter that somebody moves in is new
        other.append("INBOX", "", '"01-Jan-2020 00:00:00 +0000"', letter(3))
    dovecot.put(mailbox.login, letter(4))
    keep_all(mailbox)

    assert kept_bytes(mailbox) == [letter(3), letter(4)]


@pytest.mark.parametrize(
    ("taken", "left"), [("left", 3), ("seen", 3), ("moved", 0), ("deleted", 0)]
)
def test_what_becomes_of_letters_on_the_server(
    mailbox: Mailbox, dovecot: Dovecot, taken: str, left: int
) -> None:
    mailbox.taken, mailbox.target = taken, "Done"
    mailbox.save()
    dovecot.put(mailbox.login, *map(letter, range(3)))

    keep_all(mailbox)

    with dovecot.another(mailbox.login) as other:
        assert other.select("INBOX")[1] == [str(left).encode()]
        unseen = other.search(None, "UNSEEN")[1][0].split()
        assert len(unseen) == (3 if taken == "left" else 0)
        assert other.select("Done")[1] == [b"3" if taken == "moved" else b"0"]
    assert Letter.objects.count() == 3


def test_what_was_kept_but_not_moved_before_a_death_is_moved_later(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    dovecot.put(mailbox.login, *map(letter, range(3)))
    keep_all(mailbox)
    mailbox.taken, mailbox.target = "moved", "Done"
    mailbox.save()

    keep_all(mailbox)

    with dovecot.another(mailbox.login) as other:
        assert other.select("Done")[1] == [b"3"]
    assert Letter.objects.count() == 3


def test_a_missing_target_is_said_and_no_letter_is_lost(mailbox: Mailbox, dovecot: Dovecot) -> None:
    mailbox.taken, mailbox.target = "moved", "Nowhere"
    mailbox.save()
    dovecot.put(mailbox.login, letter(1))

    with pytest.raises(Trouble) as told:
        keep_all(mailbox)

    assert told.value.kind is Kind.TARGET
    assert "“Nowhere”" in told.value.sentence()
    assert kept_bytes(mailbox) == [letter(1)]


def test_letters_that_others_expunge_meanwhile_harm_nothing(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    dovecot.put(mailbox.login, *map(letter, range(30)))
    with opened(mailbox) as folder, dovecot.another(mailbox.login) as other:
        other.select("INBOX")
        other.store("5:10", "+FLAGS", "\\Deleted")
        other.expunge()
        folder.keep_all()
        dovecot.put(mailbox.login, letter(99))
        folder.rest(lambda _seconds: False)
        folder.goes_on()

    assert len(kept_bytes(mailbox)) == 25
    assert kept_bytes(mailbox)[-1] == letter(99)


def test_a_letter_is_told_of_while_we_rest(mailbox: Mailbox, dovecot: Dovecot) -> None:
    with opened(mailbox) as folder:
        folder.keep_all()
        threading.Timer(0.3, dovecot.put, (mailbox.login, letter(1))).start()
        folder.rest(lambda _seconds: False)
        folder.goes_on()

    assert kept_bytes(mailbox) == [letter(1)]


def test_a_maildrop_is_kept_once_and_deleted_only_if_so_wished(
    mailbox: Mailbox, dovecot: Dovecot
) -> None:
    mailbox.kind, mailbox.port = "pop3", dovecot.ports["pop3"]
    mailbox.save()
    dots = b"Subject: dots\r\n\r\n.\r\n..\r\n.a line\r\n"
    dovecot.put(mailbox.login, letter(1), dots)

    for taken, left in (("left", 2), ("left", 2), ("deleted", 0)):
        mailbox.taken = taken
        mailbox.save()
        account = Account.of(mailbox)
        keep_dropped(account, Pop3.opened(account.server, account.login(), patience=10))
        with dovecot.another(mailbox.login) as other:
            assert other.select("INBOX")[1] == [str(left).encode()]

    assert kept_bytes(mailbox) == [letter(1), dots]
    mailbox.refresh_from_db()
    assert (mailbox.waiting, mailbox.trouble) == (0, {})


@pytest.mark.parametrize("is_told", [True, False])
def test_a_letter_that_is_too_large_stays_and_others_go_on(
    mailbox: Mailbox,
    dovecot: Dovecot,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_told: bool,
) -> None:
    settings.OTKLIK_LARGEST_LETTER = 600_000
    mailbox.taken = "deleted"
    mailbox.save()
    large = b"Subject: large\r\n\r\n" + b"x" * 70 * 10_000
    dovecot.put(mailbox.login, letter(1), large.replace(b"x" * 70, b"x" * 68 + b"\r\n"), letter(2))
    real = Imap.listed
    if not is_told:
        monkeypatch.setattr(
            Imap, "listed", lambda *given: [one._replace(size=1) for one in real(*given)]
        )

    for _time in range(2):
        keep_all(mailbox)

    assert kept_bytes(mailbox) == [letter(1), letter(2)]
    assert (mailbox.too_large, mailbox.waiting, mailbox.trouble) == (1, 0, {})
    assert mailbox.gaps_found == (0 if is_told else 1)  # for it was asked for again
    with dovecot.another(mailbox.login) as other:
        assert other.select("INBOX")[1] == [b"1"]


class Cutter:
    """Passes bytes between us and a server, and cuts after so many of the server's, or lines."""

    def __init__(self, port: int, *, after: int, counts_lines: bool) -> None:
        self._port = port
        self._left = after
        self._counts_lines = counts_lines
        self.was_cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._listener.close()
        self._thread.join(10)

    def _run(self) -> None:
        with suppress(OSError):
            ours, _address = self._listener.accept()
            theirs = socket.create_connection(("127.0.0.1", self._port))
            up = threading.Thread(target=self._copy, args=(ours, theirs), daemon=True)
            up.start()
            self._pass(theirs, ours)
            for end in (ours, theirs):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            up.join(10)
            ours.close()
            theirs.close()

    def _pass(self, theirs: socket.socket, ours: socket.socket) -> None:
        while piece := theirs.recv(65536):
            cost = piece.count(b"\n") if self._counts_lines else len(piece)
            if cost >= self._left:
                ours.sendall(self._cut(piece))
                self.was_cut = True
                return
            self._left -= cost
            ours.sendall(piece)

    def _cut(self, piece: bytes) -> bytes:
        if not self._counts_lines:
            return piece[: self._left]
        lines = piece.split(b"\n")[: self._left]
        return b"\n".join(lines) + b"\n"

    @staticmethod
    def _copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("counts_lines", [False, True], ids=["bytes", "lines"])
def test_a_connection_cut_anywhere_loses_and_doubles_nothing(
    mailbox: Mailbox, dovecot: Dovecot, *, counts_lines: bool
) -> None:
    sent = [letter(number) for number in range(200)]
    dovecot.put(mailbox.login, *sent)
    dice = random.Random(7)
    account = Account.of(mailbox)
    spread = 2_000 if counts_lines else sum(map(len, sent)) + 30_000
    cuts = dice.sample(range(1, spread), CUTS if not counts_lines else LINES)
    hits = 0
    said: set[Kind] = set()

    for number, after in enumerate(cuts):
        if number % 3 == 0:  # from nothing again, so that late cuts meet bytes
            Place.objects.all().delete()
            RawLetter.objects.all().delete()
            Letter.objects.all().delete()
        cutter = Cutter(dovecot.ports["imap"], after=after, counts_lines=counts_lines)
        cut = replace(account, server=replace(account.server, port=cutter.port))
        try:
            imap = Imap.opened(cut.server, cut.login(), patience=10)
            try:
                Folder(cut, imap).keep_all()
            finally:
                imap.close()
        except Trouble as trouble:
            said.add(trouble.kind)
        hits += cutter.was_cut
        cutter.end()
        assert set(kept_bytes(mailbox)) <= set(sent)
    keep_all(mailbox)

    assert said <= {Kind.CUT, Kind.PROTOCOL}
    assert hits > len(cuts) // 3
    assert sorted(kept_bytes(mailbox)) == sorted(sent)
