"""Whose faces are shown to whom, as one gateway process remembers and the others tell."""

import json
from typing import Any

import pytest

from otklik.core import presence as presence_module
from otklik.core.bus import LONGEST_PAYLOAD
from otklik.core.grants import LONGEST_NAME, Face, make_grant, now_ms
from otklik.core.hub import Hub, Verdict
from otklik.core.presence import BEAT_MS, LINGER_MS, MOST_FACES, MOST_WORDS, SILENT_MS, Presence

ROOM = "ticket:17"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


class Page:
    """What a socket would be: keeps the last it was told."""

    def __init__(self) -> None:
        self.told: list[list[Any]] = []

    def push(self, _key: object, frame: str) -> None:
        self.told += [said["here"] for said in [json.loads(frame)] if "here" in said]

    def drop(self, _verdict: Verdict, after_ms: int = 0, spread_ms: int = 0) -> None: ...

    def keeps_up(self) -> bool:
        return True

    @property
    def sees(self) -> list[str]:
        return [name + ("…" if is_writing else "") for name, _initials, is_writing in self.told[-1]]


class Town:
    """Several gateway processes and the bus between them."""

    def __init__(self, count: int) -> None:
        self.processes = [Presence() for _ in range(count)]
        self.is_cut = False
        self.said: list[dict[str, Any]] = []

    def settle(self) -> None:
        """Let everybody tell until nobody has anything to tell."""
        while any(one.changed.is_set() for one in self.processes):
            for one in self.processes:
                for payload in one.tell():
                    self.said.append(json.loads(payload))
                    for hearer in [] if self.is_cut else self.processes:
                        hearer.hear(json.loads(payload))

    def pass_by(self, ms: int, clock: Clock, *alive: Presence) -> None:
        """Let time go by with a beat a second; only the `alive` processes live it."""
        for _ in range(ms // 1_000):
            clock.now += 1_000
            for one in alive or self.processes:
                one.tidy()
            if alive:
                for payload in [payload for one in alive for payload in one.tell()]:
                    for hearer in alive:
                        hearer.hear(json.loads(payload))
            else:
                self.settle()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(presence_module, "now_ms", made)
    return made


def enter(process: Presence, account_id: int, name: str, room: str = ROOM) -> Page:
    page = Page()
    process.enter(page, account_id, Face(room, name, name[:2].upper()))
    return page


@pytest.mark.usefixtures("clock")
def test_people_of_one_room_see_each_other_and_never_themselves() -> None:
    town = Town(1)
    ada, vi = enter(town.processes[0], 1, "Ada"), enter(town.processes[0], 2, "Vi")
    other = enter(town.processes[0], 3, "Sam", "ticket:18")
    town.settle()
    assert (ada.told[-1], vi.told[-1]) == ([["Vi", "VI", False]], [["Ada", "AD", False]])
    assert other.sees == []


@pytest.mark.usefixtures("clock")
def test_several_pages_of_one_person_are_one_face_and_their_own_see_none() -> None:
    town = Town(2)
    first, second = enter(town.processes[0], 1, "Ada"), enter(town.processes[1], 1, "Ada")
    vi = enter(town.processes[1], 2, "Vi")
    town.settle()
    assert (first.sees, second.sees, vi.sees) == (["Vi"], ["Vi"], ["Ada"])
    town.processes[0].note(first, "writing")
    town.settle()
    assert (vi.sees, second.sees) == (["Ada…"], ["Vi"])


def test_processes_tell_each_other_who_came_writes_and_left(clock: Clock) -> None:
    town = Town(3)
    pages = [enter(one, at, f"P{at}") for at, one in enumerate(town.processes)]
    town.settle()
    assert [page.sees for page in pages] == [["P1", "P2"], ["P0", "P2"], ["P0", "P1"]]
    town.processes[2].note(pages[2], "writing")
    town.settle()
    assert pages[0].sees == ["P2…", "P1"]
    town.processes[2].note(pages[2], "quiet")
    town.processes[1].leave(pages[1], lingers=True)
    town.settle()
    assert pages[0].sees == ["P1", "P2"]
    town.pass_by(LINGER_MS, clock)
    assert pages[0].sees == ["P2"]


def test_a_page_that_is_loaded_anew_is_no_farewell(clock: Clock) -> None:
    town = Town(2)
    ada, vi = enter(town.processes[0], 1, "Ada"), enter(town.processes[1], 2, "Vi")
    town.processes[0].note(ada, "writing")
    town.settle()
    assert vi.sees == ["Ada…"]
    told = len(vi.told)
    town.processes[0].leave(ada, lingers=True)
    town.settle()
    enter(town.processes[0], 1, "Ada")
    town.pass_by(5_000, clock)
    assert vi.told[told:] == [[["Ada", "AD", False]]]  # who left writes no more, and is still here


def test_whoever_loses_the_right_goes_at_once_also_with_a_page_that_lingers(clock: Clock) -> None:
    town = Town(2)
    left, open_still = enter(town.processes[0], 1, "Ada"), enter(town.processes[0], 1, "Ada")
    vi = enter(town.processes[1], 2, "Vi")
    town.settle()
    town.processes[0].leave(left, lingers=True)
    town.processes[0].leave(open_still, lingers=False)
    town.settle()
    assert vi.sees == []


@pytest.mark.parametrize(("order", "stays"), [("account", []), ("topic", []), ("", ["Ada"])])
def test_the_order_that_closes_a_socket_takes_the_face_along(order: str, stays: list[str]) -> None:
    """A line that is merely lost leaves the face for a moment; a right that is lost does not."""
    hub, ada, later = Hub(), Page(), now_ms() + 5_000
    hub.wake()
    face = Face(ROOM, "Ada", "AD")
    hub.join(ada, make_grant(account_id=1, session="s", topics=[ROOM], issued_ms=later, face=face))
    assert [one.name for one in hub.presence.seen_in(ROOM)] == ["Ada"]
    if order:
        subject = ROOM if order == "topic" else "1"
        hub.hear(json.dumps({"orders": [[order, subject, later]]}))
    else:
        hub.leave(ada)
    assert [one.name for one in hub.presence.seen_in(ROOM)] == stays
    assert len(hub) == 0


def test_a_killed_process_takes_its_people_with_it_in_a_bounded_time(clock: Clock) -> None:
    town = Town(2)
    enter(town.processes[0], 1, "Ada")
    vi = enter(town.processes[1], 2, "Vi")
    town.settle()
    town.pass_by(60_000, clock)
    assert vi.sees == ["Ada"]
    town.pass_by(SILENT_MS - BEAT_MS, clock, town.processes[1])
    assert vi.sees == ["Ada"]
    town.pass_by(BEAT_MS + 1_000, clock, town.processes[1])
    assert vi.sees == []


def test_a_process_that_was_taken_for_dead_is_asked_for_all_it_knows(clock: Clock) -> None:
    town = Town(2)
    ada, sam = enter(town.processes[0], 1, "Ada"), enter(town.processes[0], 3, "Sam", "ticket:18")
    vi = [enter(town.processes[1], 2, "Vi", room) for room in (ROOM, "ticket:18")]
    town.settle()
    town.pass_by(SILENT_MS + 2_000, clock, town.processes[1])
    assert [page.sees for page in vi] == [[], []]
    town.processes[0].note(ada, "writing")
    town.settle()
    assert [page.sees for page in vi] == [["Ada…"], ["Sam"]]
    assert sam.sees == ["Vi"]


@pytest.mark.usefixtures("clock")
def test_a_process_that_begins_late_or_anew_learns_who_was_here_before() -> None:
    town = Town(2)
    enter(town.processes[0], 1, "Ada")
    town.settle()
    vi = enter(town.processes[1], 2, "Vi")
    town.settle()
    assert vi.sees == ["Ada"]
    town.processes[1].forget()
    sam = enter(town.processes[1], 3, "Sam")
    town.settle()
    assert sam.sees == ["Ada"]  # and Vi, whose page was sent away, is no ghost
    assert [one.name for one in town.processes[0].seen_in(ROOM)] == ["Ada", "Sam"]


@pytest.mark.usefixtures("clock")
def test_what_the_bus_did_not_take_is_told_again() -> None:
    town = Town(2)
    vi = enter(town.processes[1], 2, "Vi")
    town.settle()
    town.is_cut = True
    enter(town.processes[0], 1, "Ada")
    town.settle()
    assert vi.sees == []
    town.is_cut = False
    town.processes[0].repeat()
    town.settle()
    assert vi.sees == ["Ada"]


def test_a_quiet_hour_costs_a_word_in_eight_seconds_and_an_empty_process_none(clock: Clock) -> None:
    town = Town(2)
    enter(town.processes[0], 1, "Ada")
    town.settle()
    town.said.clear()
    town.pass_by(3_600_000, clock)
    assert len(town.said) == 3_600 // 8
    assert {name for said in town.said for name in said} == {"beats"}


@pytest.mark.usefixtures("clock")
def test_a_page_may_say_two_words_and_only_where_people_meet() -> None:
    process, stranger = Presence(), Page()
    ada = enter(process, 1, "Ada")
    assert process.note(ada, "writing")
    assert process.note(ada, "quiet")
    for word in ("", "Writing", "more", None, b"writing", ["writing"]):
        assert not process.note(ada, word)
    assert not process.note(stranger, "writing")


@pytest.mark.usefixtures("clock")
def test_a_page_that_speaks_without_end_is_not_heard_out() -> None:
    process = Presence()
    ada = enter(process, 1, "Ada")
    taken = [process.note(ada, word) for word in ("writing", "quiet") * MOST_WORDS]
    assert taken == [True] * MOST_WORDS + [False] * MOST_WORDS
    process.tidy()
    assert process.note(ada, "writing")


@pytest.mark.usefixtures("clock")
def test_one_who_writes_on_is_told_once() -> None:
    town = Town(1)
    ada, vi = enter(town.processes[0], 1, "Ada"), enter(town.processes[0], 2, "Vi")
    town.settle()
    told = len(vi.told)
    for _ in range(MOST_WORDS):
        town.processes[0].note(ada, "writing")
        town.settle()
    assert len(vi.told) == told + 1


@pytest.mark.usefixtures("clock")
def test_a_crowd_of_the_longest_names_fits_the_bus_and_whoever_writes_is_shown_first() -> None:
    process = Presence()
    pages = [enter(process, at, "\x01" * LONGEST_NAME) for at in range(100)]
    process.note(pages[99], "writing")
    messages = process.tell()
    assert max(len(message.encode()) for message in messages) <= LONGEST_PAYLOAD
    assert len(pages[98].told[-1]) == MOST_FACES
    assert pages[98].told[-1][0][2] is True


@pytest.mark.parametrize(
    "nonsense",
    [
        {"here": [["other", ROOM, [[1, "Ada"]]]]},
        {"here": [["other", ROOM, 7]]},
        {"here": [["other"]]},
        {"here": [[["other"], ROOM, []]]},
        {"here": [["other", ROOM, [["x", "Ada", "A", False]]]]},
        {"beats": [["other"]]},
        {"asks": 7},
    ],
)
@pytest.mark.usefixtures("clock")
def test_nonsense_is_refused_before_it_is_believed(nonsense: dict[str, Any]) -> None:
    town = Town(1)
    ada = enter(town.processes[0], 1, "Ada")
    with pytest.raises((TypeError, ValueError)):
        town.processes[0].hear(nonsense)
    town.settle()
    assert ada.sees == []
