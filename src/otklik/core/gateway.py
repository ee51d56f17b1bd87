"""The live gateway: open pages on one side, the bus on the other, hints between them.

A plain ASGI application without Django, so that a process of it stays small. The page
says its grant as the first message (not in the address, which gets logged) and from
then on listens; where people meet it may say whether its person writes, and no more.
`docs/howto/live.md` tells the whole story.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from otklik.core.bus import Bus, BusLost, bus_at
from otklik.core.grants import Grant, GrantRefused, unseal
from otklik.core.hub import Hub, Refused, Verdict, spread_of
from otklik.core.origins import is_own_origin
from otklik.core.presence import Frame, Key

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

logger = logging.getLogger(__name__)

PATH: Final = "/live/"
HEALTH_PATH: Final = "/live/healthz"
GREETING_SECONDS: Final = 5.0
MOST_STRANGERS: Final = 1_000
"""Sockets that have not said their grant yet."""
MOST_PENDING: Final = 256
MOST_BEATS_WAITED: Final = 10
"""How many beats one frame may wait for a page that does not take it."""
FAREWELL_SECONDS: Final = 5.0
BEAT_SECONDS: Final = 1.0
BEATS_FOR_WORD: Final = 25
"""Each page is told one beat of so many: one that hears nothing for much longer is cut off."""
FIRST_REST_SECONDS: Final = 0.1
LONGEST_REST_SECONDS: Final = 2.0
TOGETHER_SECONDS: Final = 0.2
"""Comings and goings this near each other are told as one."""

SERVER_OPTIONS: Final[dict[str, Any]] = {
    "ws": "websockets-sansio",
    "ws_max_size": 16_384,
    "ws_ping_interval": 10.0,
    "ws_ping_timeout": 10.0,  # whoever lost the network is not shown as here for much longer
    "ws_per_message_deflate": False,
}
"""For whichever uvicorn serves this: compression alone would cost 40 KB a socket."""


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """What the gateway must know of the desk."""

    secret_key: str
    conninfo: str
    """libpq's words or address of the desk's database."""
    bus_url: str | None = None
    allowed_hosts: Sequence[str] = ()
    """As in Django: `help.example.org`, `.example.org` or `*`."""
    secure: bool = False
    """The desk's address begins with https, perhaps thanks to a proxy."""


class Socket:
    """One open page; has no task of its own while there is nothing to say."""

    __slots__ = ("_beats", "_flusher", "_leave", "_pending", "_reader", "_send", "_verdict")

    def __init__(self, send: Send, leave: Callable[["Socket"], None]) -> None:
        self._send = send
        self._leave = leave
        self._reader = asyncio.current_task()
        self._pending: dict[Key, Frame] = {}
        self._flusher: asyncio.Task[None] | None = None
        self._beats = 0
        self._verdict: Verdict | None = None

    @property
    def is_closing(self) -> bool:
        return self._verdict is not None

    def push(self, key: Key, frame: Frame) -> None:
        if self._verdict is not None:
            return
        self._pending[key] = frame
        if len(self._pending) > MOST_PENDING:
            self._leave(self)
            self.drop(Verdict.SLOW)
        elif self._flusher is None:
            self._flusher = asyncio.create_task(self._flush())

    def drop(self, verdict: Verdict, after_ms: int = 0, spread_ms: int = 0) -> None:
        if self._verdict is not None:
            return
        self._verdict = verdict
        self._pending.clear()
        if self._flusher is not None:
            self._flusher.cancel()  # a frame that waits for a slow page is not said any more
        self._flusher = asyncio.create_task(self._part(f"{after_ms} {spread_ms}"))
        asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self._abandon)

    def keeps_up(self) -> bool:
        """Count beats, not time, while a frame waits.

        The clock would blame the page for a frame whose turn in this very process has not
        come yet, or for a process that was paused for an hour.
        """
        if self._flusher is not None:
            self._beats += 1
        return self._beats <= MOST_BEATS_WAITED

    def stop(self) -> None:
        """Say no more: the page is gone."""
        self._reader = None
        self._verdict = self._verdict or Verdict.CUT
        if self._flusher is not None:
            self._flusher.cancel()

    def _abandon(self) -> None:
        """Leave a page that does not even take its farewell."""
        if self._reader is not None:
            self._reader.cancel()

    async def _flush(self) -> None:
        with contextlib.suppress(OSError):
            while self._pending:
                frame = self._pending.pop(next(iter(self._pending)))
                await self._send({"type": "websocket.send", "text": frame})
                self._beats = 0
            self._flusher = None

    async def _part(self, reason: str) -> None:
        with contextlib.suppress(OSError):
            code = int(self._verdict or Verdict.CUT)
            await self._send({"type": "websocket.close", "code": code, "reason": reason})


class Gateway:
    """The ASGI application; hands everything that is not live to `beside`, if given."""

    def __init__(
        self, settings: GatewaySettings, bus: Bus, *, beside: Application | None = None
    ) -> None:
        self.hub = Hub()
        self._settings = settings
        self._bus = bus
        self._beside = beside
        self._strangers = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "websocket":
                await self._meet(scope, receive, send)
            case "http" if scope["path"] == HEALTH_PATH:
                await self._tell_health(send)
            case "http" if self._beside is not None:
                await self._beside(scope, receive, send)
            case _:
                await _answer(send, 404, {"status": "not found"})

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(work) for work in (self._listen(), self._beat(), self._introduce())
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.hub.sleep()
        self._bus.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            match (await receive())["type"]:
                case "lifespan.startup":
                    self.start()
                    await send({"type": "lifespan.startup.complete"})
                case _:
                    await self.stop()
                    await send({"type": "lifespan.shutdown.complete"})
                    return

    async def _listen(self) -> None:
        """Hear the bus for as long as the process lives."""
        rest = FIRST_REST_SECONDS
        while True:
            try:
                async with self._bus.listen() as payloads:
                    self.hub.wake()
                    rest = FIRST_REST_SECONDS
                    async for payload in payloads:
                        self._hear(payload)
            except BusLost as lost:
                logger.warning("the bus is lost: %s", lost)
            self.hub.sleep()
            await asyncio.sleep(rest * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            rest = min(rest * 2, LONGEST_REST_SECONDS)

    def _hear(self, payload: str) -> None:
        try:
            self.hub.hear(payload)
        except (ValueError, KeyError, TypeError, AttributeError):
            logger.exception("the bus carried what is no message of ours")

    async def _beat(self) -> None:
        """Each second: a beat to a twenty-fifth of the sockets, and care for the stuck ones."""
        turn = 0
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            turn += 1
            beat = json.dumps({"beat": True, "spread": spread_of(len(self.hub))})
            for listener in self.hub.listeners:
                if not listener.keeps_up():
                    self.hub.leave(listener)
                    listener.drop(Verdict.SLOW)
                elif hash(listener) % BEATS_FOR_WORD == turn % BEATS_FOR_WORD:
                    listener.push((("beat", True),), beat)
            self.hub.presence.tidy()
            if turn % 5 == 0:
                self.hub.tidy()

    async def _introduce(self) -> None:
        """Tell pages here, and the other gateways, who came, went or writes."""
        presence, rest = self.hub.presence, FIRST_REST_SECONDS
        while True:
            await presence.changed.wait()
            await asyncio.sleep(TOGETHER_SECONDS)
            try:
                for payload in presence.tell():
                    await asyncio.to_thread(self._bus.send, payload)
                    rest = FIRST_REST_SECONDS
            except BusLost as lost:
                logger.warning("who is here waits to be told: %s", lost)
                presence.repeat()
                await asyncio.sleep(rest)
                rest = min(rest * 2, LONGEST_REST_SECONDS)

    async def _meet(self, scope: Message, receive: Receive, send: Send) -> None:
        await receive()
        if scope["path"] != PATH or self._strangers >= MOST_STRANGERS or not self._is_own(scope):
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "websocket.accept"})
        socket = Socket(send, self.hub.leave)
        try:
            await self._attend(socket, receive)
        except asyncio.CancelledError:
            if not socket.is_closing:
                raise
        finally:
            self.hub.leave(socket)
            socket.stop()

    def _is_own(self, scope: Message) -> bool:
        named = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        origins = [value for name, value in named if name == b"origin"]
        hosts = [value for name, value in named if name == b"host"]
        if len(origins) != 1 or len(hosts) != 1:
            return False
        secure = self._settings.secure or scope["scheme"] == "wss"
        allowed = self._settings.allowed_hosts
        return is_own_origin(origins[0], host=hosts[0], allowed=allowed, secure=secure)

    async def _attend(self, socket: Socket, receive: Receive) -> None:
        """Seat the socket once it has said its grant; leave when it goes or speaks out of turn."""
        try:
            self.hub.join(socket, await self._greeting(receive))
        except Refused as refused:
            socket.drop(refused.verdict, refused.after_ms)
        while (said := await receive())["type"] != "websocket.disconnect":
            if self.hub.presence.note(socket, said.get("text")):
                continue
            self.hub.leave(socket)
            socket.drop(Verdict.WRONG)

    async def _greeting(self, receive: Receive) -> Grant:
        self._strangers += 1
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                message = await receive()
            return unseal(message.get("text") or "", self._settings.secret_key)
        except TimeoutError:
            raise Refused(Verdict.SLOW) from None
        except GrantRefused:
            raise Refused(Verdict.WRONG) from None
        finally:
            self._strangers -= 1

    async def _tell_health(self, send: Send) -> None:
        hears = self.hub.hears
        health = {"status": "ok" if hears else "the bus is lost", "sockets": len(self.hub)}
        await _answer(send, 200 if hears else 503, health)


def make_gateway(settings: GatewaySettings, *, beside: Application | None = None) -> Gateway:
    """Build the gateway: alone (`otklik live`), or with the pages `beside` it on one port."""
    bus = bus_at(conninfo=settings.conninfo, bus_url=settings.bus_url, secret=settings.secret_key)
    return Gateway(settings, bus, beside=beside)


async def _answer(send: Send, status: int, body: Mapping[str, object]) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
