"""A crowd of open pages while rights come and go."""

import asyncio
import json
import random
import time
from typing import Any, Final

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from otklik.core.hub import Verdict
from otklik.core.tests.live_desk import Desk, make_token

pytestmark = pytest.mark.slow

ARRIVAL_SECONDS: Final = 20
SILENCE_SECONDS: Final = 4


class Person:
    """One of the crowd: listens for one ticket and notes what must not be."""

    def __init__(self, account: int) -> None:
        self.account = account
        self.topic = f"ticket:{account}"
        self.session = f"s{account}"
        self.heard = 0
        self.revoked_at: float | None = None
        self.verdict: int | None = None
        self.went_home = False
        self.forbidden: list[str] = []

    async def listen(self, desk: Desk, all_seated: asyncio.Barrier) -> None:
        """Hear until the last word or until shown out."""
        async with connect(desk.address, origin=desk.origin, compression=None) as line:  # type: ignore[arg-type] # any text is an origin
            await line.send(make_token([self.topic], self.account, self.session))
            try:
                self._note(json.loads(await line.recv()))
                await all_seated.wait()
                while not self.went_home:
                    async with asyncio.timeout(SILENCE_SECONDS):
                        self._note(json.loads(await line.recv()))
            except ConnectionClosed as closed:
                self.verdict = closed.rcvd.code if closed.rcvd else None

    def _note(self, said: dict[str, Any]) -> None:
        self.heard += 1
        self.went_home = "last" in said
        if self.revoked_at is not None and time.monotonic() - self.revoked_at > 1:
            self.forbidden.append(f"{self.account} heard {said} after their rights went")
        if said.get("topic", self.topic) != self.topic:
            self.forbidden.append(f"{self.account} heard {said}")


def test_nobody_hears_a_word_that_is_not_for_them_while_rights_come_and_go(desk: Desk) -> None:
    """200 people, each told only of their own ticket, rights taken at random meanwhile."""
    people = [Person(account) for account in range(2000, 2200)]
    asyncio.run(come_listen_and_go(desk, people))
    assert [word for person in people for word in person.forbidden] == []
    assert sum(person.heard for person in people) > 1_000
    for person in people:
        shown_out = person.revoked_at is not None
        assert person.went_home is not shown_out, person.account
        assert person.verdict == (Verdict.REVOKED if shown_out else None), person.account


async def come_listen_and_go(desk: Desk, people: list[Person]) -> None:
    all_seated = asyncio.Barrier(len(people) + 1)
    async with asyncio.TaskGroup() as together:
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
        person = dice.choice(people)
        desk.order(*dice.choice([("account", str(person.account)), ("session", person.session)]))
        person.revoked_at = person.revoked_at or time.monotonic()
        await asyncio.sleep(0.02)
