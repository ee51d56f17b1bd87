"""Ticket numbers of a desk that is stopped and killed while tickets are opened."""

import json
import os
import signal
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from .desk import STARTING_SECONDS, Desk, otklik

pytestmark = pytest.mark.slow

ASKED = {"email": "sam.newcomer@harrow-whitfield.example", "name": "Sam Newcomer"}
ADMINISTRATOR = "root@meridian.example"
CLIENTS = 6
EACH = 8


def test_numbers_have_no_gap_whatever_ends_the_desk(tmp_path: Path) -> None:
    """It is stopped at rest, its server is killed amid the opening, and then all of it."""
    data, keys = tmp_path / "data", [str(uuid.uuid4()) for _ in range(CLIENTS * EACH)]
    with Desk(data, DEMO="1") as desk:
        desk.wait_until_ready()
        made = otklik(data, "token", "create", "--person", ADMINISTRATOR, "--scope", "all")
        token = made.stdout.strip().splitlines()[-1]
        before = number_of(opened(desk.port, token, "first"))
        assert desk.stop() == 0

    with ThreadPoolExecutor(CLIENTS) as clients:
        with Desk(data, PORT=str(desk.port)) as again:
            again.wait_until_ready()
            asked = [clients.submit(insist, desk.port, token, key) for key in keys]
            wait_for_some(asked, len(keys) // 4)
            for pid in again.parts():
                os.kill(pid, signal.SIGKILL)
                again.wait_for("started again")
            wait_for_some(asked, len(keys) // 2)
            again.stop(signal.SIGKILL)
        with Desk(data, PORT=str(desk.port)) as last:
            last.wait_until_ready()
            numbers = [number_of(one.result()) for one in asked]

    assert sorted(numbers) == list(range(before + 1, before + 1 + len(keys)))


def opened(port: int, token: str, key: str) -> dict[str, Any]:
    words = {"subject": f"Opened {key}", "description": "Number me.", "requester": ASKED}
    asked = Request(  # our own desk
        f"http://127.0.0.1:{port}/api/v1/tickets",
        json.dumps(words | {"department": "IT"}).encode(),
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        },
    )
    with urlopen(asked, timeout=STARTING_SECONDS) as answer:  # noqa: S310  # our own desk
        assert answer.status == 201
        found: dict[str, Any] = json.loads(answer.read())
        return found


def insist(port: int, token: str, key: str) -> dict[str, Any]:
    """Ask by the same key until the desk has answered."""
    until = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            return opened(port, token, key)
        except (OSError, HTTPException):  # the line was cut, or nobody answers just now
            assert time.monotonic() < until
            time.sleep(0.05)


def wait_for_some(asked: list["Future[dict[str, Any]]"], least: int) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while sum(one.done() for one in asked) < least:
        assert time.monotonic() < until
        time.sleep(0.005)


def number_of(ticket: dict[str, Any]) -> int:
    prefix, _dash, number = str(ticket["number"]).rpartition("-")
    assert prefix == "IT"
    return int(number)
