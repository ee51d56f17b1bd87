"""A real gateway on a port of its own, real pages that listen, a real bus between them."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from otklik.core.bus import bus_at
from otklik.core.gateway import (
    SERVER_OPTIONS,
    Application,
    Gateway,
    GatewaySettings,
    make_gateway,
)
from otklik.core.grants import Face, make_grant, now_ms, seal
from otklik.core.hub import SETTLE_MS
from otklik.core.outbox import Outbox

KEY = "a key that only this desk's tests know"
MISSING = "(no such header)"
FOREIGN_KEY = "a key that another desk's tests know"


class Desk:
    """One gateway and the sending side of its bus."""

    def __init__(self, conninfo: str, port: int, gateway: Gateway) -> None:
        self.conninfo = conninfo
        self.port = port
        self.gateway = gateway
        self.bus = bus_at(conninfo=conninfo, bus_url=None, secret=KEY)
        self.outbox = Outbox(lambda: self.bus)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/live/"

    def hint(self, topic: str, **words: int | str) -> None:
        self.outbox.put_hint({"topic": topic, **words})

    def order(self, kind: str, subject: str) -> None:
        ORDERED[0] = time.monotonic()
        self.outbox.put_order((kind, subject, now_ms()))


class Page:
    """What a browser would be: says its token, then listens."""

    def __init__(self, line: ClientConnection) -> None:
        self.socket = line

    def next(self, seconds: float = 3.0) -> dict[str, Any]:
        """Return the next frame that is no beat."""
        while True:
            said: dict[str, Any] = json.loads(self.socket.recv(timeout=seconds))
            if "beat" not in said:
                return said

    def hears_nothing(self, seconds: float = 0.3) -> bool:
        try:
            self.next(seconds)
        except TimeoutError:
            return True
        return False

    def close_code(self, seconds: float = 3.0) -> int | None:
        """Read on until the gateway closes; its code, or None when it does not."""
        until = time.monotonic() + seconds
        try:
            while (left := until - time.monotonic()) > 0:
                self.socket.recv(timeout=left)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
        except TimeoutError:
            pass
        return None


@contextmanager
def open_desk(conninfo: str, *, beside: Application | None = None, port: int = 0) -> Iterator[Desk]:
    """Serve a gateway in a thread, as `otklik live` would in a process; long awake already."""
    settings = GatewaySettings(secret_key=KEY, conninfo=conninfo, allowed_hosts=["127.0.0.1"])
    gateway = make_gateway(settings, beside=beside)
    config = uvicorn.Config(
        gateway, host="127.0.0.1", port=port, log_level="warning", **SERVER_OPTIONS
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started and gateway.hub.hears)
    desk = Desk(conninfo, server.servers[0].sockets[0].getsockname()[1], gateway)
    try:
        yield desk
    finally:
        desk.outbox.flush()
        desk.bus.close()
        server.should_exit = True
        thread.join(timeout=10)


ORDERED = [0.0]
"""When a change of rights was last told."""


def settle_after_orders() -> None:
    """Wait until no earlier test's change of rights counts against a new grant."""
    left = ORDERED[0] + SETTLE_MS / 1000 + 0.05 - time.monotonic()
    if left > 0:
        time.sleep(left)


def settle() -> None:
    """Wait until grants issued from now on count again after a start or a change of rights."""
    time.sleep(SETTLE_MS / 1000 + 0.01)


@contextmanager
def open_page(
    desk: Desk,
    *topics: str,
    account_id: int = 7,
    session: str = "session-of-ada",
    token: str | None = None,
) -> Iterator[Page]:
    """Open a socket and say a token; by default a fresh one for `topics`."""
    with dial(desk) as line:
        page = Page(line)
        line.send(make_token(topics, account_id, session) if token is None else token)
        yield page


@contextmanager
def dial(desk: Desk, *, path: str = "", **headers: str) -> Iterator[ClientConnection]:
    """Open a socket and say nothing; as a page of the desk, unless `headers` say otherwise."""
    named = {"Origin": desk.origin} | headers
    given = {name: value for name, value in named.items() if value != MISSING}
    with connect(desk.address + path, additional_headers=given, compression=None) as line:
        yield line


@contextmanager
def raw_line(desk: Desk, *headers: str) -> Iterator[socket.socket]:
    """Ask for a socket in so many words; whatever comes back stays unread."""
    greeting = [
        "GET /live/ HTTP/1.1",
        *headers,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "\r\n",
    ]
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(3)
        line.connect(("127.0.0.1", desk.port))
        line.sendall("\r\n".join(greeting).encode())
        yield line


def make_token(
    topics: Sequence[str],
    account_id: int = 7,
    session: str = "session-of-ada",
    *,
    issued_ms: int | None = None,
    key: str = KEY,
    name: str = "",
) -> str:
    """Sign `topics`; with a `name`, for a page where people meet."""
    grant = make_grant(
        account_id=account_id,
        session=session,
        topics=topics,
        issued_ms=issued_ms,
        face=Face(topics[0], name, name[:2].upper()) if name else None,
    )
    return seal(grant, key)


def wait_until(holds: Callable[[], object], seconds: float = 5.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.01)
