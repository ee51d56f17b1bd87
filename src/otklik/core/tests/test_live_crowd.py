"""A crowd of open pages while rights come and go."""

import asyncio
import json
import random
import time
from statistics import median
from typing import Any, Final

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from otklik.core.hub import Verdict
from otklik.core.tests.live_desk import Desk, make_token

pytestmark = pytest.mark.slow

ARRIVAL_SECONDS: Final = 20
EVENING_SECONDS: Final = 90
"""A starved machine is no fault; a word that never comes is."""


class Person:
    """One of the crowd: listens for one ticket and notes what must not be."""

    def __init__(self, account: int) -> None:
        self.account = account
        self.topic = f"ticket:{account}"
        self.session = f"s{account}"
        self.heard = 0
        self.last_version = -1
        self.revoked_at = 0.0
        self.shown_out_after = 0.0
        self.verdict: int | None = None
        self.went_home = False
        self.forbidden: list[str] = []

    def revoke(self, version: int) -> tuple[str, str]:
        """Note after which version there is nothing more to hear; which order says so varies."""
        if not self.revoked_at:
            self.last_version = version
            self.revoked_at = time.monotonic()
        return ("account", str(self.account)) if version % 2 else ("session", self.session)

    async def listen(self, desk: Desk, all_seated: asyncio.Barrier) -> None:
        """Hear until the last word or until shown out."""
        origin = Origin(desk.origin)
        async with connect(desk.address, origin=origin, compression=None) as line:
            await line.send(make_token([self.topic], self.account, self.session))
            try:
                self._note(json.loads(await line.recv()))
                await all_seated.wait()
                while not self.went_home:
                    self._note(json.loads(await line.recv()))
            except ConnectionClosed as closed:
                self.verdict = closed.rcvd.code if closed.rcvd else None
                self.shown_out_after = time.monotonic() - self.revoked_at

    def _note(self, said: dict[str, Any]) -> None:
        self.heard += 1
        self.went_home = "last" in said
        if said.get("topic", self.topic) != self.topic:
            self.forbidden.append(f"{self.account} heard {said}")
        if self.revoked_at and said.get("version", 0) > self.last_version:
            self.forbidden.append(f"{self.account} heard {said}, said after their rights went")


def test_nobody_hears_a_word_that_is_not_for_them_while_rights_come_and_go(desk: Desk) -> None:
    """200 people, each told only of their own ticket, rights taken at random meanwhile."""
    people = [Person(account) for account in range(2000, 2200)]
    asyncio.run(come_listen_and_go(desk, people))
    assert [word for person in people for word in person.forbidden] == []
    assert sum(person.heard for person in people) > 1_000
    shown_out = [person for person in people if person.revoked_at]
    assert {person.verdict for person in shown_out} == {Verdict.REVOKED}
    assert median(person.shown_out_after for person in shown_out) < 1
    stayed = [person for person in people if not person.revoked_at]
    assert [person.verdict for person in stayed if not person.went_home] == []


async def come_listen_and_go(desk: Desk, people: list[Person]) -> None:
    all_seated = asyncio.Barrier(len(people) + 1)
    async with asyncio.timeout(EVENING_SECONDS), asyncio.TaskGroup() as together:
        for person in people:
            together.create_task(person.listen(desk, all_seated))
        async with asyncio.timeout(ARRIVAL_SECONDS):
            await all_seated.wait()
        assert len(desk.gateway.hub) == len(people)
        await tell_and_revoke(desk, people)
        for person in people:
            desk.hint(person.topic, last="word")


async def tell_and_revoke(desk: Desk, people: list[Person]) -> None:
    dice = random.Random(39)
    for version in range(150):
        for person in dice.sample(people, 40):
            desk.hint(person.topic, version=version)
        desk.order(*dice.choice(people).revoke(version))
        await asyncio.sleep(0.02)
