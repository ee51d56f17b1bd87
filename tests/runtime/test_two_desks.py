"""Desks that write to each other, and to a machine that answers everything, and say so nowhere."""

import re
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest

from otklik.core.post.tests.scripted import Scripted, scripted

from .desk import Desk, free_port
from .program import Program

pytestmark = [pytest.mark.slow]

MARKS: Final = ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "List-Unsubscribe")
THREADS: Final = ("References", "In-Reply-To", "Message-ID", "List-Unsubscribe-Post", "Reply-To")
MOST: Final = 2
"""Automatic letters of a desk to one address, whatever answers there."""
AUTOMATIC: Final = """
    SELECT count(*) FROM mail_outgoing WHERE recipient = %s AND kind IN ('receipt', 'status')"""
UNREAD: Final = "SELECT count(*) FROM mail_letter WHERE state = 'kept'"
UNSETTLED: Final = """
    SELECT count(*) FROM mail_outgoing WHERE state IN ('waiting', 'sending', 'delayed')"""
MOVED: Final = (
    "SELECT count(*) FROM mail_letter",
    "SELECT count(*) FROM mail_outgoing",
    "SELECT count(*) FROM tickets_ticket",
)
REST_SECONDS: Final = 1
PATIENCE_SECONDS: Final = 300


def test_they_end_after_two_automatic_letters(tmp_path: Path) -> None:
    with relaying() as relay, desk(tmp_path / "a", relay) as a, desk(tmp_path / "b", relay) as b:
        for one, other in ((a, "b"), (b, "a")):
            for way in ("plain", "bare"):
                one.asks(way, f"{way}@{other}.example")
        a.asks("plain", "robot@machine.example")
        wait_until_quiet(relay, a, b)

        for way in ("plain", "bare"):
            of_a, of_b = a.automatic(f"{way}@b.example"), b.automatic(f"{way}@a.example")
            assert 1 <= min(of_a, of_b) <= max(of_a, of_b) <= MOST, way
            assert relay.passed(f"{way}@a.example", f"{way}@b.example") == of_a + of_b
        assert a.automatic("robot@machine.example") == relay.answered == MOST
        for one in (a, b):
            came = one.letters()
            assert {state for _subject, state, _outcome, _reason in came} == {"done"}, came
            assert len(came) == relay.handed[one.name]


@contextmanager
def desk(data: Path, relay: "Relay") -> Iterator["Correspondent"]:
    """Run a desk whose two departments have a mailbox and a sender each, all by the relay."""
    data.mkdir()
    port = free_port()
    with Desk(data, DEMO="1", RECEIVE_SMTP=f"127.0.0.1:{port}") as running:
        running.wait_until_ready()
        one = Correspondent(running, data.name)
        one.set_up(relay)
        relay.gates[f"{one.name}.example"] = port
        wait(lambda: is_open(port))
        yield one


class Correspondent:
    """A desk that writes to others as `plain@` and `bare@` its own domain."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.name = name
        self.desk = desk
        self._program = Program(desk)
        self._departments: dict[str, str] = {}

    def set_up(self, relay: "Relay") -> None:
        departments = self._program.asked("GET", "/departments", None, "departments")
        for way, department in zip(("plain", "bare"), departments, strict=False):
            address = f"{way}@{self.name}.example"
            mailbox = {
                "name": way,
                "addresses": [address],
                "department": department["id"],
                "kind": "receiver",
            }
            self._program.asked("POST", "/mailboxes", mailbox, f"mailbox {way}")
            self._program.add_sender(address, relay.port, department["id"])
            self._departments[way] = department["prefix"]

    def asks(self, way: str, address: str) -> None:
        """Register a request of whoever has an address: its receipt is the first letter."""
        self._program.asked(
            "POST",
            "/tickets",
            {
                "subject": "Nothing prints",
                "description": "Please help.",
                "requester": {"email": address, "name": address.partition("@")[0].title()},
                "department": self._departments[way],
            },
            address,
        )

    def automatic(self, address: str) -> int:
        return self.desk.number(AUTOMATIC, address)

    def is_settled(self) -> bool:
        return not self.desk.number(UNSETTLED) and not self.desk.number(UNREAD)

    def moved(self) -> list[int]:
        return [self.desk.number(query) for query in MOVED]

    def letters(self) -> list[tuple[Any, ...]]:
        return self.desk.rows("SELECT subject, state, outcome, reason FROM mail_letter")


class Relay:
    """Passes letters on. It robs those of `bare@` of every mark; for a machine it answers them."""

    def __init__(self, server: Scripted) -> None:
        self.port = server.port
        self.gates: dict[str, int] = {}
        self.ways: list[tuple[str, str]] = []  # from whom, to whom
        self.handed = {"a": 0, "b": 0}
        self.answered = 0
        self.done = 0
        self._server = server

    def is_idle(self) -> bool:
        return self.done == len(self._server.letters)

    def passed(self, sender: str, recipient: str) -> int:
        return sum(way in {(sender, recipient), (recipient, sender)} for way in self.ways)

    def work(self, ended: threading.Event) -> None:
        while not ended.wait(0.05):
            for raw in self._server.letters[self.done :]:
                self._pass_on(raw)
                self.done += 1

    def _pass_on(self, raw: bytes) -> None:
        letter = message_from_bytes(raw, policy=policy.SMTP)
        sender = str(letter["From"].addresses[0].addr_spec)
        recipient = str(letter["To"].addresses[0].addr_spec)
        self.ways.append((sender, recipient))
        if recipient.endswith("@machine.example"):
            self.answered += 1
            letter = answered(letter, self.answered)
            sender, recipient = recipient, sender
        elif sender.startswith("bare@"):
            letter = bared(letter, self.done)
        domain = recipient.rpartition("@")[2]
        if domain not in self.gates:  # news for who works there
            return
        self.handed[domain.removesuffix(".example")] += 1
        with smtplib.SMTP("127.0.0.1", self.gates[domain]) as client:
            client.sendmail(sender, [recipient], letter.as_bytes())


def answered(letter: EmailMessage, number: int) -> EmailMessage:
    """Answer as the worst machine does: no mark, no thread, another subject each time."""
    made = EmailMessage(policy.SMTP)
    made["From"], made["To"] = str(letter["To"]), str(letter["From"])
    made["Subject"] = f"I am away, number {number}"
    made["Message-ID"] = f"<{number}@machine.example>"
    made.set_content(f"I will read it later. This is answer {number}.")
    return made


def bared(letter: EmailMessage, number: int) -> EmailMessage:
    """Take from a letter all by which a desk could know it for a machine's or an answer."""
    for name in (*MARKS, *THREADS):
        del letter[name]
    letter["Message-ID"] = f"<{number}@relay.example>"
    subject = re.sub(r"\[[^]]*\]", "", str(letter["Subject"]))
    letter.replace_header("Subject", f"{number}: {subject}")
    return letter


@contextmanager
def relaying() -> Iterator[Relay]:
    with scripted() as server:
        relay, ended = Relay(server), threading.Event()
        working = threading.Thread(target=relay.work, args=[ended])
        working.start()
        yield relay
        ended.set()
        working.join()


def wait_until_quiet(relay: Relay, *desks: Correspondent) -> None:
    """Wait until nothing has moved for a while, nor waits anywhere."""

    def moved() -> list[int]:
        return [relay.done, *(count for one in desks for count in one.moved())]

    def is_quiet() -> bool:
        before = moved()
        time.sleep(REST_SECONDS)
        rests = relay.is_idle() and all(one.is_settled() for one in desks)
        return rests and before == moved()

    wait(is_quiet)


def wait(claim: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.1)


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
