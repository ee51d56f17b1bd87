"""The gateway's memory: who hears what, what was said a moment ago, who was cut off.

No sockets, no waiting: everything happens at once, so that a person who is cut off
hears nothing more from the next line of code on.
"""

import json
import random
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

from otklik.core.grants import LIFETIME_MS, Grant, now_ms
from otklik.core.presence import Frame, Key, Presence

SETTLE_MS: Final = 1_000
"""A grant counts only if issued this long after a change of rights: for clocks of several
machines, and for requests that had read the rights just before they changed."""
BEFORE_GRANT_MS: Final = 1_000
"""How much older than its grant what a page shows may be: counts that pages share for a while."""
SOCKET_LIFE_MS: Final = 15 * 60_000
"""Then a page proves itself again: sessions run out without anyone saying so."""
MOST_SOCKETS_OF_ACCOUNT: Final = 40
MOST_REMEMBERED_OF_TOPIC: Final = 64
CROWD: Final = 20
MS_FOR_EACH: Final = 5
LONGEST_SPREAD_MS: Final = 20_000


class Verdict(IntEnum):
    """Why a socket is closed, as its close code; the page asks for a new grant and returns."""

    CUT = 4000
    """The gateway does not hear the bus, or is stopping."""
    WRONG = 4400
    STALE = 4401
    REVOKED = 4403
    SLOW = 4408
    CROWDED = 4429


class Refused(Exception):
    """A grant that is good for nothing, or not yet."""

    def __init__(self, verdict: Verdict, after_ms: int = 0) -> None:
        super().__init__(verdict.name)
        self.verdict = verdict
        self.after_ms = after_ms


class Listener(Protocol):
    """One open page."""

    def push(self, key: Key, frame: Frame) -> None:
        """Send soon; a frame of the same key that still waits is replaced."""

    def drop(self, verdict: Verdict, after_ms: int = 0, spread_ms: int = 0) -> None:
        """Close and forget what still waits. Twice-safe.

        The page shall come back `after_ms` later, or up to `spread_ms` after that.
        """

    def keeps_up(self) -> bool:
        """Tell, asked once a beat, whether the page still takes what it is sent."""


@dataclass(slots=True)
class _Seat:
    grant: Grant
    until_ms: int


class Hub:
    """One gateway process's sockets by what they may hear."""

    def __init__(self) -> None:
        self.presence = Presence()
        self._since: int | None = None
        self._seats: dict[Listener, _Seat] = {}
        self._by_subject: defaultdict[tuple[str, str], set[Listener]] = defaultdict(set)
        self._orders: dict[tuple[str, str], int] = {}
        self._recent: dict[str, deque[tuple[int, Key, Frame]]] = {}
        self._used: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._seats)

    @property
    def hears(self) -> bool:
        return self._since is not None

    @property
    def listeners(self) -> list[Listener]:
        return list(self._seats)

    def has(self, kind: str, subject: str) -> bool:
        """Tell whether anyone listens for this account, session or topic."""
        return (kind, subject) in self._by_subject

    def wake(self) -> None:
        """Begin to hear the bus: what was granted before may have been taken back unheard."""
        self._since = now_ms()
        self.presence.forget()
        self._orders.clear()
        self._recent.clear()

    def sleep(self) -> None:
        """Let nobody hear on: the bus is lost, and with it every word about rights taken back."""
        self._since = None
        self.drop_all(Verdict.CUT)

    def drop_all(self, verdict: Verdict) -> None:
        spread = spread_of(len(self._seats))
        for listener in self.listeners:
            self._drop(listener, verdict, SETTLE_MS, spread)

    def join(self, listener: Listener, grant: Grant) -> None:
        """Seat a page and repeat what it missed since its grant was issued. Raises Refused."""
        now = now_ms()
        self._ensure_good(grant, now)
        self._used[grant.nonce] = now
        self._seats[listener] = _Seat(grant, now + _life())
        for subject in _subjects(grant):
            self._by_subject[subject].add(listener)
        ready = {"ready": True, "spread": spread_of(len(self._seats))}
        listener.push((("ready", True),), json.dumps(ready))
        for topic in grant.topics:
            self._repeat(listener, topic, grant.issued_ms - SETTLE_MS - BEFORE_GRANT_MS)
        if grant.face is not None:
            self.presence.enter(listener, grant.account_id, grant.face)

    def leave(self, listener: Listener, *, lingers: bool = True) -> None:
        """Let a page hear no more; its person's face `lingers` for one that comes right back."""
        seat = self._seats.pop(listener, None)
        if seat is None:
            return
        self.presence.leave(listener, lingers=lingers)
        for subject in _subjects(seat.grant):
            hearers = self._by_subject[subject]
            hearers.discard(listener)
            if not hearers:
                del self._by_subject[subject]

    def hear(self, payload: str) -> None:
        """Do what a message from the bus says: orders at once, hints to those who may hear."""
        message = json.loads(payload)
        for kind, subject, at_ms in message.get("orders", ()):
            self._obey(kind, subject, at_ms)
        for said in message.get("hints", ()):
            self._tell(said)
        self.presence.hear(message)

    def tidy(self) -> None:
        """Forget what no grant can ask for any more, and send the old sockets to renew."""
        now = now_ms()
        oldest = now - LIFETIME_MS - SETTLE_MS - BEFORE_GRANT_MS
        self._orders = {key: at for key, at in self._orders.items() if at > oldest}
        self._used = {nonce: at for nonce, at in self._used.items() if at > oldest}
        self._recent = {topic: said for topic, said in self._recent.items() if said[-1][0] > oldest}
        for listener, seat in list(self._seats.items()):
            if seat.until_ms < now:
                self._drop(listener, Verdict.STALE)

    def _ensure_good(self, grant: Grant, now: int) -> None:
        if self._since is None:
            raise Refused(Verdict.CUT, SETTLE_MS)
        if abs(now - grant.issued_ms) > LIFETIME_MS or grant.nonce in self._used:
            raise Refused(Verdict.STALE)
        changes = [self._orders.get(subject, 0) for subject in _subjects(grant)]
        settled = max(self._since, *changes) + SETTLE_MS
        if grant.issued_ms < settled:
            raise Refused(Verdict.STALE, max(0, settled - now))
        if len(self._by_subject.get(("account", str(grant.account_id)), ())) >= (
            MOST_SOCKETS_OF_ACCOUNT
        ):
            raise Refused(Verdict.CROWDED, LONGEST_SPREAD_MS)

    def _obey(self, kind: str, subject: str, at_ms: int) -> None:
        at = max(at_ms, self._orders.get((kind, subject), 0))
        self._orders[kind, subject] = at
        hearers = list(self._by_subject.get((kind, subject), ()))
        spread = spread_of(len(hearers))
        for listener in hearers:
            if self._seats[listener].grant.issued_ms < at + SETTLE_MS:
                self._drop(listener, Verdict.REVOKED, SETTLE_MS, spread)

    def _tell(self, said: dict[str, object]) -> None:
        topic = str(said["topic"])
        key = tuple((name, word) for name, word in said.items() if name != "version")
        hearers = self._by_subject.get(("topic", topic), ())
        plain = json.dumps(said, ensure_ascii=False)
        remembered = self._recent.setdefault(topic, deque(maxlen=MOST_REMEMBERED_OF_TOPIC))
        remembered.append((now_ms(), key, plain))
        spread = spread_of(len(hearers))
        frame = json.dumps({**said, "spread": spread}, ensure_ascii=False) if spread else plain
        for listener in list(hearers):
            listener.push(key, frame)

    def _repeat(self, listener: Listener, topic: str, since_ms: int) -> None:
        said = self._recent.get(topic, deque())
        if len(said) == MOST_REMEMBERED_OF_TOPIC and said[0][0] > since_ms:
            listener.push((("resync", True),), '{"resync": true}')
            return
        for at, key, frame in said:
            if at >= since_ms:
                listener.push(key, frame)

    def _drop(
        self, listener: Listener, verdict: Verdict, after_ms: int = 0, spread_ms: int = 0
    ) -> None:
        self.leave(listener, lingers=verdict is not Verdict.REVOKED)
        listener.drop(verdict, after_ms, spread_ms)


def spread_of(count: int) -> int:
    """Over how many milliseconds `count` pages shall spread what they ask; 0 for a few."""
    return 0 if count <= CROWD else min(count * MS_FOR_EACH, LONGEST_SPREAD_MS)


def _life() -> int:
    """Not the same for all, lest a crowd that came together renews together."""
    return int(SOCKET_LIFE_MS * random.uniform(0.8, 1.0))  # noqa: S311 - no secret


def _subjects(grant: Grant) -> Iterable[tuple[str, str]]:
    yield "account", str(grant.account_id)
    yield "session", grant.session
    for topic in grant.topics:
        yield "topic", topic
