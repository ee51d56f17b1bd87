"""Pages have few threads, so a client that stands still must not hold one."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

STILL_SECONDS = 60.0


class Patience:
    """An ASGI layer that takes a client for gone once it neither sends nor takes anything."""

    def __init__(self, application: Application, seconds: float = STILL_SECONDS) -> None:
        self.application = application
        self.seconds = seconds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        client = _Client(receive, send, self.seconds)
        await self.application(scope, client.receive, client.send)


class _Client:
    def __init__(self, receive: Receive, send: Send, seconds: float) -> None:
        self._receive = receive
        self._send = send
        self._seconds = seconds
        self._gone = False

    async def receive(self) -> Message:
        try:
            if not self._gone:
                async with asyncio.timeout(self._seconds):
                    return await self._receive()
        except TimeoutError:
            self._gone = True
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Let the rest of an answer go nowhere, so that whoever makes it can end."""
        try:
            if not self._gone:
                async with asyncio.timeout(self._seconds):
                    await self._send(message)
        except TimeoutError:
            self._gone = True
