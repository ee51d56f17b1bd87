"""Letters fetched by a whole desk, whose fetching process is killed again and again."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from otklik.core.post.tests.dovecot import IS_THERE, PASSWORD, REASON, Dovecot, running_dovecot

from .desk import PARTS, STARTING_SECONDS, Desk, otklik

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not IS_THERE, reason=REASON)]

LETTERS = 2_000 if os.environ.get("WHOLE_PROOF") else 200
KILLS = 40 if os.environ.get("WHOLE_PROOF") else 5


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as running:
        yield running


def test_killed_at_any_moment_it_loses_and_doubles_nothing_and_goes_when_not_wanted(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    with Desk(tmp_path, DEMO="1") as desk:
        desk.wait_until_ready()
        assert len(desk.parts()) == PARTS
        client, mailbox = _asked(desk, tmp_path, dovecot)
        _wait(lambda: len(desk.parts()) == PARTS + 1)
        fetcher = max(desk.parts())
        dovecot.put("whole", *map(_letter, range(LETTERS)))
        for _kill in range(KILLS):
            time.sleep(random.Random().uniform(0.05, 0.8))
            fetcher = _fetcher(desk, fetcher)
            os.kill(fetcher, signal.SIGKILL)
        _wait(lambda: _count(desk, "mail_place") == LETTERS)

        assert _count(desk, "mail_letter") == LETTERS
        _wait(lambda: _count(desk, "mail_letter WHERE state = 'kept'") == 0)
        letters = "mail_letter WHERE ticket_id IS NOT NULL"
        assert _count(desk, letters) == LETTERS
        with closing(client):
            client.patch(mailbox, json={"is_active": False}).raise_for_status()
        _wait(lambda: len(desk.parts()) == PARTS)


def _asked(desk: Desk, data: Path, dovecot: Dovecot) -> tuple[httpx.Client, str]:
    """Set a mailbox up over the API; give a client and the mailbox's address."""
    words = ("token", "create", "--person", "root@meridian.example", "--scope", "all")
    token = otklik(data, *words).stdout.strip()
    api = f"http://127.0.0.1:{desk.port}/api/v1"
    client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60)
    body: dict[str, Any] = {
        "name": "Whole",
        "addresses": ["whole@meridian.example"],
        "department": client.get(f"{api}/departments").json()[0]["id"],
        "kind": "imap",
        "host": "localhost",
        "port": dovecot.ports["imap"],
        "security": "none",
        "login": "whole",
        "secret": PASSWORD,
        "takes_old": True,
    }
    made = client.post(f"{api}/mailboxes", json=body)
    made.raise_for_status()
    return client, f"{api}/mailboxes/{made.json()['id']}"


def _fetcher(desk: Desk, before: int) -> int:
    """Return the fetching process once there is one: the youngest of three."""
    found = [before]

    def is_there() -> bool:
        parts = desk.parts()
        found[0] = max(parts)
        return len(parts) == PARTS + 1

    _wait(is_there)
    return found[0]


def _count(desk: Desk, rows: str) -> int:
    with desk.database() as connection:
        found = connection.execute(f"SELECT count(*) FROM {rows}").fetchone()  # type: ignore[arg-type]  # noqa: S608  # our own words
    assert found is not None
    return int(found[0])


def _wait(claim: Callable[[], bool]) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.05)


def _letter(number: int) -> bytes:
    return (
        f"From: Cy <cy{number}@customer.example>\r\nTo: whole@meridian.example\r\n"
        f"Message-ID: <whole{number}@customer.example>\r\nSubject: Letter {number}\r\n"
        f"Date: Mon, 23 Nov 2026 00:00:00 +0000\r\n\r\nNumber {number}.\r\n"
    ).encode()
