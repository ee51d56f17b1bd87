"""Work that waits as rows of an app's own and is done many rows at a time.

For work so small that a job for each piece would cost more than the piece. An app registers
a round, writes its rows in the transaction of their cause, and rings. Workers make the round
until it finds nothing; without a ring they look now and then, so a lost one costs a moment.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

from django.db import connections

from otklik.core import live

logger = logging.getLogger(__name__)

Round = Callable[[], int]
"""Does some of what waits and returns how much it did. Many workers may be at it at once."""

GATHERING_SECONDS: Final = 0.1
"""While there is work, rows gather so long for the next round to do them together."""
LONGEST_WAIT_SECONDS: Final = 2.0
REST_SECONDS: Final = 1.0
"""After a round that failed: the database may be away."""

_rounds: dict[str, Round] = {}


def register_round(name: str, run: Round) -> None:
    """Have workers make a round; called once at start-up by the app whose rows they are."""
    if name in _rounds:
        raise ValueError(f"there is a round {name!r} already")
    _rounds[name] = run


def ring(name: str) -> None:
    """Tell the workers, after the commit, that there is something for a round."""
    live.hint(topic_of(name))


def topic_of(name: str) -> str:
    return f"round:{name}"


def is_ring(payload: str) -> bool:
    """Tell whether words of the bus ring for any round."""
    return '"topic":"round:' in payload


class Rounds:
    """A thread that makes every round whenever it is rung for, until it is told to end."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="otklik rounds", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ring(self) -> None:
        self._rung.set()

    def end(self, seconds: float) -> None:
        """Let the round that is being made come to its end, for so long at most."""
        self._ending.set()
        self._rung.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._rung.clear()
            done, failed = make_rounds()
            connections.close_all()  # between rounds the connection rests in the pool
            if failed:
                self._ending.wait(REST_SECONDS)
            elif done:
                self._ending.wait(GATHERING_SECONDS)
            else:
                self._rung.wait(LONGEST_WAIT_SECONDS)


def make_rounds() -> tuple[int, int]:
    """Make each round once; return how much was done, and how many rounds failed."""
    done = failed = 0
    for name, run in _rounds.items():
        try:
            done += run()
        except Exception:  # whatever it was, the other rounds and the next one are to be made
            logger.exception("round_failed", extra={"round": name})
            failed += 1
    return done, failed
