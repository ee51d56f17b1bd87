"""Who else has a page open, and which of them is writing: faces that come and go by themselves.

Memory alone. Each gateway process knows its own pages and tells the others over the bus who
sits at them; one that stays silent is forgotten with everybody it told of. Whoever is here
was let in by a signed grant, and hears of those alone who were let into the same room.
"""

import asyncio
import json
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from otklik.core.bus import packed
from otklik.core.grants import Face, now_ms

LINGER_MS: Final = 1_000
"""A page that is loaded anew is no farewell."""
BEAT_MS: Final = 8_000
"""So often does a process with people at its pages say that it lives."""
SILENT_MS: Final = 25_000
"""So long is one that does not say so believed: it was killed, or cut off."""
ASKED_MS: Final = 5_000
"""What is unknown this shortly after asking is part of the answer."""
MOST_FACES: Final = 20
"""Of one room, told to a page or by a process: a message of the longest names fits the bus."""
MOST_WORDS: Final = 20
"""That a page may say between two beats: nobody begins and stops to write so often."""
WORDS: Final[Mapping[object, bool]] = {"writing": True, "quiet": False}
"""What a page may say after its grant."""

Frame = str
Key = tuple[tuple[str, object], ...]


class Hearer(Protocol):
    """One open page."""

    def push(self, key: Key, frame: Frame) -> None:
        """Send soon; a frame of the same key that still waits is replaced."""


class Seen(NamedTuple):
    """One person in a room, however many pages they have open."""

    account_id: int
    name: str
    initials: str
    is_writing: bool


@dataclass(slots=True)
class _Seat:
    account_id: int
    face: Face
    is_writing: bool = False
    leaves_ms: int = 0
    words: int = 0
    shown: Frame = ""


@dataclass(slots=True)
class _Neighbour:
    """Another gateway process, as far as it told."""

    heard_ms: int
    rooms: dict[str, list[Seen]] = field(default_factory=dict)


class Presence:
    """The people at this process's pages, and those of whom the other processes told."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._me = secrets.token_hex(6)
        self._beaten_ms = 0
        self.forget()

    def forget(self) -> None:
        """Know nobody: all pages were sent away, and what the others tell went unheard."""
        self._seats: dict[Hearer, _Seat] = {}
        self._rooms: defaultdict[str, set[Hearer]] = defaultdict(set)
        self._leaving: list[_Seat] = []
        self._neighbours: dict[str, _Neighbour] = {}
        self._stale: set[str] = set()
        self._untold: set[str] = set()
        self._must_ask = True
        self._asked_ms = 0

    def enter(self, hearer: Hearer, account_id: int, face: Face) -> None:
        self._seats[hearer] = _Seat(account_id, face)
        self._rooms[face.room].add(hearer)
        self._touch(face.room)

    def leave(self, hearer: Hearer, *, lingers: bool) -> None:
        """Let a page go; with its right to be here (`lingers` is False) the face goes at once."""
        seat = self._seats.pop(hearer, None)
        if seat is None:
            return
        room = seat.face.room
        self._rooms[room].discard(hearer)
        if not self._rooms[room]:
            del self._rooms[room]
        if lingers:
            seat.leaves_ms = now_ms() + LINGER_MS
            seat.is_writing = False
            self._leaving.append(seat)
        else:
            mine = (seat.account_id, seat.face)
            self._leaving = [one for one in self._leaving if (one.account_id, one.face) != mine]
        self._touch(room)

    def note(self, hearer: Hearer, word: object) -> bool:
        """Take down whether the person at a page writes; False for a word too many or unknown."""
        seat = self._seats.get(hearer)
        if seat is None or not isinstance(word, str) or word not in WORDS:
            return False
        seat.words += 1
        if seat.words > MOST_WORDS:
            return False
        if seat.is_writing != WORDS[word]:
            seat.is_writing = WORDS[word]
            self._touch(seat.face.room)
        return True

    def hear(self, message: Mapping[str, Any]) -> None:
        """Believe what another process tells of the people at its pages."""
        for gateway in message.get("asks", ()):
            if gateway != self._me:
                self._lose(gateway)
                self._tell_all()
        for gateway, room, people in message.get("here", ()):
            if gateway != self._me:
                self._believe(self._meet(gateway), str(room), [_seen(one) for one in people])
        for gateway in message.get("beats", ()):
            if gateway != self._me:
                self._meet(gateway)

    def tidy(self) -> None:
        """Once a beat: let go who did not come back, and whose process says nothing any more."""
        now = now_ms()
        for seat in self._seats.values():
            seat.words = 0
        for seat in [one for one in self._leaving if one.leaves_ms <= now]:
            self._leaving.remove(seat)
            self._touch(seat.face.room)
        for gateway, neighbour in list(self._neighbours.items()):
            if neighbour.heard_ms + SILENT_MS < now:
                self._lose(gateway)
        if self._seats and self._beaten_ms + BEAT_MS <= now:
            self.changed.set()

    def tell(self) -> list[str]:
        """Push to pages here what has changed, and return the messages for the other processes."""
        self.changed.clear()
        for room in self._stale:
            self._show(room)
        self._stale.clear()
        if not (self._seats or self._untold):
            return []
        now, words = now_ms(), []
        if self._must_ask and self._seats:
            self._must_ask, self._asked_ms = False, now
            self._untold.update(self._rooms)
            words.append(_dump({"asks": [self._me]}))
        rooms = [_dump([self._me, room, self._people_here(room)]) for room in self._untold]
        self._untold.clear()
        words += packed("here", rooms)
        if not words and self._beaten_ms + BEAT_MS <= now:
            words.append(_dump({"beats": [self._me]}))
        if words:
            self._beaten_ms = now
        return words

    def repeat(self) -> None:
        """Tell all once more: what was told last may have reached nobody."""
        self._must_ask = True
        self._tell_all()
        self.changed.set()

    def seen_in(self, room: str) -> list[Seen]:
        """Return everybody in a room: whoever writes first, then by name."""
        told = [one for other in self._neighbours.values() for one in other.rooms.get(room, ())]
        merged: dict[int, Seen] = {}
        for one in [*self._people_here(room), *told]:
            known = merged.get(one.account_id, one)
            merged[one.account_id] = one._replace(is_writing=one.is_writing or known.is_writing)
        return sorted(merged.values(), key=lambda one: (not one.is_writing, one.name, one))

    def _people_here(self, room: str) -> list[Seen]:
        people: dict[int, Seen] = {}
        leaving = [seat for seat in self._leaving if seat.face.room == room]
        for seat in [*leaving, *(self._seats[one] for one in self._rooms.get(room, ()))]:
            known = people.get(seat.account_id)
            writes = seat.is_writing or (known is not None and known.is_writing)
            people[seat.account_id] = Seen(
                seat.account_id, seat.face.name, seat.face.initials, writes
            )
        return sorted(people.values(), key=lambda one: (not one.is_writing, one))[:MOST_FACES]

    def _show(self, room: str) -> None:
        """Tell each page in a room who else is there, unless it knows."""
        if room not in self._rooms:
            return
        seen = self.seen_in(room)
        for hearer in list(self._rooms[room]):
            seat = self._seats[hearer]
            others = [one[1:] for one in seen if one.account_id != seat.account_id]
            frame = _dump({"here": others[:MOST_FACES]})
            if frame != seat.shown:
                seat.shown = frame
                hearer.push((("here", True),), frame)

    def _touch(self, room: str) -> None:
        self._untold.add(room)
        self._show_soon(room)

    def _show_soon(self, room: str) -> None:
        self._stale.add(room)
        self.changed.set()

    def _tell_all(self) -> None:
        self._untold.update(self._rooms, (seat.face.room for seat in self._leaving))
        if self._untold:
            self.changed.set()

    def _meet(self, gateway: str) -> _Neighbour:
        """Return what another process told; ask it for all when it speaks out of the blue."""
        now = now_ms()
        known = self._neighbours.get(gateway)
        if known is None:
            known = self._neighbours[gateway] = _Neighbour(now)
            if self._asked_ms + ASKED_MS < now:
                self._must_ask = True
                self.changed.set()
        known.heard_ms = now
        return known

    def _believe(self, neighbour: _Neighbour, room: str, people: list[Seen]) -> None:
        if people:
            neighbour.rooms[room] = people
        else:
            neighbour.rooms.pop(room, None)
        self._show_soon(room)

    def _lose(self, gateway: str) -> None:
        gone = self._neighbours.pop(gateway, None)
        for room in gone.rooms if gone else ():
            self._show_soon(room)


def _seen(told: Sequence[Any]) -> Seen:
    """Read one person of a message. Raises TypeError, ValueError."""
    account_id, name, initials, is_writing = told
    return Seen(int(account_id), str(name), str(initials), bool(is_writing))


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
