"""Carries hints from committed requests to the bus, behind the requests' backs.

One thread a process: a request never waits for the bus nor fails with it, and all
hints of a request, often of several, leave as one message.
"""

import atexit
import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from otklik.core.bus import Bus, BusLost, packed

logger = logging.getLogger(__name__)

LINGER_SECONDS: Final = 0.005
"""A request's hints come one after another; this long the first waits for the rest."""
GATHERING_SECONDS: Final = 0.025
"""Between two messages: what many requests say at once leaves together."""
MOST_WAITING: Final = 10_000
"""Beyond it the oldest go: whoever lost the bus re-reads everything anyway."""
LONGEST_REST_SECONDS: Final = 2.0

Word = int | str
Hint = Mapping[str, Word]
Order = tuple[str, str, int]
"""What the gateways must do: kind, whom or what, when (milliseconds)."""


class Outbox:
    """Hints and orders on their way to the bus, in order, each at least once while it works."""

    def __init__(self, open_bus: Callable[[], Bus]) -> None:
        self._open_bus = open_bus
        self._hints: deque[str] = deque(maxlen=MOST_WAITING)
        self._orders: deque[Order] = deque(maxlen=MOST_WAITING)
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._sending = False
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.flush)

    def put_hint(self, hint: Hint) -> None:
        with self._changed:
            self._hints.append(_dump(hint))
            self._wake()

    def put_order(self, order: Order) -> None:
        with self._changed:
            self._orders.append(order)
            self._wake()

    def flush(self, seconds: float = 2.0) -> bool:
        """Wait until all is sent; False when that took longer than `seconds`."""
        with self._changed:
            return self._changed.wait_for(self._is_empty, timeout=seconds)

    def _is_empty(self) -> bool:
        return not (self._sending or self._hints or self._orders)

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="otklik hints", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _forget(self) -> None:
        """Begin anew in a forked child, which has no thread and no right to the connection."""
        self._changed = threading.Condition()
        self._thread = None
        self._sending = False

    def _run(self) -> None:
        bus: Bus | None = None
        sent = 0.0
        while True:
            hints, orders = self._take(sent + GATHERING_SECONDS)
            for payload in payloads(hints, orders):
                bus = bus or self._open_bus()
                _send(bus, payload)
            sent = time.monotonic()
            with self._changed:
                self._sending = False
                self._changed.notify_all()

    def _take(self, earliest: float) -> tuple[list[str], list[Order]]:
        with self._changed:
            self._changed.wait_for(lambda: self._hints or self._orders)
            self._sending = True
        time.sleep(max(LINGER_SECONDS, earliest - time.monotonic()))
        with self._changed:
            hints, orders = list(dict.fromkeys(self._hints)), list(self._orders)
            self._hints.clear()
            self._orders.clear()
        return hints, orders


def payloads(hints: Iterable[str], orders: Iterable[Order]) -> Iterator[str]:
    """Pack all into as few messages as the bus allows; orders go first."""
    yield from packed("orders", (_dump(order) for order in orders))
    yield from packed("hints", hints)


def _send(bus: Bus, payload: str) -> None:
    """Try until the bus takes it: an order to cut someone off must not be lost."""
    rest = 0.1
    while True:
        try:
            bus.send(payload)
        except BusLost as lost:
            logger.warning("live hints are waiting: %s", lost)
            time.sleep(rest)
            rest = min(rest * 2, LONGEST_REST_SECONDS)
        else:
            return


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
