"""How hints cross processes: PostgreSQL's LISTEN and NOTIFY, or a Redis-protocol server.

Knows nothing of Django, since the gateway has none.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol

import psycopg

from otklik.core.redis import BusLost, RedisBus

LONGEST_PAYLOAD: Final = 7_900
"""Bytes; PostgreSQL refuses a NOTIFY of 8,000."""
PROBE_SECONDS: Final = 5.0
"""How long a quiet line may go unproved: a dead one is noticed within twice as long."""

__all__ = ["Bus", "BusLost", "PostgresBus", "bus_at", "packed"]


class Bus(Protocol):
    """One channel of one desk: what is sent is heard by everyone who listens just then."""

    def send(self, payload: str) -> None:
        """Hand over a text of at most LONGEST_PAYLOAD bytes. Raises BusLost."""

    def close(self) -> None:
        """Give the sending connection back; the next `send` opens another."""

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Hear from the moment of entering on. Entering and iterating raise BusLost."""


class PostgresBus:
    """LISTEN/NOTIFY on connections of its own."""

    def __init__(self, conninfo: str, channel: str) -> None:
        self._conninfo = conninfo
        self._channel = channel
        self._sending: psycopg.Connection | None = None

    def send(self, payload: str) -> None:
        try:
            if self._sending is None:
                self._sending = psycopg.connect(
                    self._conninfo,
                    autocommit=True,
                    connect_timeout=3,
                    tcp_user_timeout=3_000,
                    application_name="otklik hints",
                    # A hint may be lost with the server, so none waits for the disk.
                    options="-c synchronous_commit=off -c statement_timeout=3000",
                )
            self._sending.execute("SELECT pg_notify(%s, %s)", [self._channel, payload])
        except (psycopg.Error, OSError) as error:
            self.close()
            raise BusLost(str(error)) from error

    def close(self) -> None:
        if self._sending is not None:
            self._sending.close()
            self._sending = None

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[str]]:
        try:
            connection = await psycopg.AsyncConnection.connect(
                self._conninfo,
                autocommit=True,
                connect_timeout=3,
                tcp_user_timeout=3_000,
                application_name="otklik live",
            )
        except (psycopg.Error, OSError) as error:
            raise BusLost(str(error)) from error
        try:
            await connection.execute(f'LISTEN "{self._channel}"')
            yield self._payloads(connection)
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise BusLost(str(error)) from error
        finally:
            await connection.close()

    async def _payloads(self, connection: psycopg.AsyncConnection) -> AsyncIterator[str]:
        while True:
            async for notice in connection.notifies(timeout=PROBE_SECONDS):
                yield notice.payload
            async with asyncio.timeout(PROBE_SECONDS):
                await connection.execute("SELECT 1")


def bus_at(*, conninfo: str, bus_url: str | None, secret: str) -> Bus:
    """Choose the bus that the settings name; desks that share a server never hear each other."""
    channel = f"otklik_{hashlib.sha256(f'otklik.bus:{secret}'.encode()).hexdigest()[:16]}"
    if bus_url:
        return RedisBus(bus_url, channel)
    return PostgresBus(conninfo, channel)


def packed(kind: str, items: Iterable[str]) -> Iterator[str]:
    """Put texts of JSON, as lists under `kind`, into as few messages as the bus allows."""
    room, together = 0, list[str]()
    for item in items:
        size = len(item.encode()) + 1
        if together and room + size > LONGEST_PAYLOAD - 40:
            yield f'{{"{kind}":[{",".join(together)}]}}'
            room, together = 0, []
        together.append(item)
        room += size
    if together:
        yield f'{{"{kind}":[{",".join(together)}]}}'
