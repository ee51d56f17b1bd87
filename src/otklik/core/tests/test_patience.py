"""Clients that stand still."""

import asyncio
from typing import Any

from otklik.core.patience import Message, Patience, Receive, Send


async def _never(*_message: Message) -> Any:
    await asyncio.Event().wait()


def test_a_client_that_stops_sending_is_taken_for_gone() -> None:
    heard: list[str] = []

    async def application(_scope: Message, receive: Receive, _send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])

    asyncio.run(Patience(application, 0.01)({}, _never, _never))

    assert heard == ["http.disconnect", "http.disconnect"]


def test_a_client_that_stops_taking_lets_the_answer_end() -> None:
    ended: list[bool] = []

    async def application(_scope: Message, _receive: Receive, send: Send) -> None:
        for _ in range(1000):
            await send({"type": "http.response.body"})
        ended.append(True)

    asyncio.run(Patience(application, 0.01)({}, _never, _never))

    assert ended == [True]


def test_a_lively_client_notices_nothing() -> None:
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"all"}

    async def send(message: Message) -> None:
        said.append(message)

    async def application(_scope: Message, receive: Receive, send: Send) -> None:
        await send(await receive())

    asyncio.run(Patience(application)({}, receive, send))

    assert said == [{"type": "http.request", "body": b"all"}]
