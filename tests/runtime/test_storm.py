"""Mail both ways while web, worker, fetcher and database are killed at random."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path

import psycopg
import pytest

from otklik.core.post.tests.dovecot import IS_THERE, PASSWORD, REASON, Dovecot, running_dovecot
from otklik.core.post.tests.scripted import CUT, Scripted, scripted

from .desk import PARTS, STARTING_SECONDS, Desk
from .program import Program

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not IS_THERE, reason=REASON)]

IS_WHOLE = bool(os.environ.get("WHOLE_PROOF"))
LETTERS = 2_000 if IS_WHOLE else 60  # each way
KILLS = 80 if IS_WHOLE else 4
SETTLING_SECONDS = 1800 if IS_WHOLE else 300
TICKETS = 10
CLIENTS = 4
OK = "250 2.0.0 queued"
DOTS = [*[OK] * 17, CUT, *[OK] * 31, CUT, OK]
"""What the server says after the final dot: twice nothing."""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as running:
        yield running


def test_every_letter_is_there_once_whatever_is_killed(tmp_path: Path, dovecot: Dovecot) -> None:
    with scripted({".": list(DOTS)}) as server, Desk(tmp_path, DEMO="1") as desk:
        desk.wait_until_ready()
        program = Program(desk)
        _set_up(program, dovecot, server)
        _wait(desk, lambda: len(desk.parts()) == PARTS + 1)
        tickets = [program.opened(number) for number in range(TICKETS)]

        with ThreadPoolExecutor(CLIENTS) as clients:
            dovecot.put("storm", *map(_letter, range(LETTERS // 2)))
            replies = [
                clients.submit(program.replied, tickets[number % TICKETS], number)
                for number in range(LETTERS)
            ]
            killed = _kill_at_random(desk, KILLS)
            dovecot.put("storm", *map(_letter, range(LETTERS // 2, LETTERS)))
            killed |= _kill_at_random(desk, KILLS)
            messages = [one.result() for one in replies]

        _wait(desk, lambda: desk.number("SELECT count(*) FROM mail_place") == LETTERS)
        _wait(desk, lambda: desk.number(UNREAD) == 0)
        _wait(desk, lambda: desk.number(UNSETTLED) == 0)
        assert set(killed) == {"database", "part"}
        _all_came_once(desk)
        _all_left_once(desk, server, messages)


UNREAD = "SELECT count(*) FROM mail_letter WHERE state = 'kept'"
UNSETTLED = "SELECT count(*) FROM mail_outgoing WHERE state IN ('waiting', 'sending', 'delayed')"
OF_STORM = "SELECT count(*) FROM tickets_ticket WHERE subject LIKE %s"
REPLIES = "SELECT count(*) FROM tickets_message WHERE body LIKE %s"


def _all_came_once(desk: Desk) -> None:
    """Each letter is kept once, in a ticket of its own that says what it says."""
    assert desk.number("SELECT count(*) FROM mail_letter") == LETTERS
    rows = desk.rows(
        "SELECT letter.subject, letter.outcome, ticket.subject FROM mail_letter AS letter"
        " JOIN tickets_ticket AS ticket ON ticket.id = letter.ticket_id",
    )
    subjects = sorted(f"Storm {number}" for number in range(LETTERS))
    assert sorted(subject for subject, _outcome, _of_ticket in rows) == subjects
    assert sorted(of_ticket for _subject, _outcome, of_ticket in rows) == subjects
    assert {outcome for _subject, outcome, _of_ticket in rows} == {"ticket"}
    assert desk.number(OF_STORM, "Storm %") == LETTERS


def _all_left_once(desk: Desk, server: Scripted, messages: list[int]) -> None:
    """Each reply is one message and one letter, whose state says what the server saw."""
    assert len(set(messages)) == LETTERS
    assert desk.number(REPLIES, "%Reply number%") == LETTERS
    rows = desk.rows("SELECT header_id, kind, state, message_id FROM mail_outgoing")
    replied = Counter(message for _id, kind, _state, message in rows if kind == "reply")
    assert replied == Counter(messages)
    came = Counter(str(message_from_bytes(raw)["Message-ID"]) for raw in server.letters)
    wrong = []
    for header_id, _kind, state, _message in rows:
        times = came.pop(header_id, 0)
        may = {"sent": {1}, "accepted": {1}, "uncertain": {0, 1}}.get(state, {0})
        if times not in may:
            wrong.append((state, times))
    assert wrong == []
    assert not came  # nothing that the outbox does not know
    states = Counter(state for _id, _kind, state, _message in rows)
    assert set(states) <= {"sent", "accepted", "uncertain"}
    assert states["uncertain"] <= DOTS.count(CUT) + 2 * KILLS


def _set_up(program: Program, dovecot: Dovecot, server: Scripted) -> None:
    departments = program.asked("GET", "/departments", None, "departments")
    mailbox = {
        "name": "Storm",
        "addresses": ["storm@meridian.example"],
        "department": departments[0]["id"],
        "kind": "imap",
        "host": "localhost",
        "port": dovecot.ports["imap"],
        "security": "none",
        "login": "storm",
        "secret": PASSWORD,
        "takes_old": True,
    }
    program.asked("POST", "/mailboxes", mailbox, "mailbox")
    program.add_sender("help@meridian.example", server.port)


def _kill_at_random(desk: Desk, times: int) -> set[str]:
    """Kill any process of the desk, the database the first time; tell which sorts were killed."""
    dice, killed = random.Random(), set[str]()
    for number in range(times):
        time.sleep(dice.uniform(0.1, 1.0))
        _wait(desk, lambda: len(desk.parts()) >= PARTS and len(desk.below()) > len(desk.parts()))
        parts, below = desk.parts(), desk.below()
        is_database = number == 0 or dice.random() < 0.2  # one in five
        victims = [pid for pid in below if pid not in parts] if is_database else parts
        os.kill(dice.choice(victims), signal.SIGKILL)
        killed.add("database" if is_database else "part")
        desk.wait_for("started again")
    return killed


def _wait(desk: Desk, claim: Callable[[], bool]) -> None:
    until = time.monotonic() + max(STARTING_SECONDS, SETTLING_SECONDS)
    while not _holds(claim):
        desk.ensure_lives()
        assert time.monotonic() < until
        time.sleep(0.2)


def _holds(claim: Callable[[], bool]) -> bool:
    try:
        return claim()
    except (OSError, AssertionError, psycopg.OperationalError):  # it is being started again
        return False


def _letter(number: int) -> bytes:
    return (
        f"From: Cy <storm{number}@customer.example>\r\nTo: storm@meridian.example\r\n"
        f"Message-ID: <storm{number}@customer.example>\r\nSubject: Storm {number}\r\n"
        f"Date: Mon, 23 Nov 2026 00:00:00 +0000\r\n\r\nNumber {number}.\r\n"
    ).encode()
