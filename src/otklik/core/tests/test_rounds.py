"""Work that is done in rounds."""

import threading
import time
from collections.abc import Iterator

import pytest
from conftest import SaidLive

from otklik.core import rounds
from otklik.core.rounds import Rounds, is_ring, make_rounds, register_round, ring


class Desk:
    """Rows that wait, and the round that does three of them at a time."""

    def __init__(self) -> None:
        self.waiting = 0
        self.made = 0
        self.empty = threading.Event()

    def work(self) -> int:
        self.made += 1
        done = min(self.waiting, 3)
        self.waiting -= done
        if not self.waiting:
            self.empty.set()
        return done

    def put(self, many: int) -> None:
        self.empty.clear()
        self.waiting = many


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(rounds, "_rounds", {})
    monkeypatch.setattr(rounds, "LONGEST_WAIT_SECONDS", 600.0)
    monkeypatch.setattr(rounds, "GATHERING_SECONDS", 0.01)
    made = Desk()
    register_round("desk", made.work)
    return made


@pytest.fixture
def going(desk: Desk) -> Iterator[Rounds]:
    """Make rounds in their thread, and end it with the test."""
    made = Rounds()
    made.start()
    assert desk.empty.wait(10)
    yield made
    made.end(10)


def test_a_ring_wakes_and_all_that_waits_is_done(desk: Desk, going: Rounds) -> None:
    desk.put(7)
    going.ring()
    assert desk.empty.wait(10)
    assert (desk.waiting, desk.made) == (0, 4)


def test_what_was_written_without_a_ring_is_found_in_the_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LONGEST_WAIT_SECONDS", 0.05)
    made = Rounds()
    made.start()
    assert desk.empty.wait(10)
    desk.put(1)
    assert desk.empty.wait(10)
    made.end(10)


def test_it_ends_at_once_while_it_waits_for_a_ring(desk: Desk, going: Rounds) -> None:
    began = time.monotonic()
    going.end(60)
    assert time.monotonic() - began < 30
    going.ring()
    assert desk.made == 1


def test_a_round_that_fails_stops_no_other(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(rounds, "_rounds", {"broken": fail, "desk": desk.work})
    desk.put(2)
    assert make_rounds() == (2, 1)
    assert [record.message for record in caplog.records] == ["round_failed"]


def test_two_rounds_of_one_name_are_a_mistake(desk: Desk) -> None:
    with pytest.raises(ValueError, match="desk"):
        register_round("desk", desk.work)


@pytest.mark.django_db
def test_a_ring_leaves_after_the_commit_as_a_hint(
    said_live: SaidLive, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
        ring("desk")
        assert said_live.hints == []
    assert said_live.hints == [{"topic": "round:desk"}]


@pytest.mark.parametrize(
    ("payload", "rings"),
    [
        ('{"hints":[{"topic":"tickets","ticket":1},{"topic":"round:news"}]}', True),
        ('{"hints":[{"topic":"tickets","ticket":1}]}', False),
        ('{"orders":[["topic","ticket:1",1]]}', False),
    ],
)
def test_rings_are_told_from_other_hints(payload: str, rings: bool) -> None:  # noqa: FBT001  # a column
    assert is_ring(payload) is rings
