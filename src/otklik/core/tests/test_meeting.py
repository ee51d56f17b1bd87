"""Who is on the same page, over real sockets, two gateway processes and the bus between them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from websockets.frames import Frame, Opcode

from otklik.core.gateway import BEAT_SECONDS, SERVER_OPTIONS, TOGETHER_SECONDS
from otklik.core.hub import Verdict
from otklik.core.presence import LINGER_MS, SILENT_MS
from otklik.core.tests.live_desk import (
    Desk,
    Page,
    make_token,
    open_desk,
    open_page,
    raw_line,
    settle,
    settle_after_orders,
    wait_until,
)

pytestmark = pytest.mark.slow

ROOM = "ticket:501"
ADA, VI, SAM = 7, 8, 9
BOUND_SECONDS = 30


@pytest.fixture(scope="module")
def desks(database_address: str) -> Iterator[tuple[Desk, Desk]]:
    with open_desk(database_address) as one, open_desk(database_address) as two:
        settle()
        yield one, two


@pytest.fixture(autouse=True)
def _orders_are_old() -> None:
    settle_after_orders()


@contextmanager
def at(desk: Desk, account_id: int, name: str, room: str = ROOM) -> Iterator[Page]:
    token = make_token([room, f"account:{account_id}"], account_id, f"of {name}", name=name)
    with open_page(desk, token=token) as page:
        yield page


def sees(page: Page, *names: str, seconds: float = 5.0) -> None:
    """Read on until the page is told of just these people; those who write have an ellipsis."""
    until, last = time.monotonic() + seconds, None
    while time.monotonic() < until:
        said: dict[str, Any] = page.next(until - time.monotonic())
        if "here" in said:
            last = [name + ("…" if writes else "") for name, _initials, writes in said["here"]]
            if last == list(names):
                return
    raise AssertionError(last)


def test_people_of_two_processes_see_each_other_come_write_and_go(
    desks: tuple[Desk, Desk],
) -> None:
    one, two = desks
    with at(one, ADA, "Ada") as ada:
        sees(ada)
        with at(two, VI, "Vi") as vi:
            sees(vi, "Ada")
            sees(ada, "Vi")
            vi.socket.send("writing")
            sees(ada, "Vi…")
            vi.socket.send("quiet")
            sees(ada, "Vi")
        sees(ada)


def test_another_tab_is_no_other_face_and_another_room_is_not_this(
    desks: tuple[Desk, Desk],
) -> None:
    one, two = desks
    with at(one, ADA, "Ada") as ada, at(two, VI, "Vi") as vi, at(one, VI, "Vi"):
        sees(ada, "Vi")
        sees(vi, "Ada")
        with at(two, ADA, "Ada"), at(one, SAM, "Sam", "ticket:502") as sam:
            sees(sam)
            assert vi.hears_nothing(1)
            assert ada.hears_nothing()


def test_whoever_loses_the_right_is_gone_at_once(desks: tuple[Desk, Desk]) -> None:
    one, two = desks
    with at(one, ADA, "Ada") as ada, at(two, VI, "Vi") as vi:
        sees(vi, "Ada")
        one.order("account", str(ADA))
        sees(vi)
        assert ada.close_code() == Verdict.REVOKED


def test_a_page_without_a_room_may_say_nothing_and_is_shown_to_nobody(
    desks: tuple[Desk, Desk],
) -> None:
    with at(desks[0], VI, "Vi", "ticket:503") as vi:
        with open_page(desks[0], "ticket:503", account_id=SAM) as customer:
            assert customer.next()["ready"] is True
            sees(vi)
            assert vi.hears_nothing()
            customer.socket.send("writing")
            assert customer.close_code() == Verdict.WRONG
        vi.socket.send('{"writing": true}')
        assert vi.close_code() == Verdict.WRONG


def test_a_broken_line_is_a_farewell(desks: tuple[Desk, Desk]) -> None:
    one, two = desks
    with at(two, VI, "Vi", "ticket:504") as vi:
        with line_of(one, "ticket:504"):
            sees(vi, "Ada")
        sees(vi)


def test_who_lost_the_network_does_not_answer_and_is_gone_in_a_bounded_time(
    desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    interval, patience = SERVER_OPTIONS["ws_ping_interval"], SERVER_OPTIONS["ws_ping_timeout"]
    slack = LINGER_MS / 1_000 + BEAT_SECONDS + TOGETHER_SECONDS
    assert interval + patience + slack < BOUND_SECONDS
    assert SILENT_MS / 1_000 + slack < BOUND_SECONDS
    for option in ("ws_ping_interval", "ws_ping_timeout"):
        monkeypatch.setitem(SERVER_OPTIONS, option, 0.7)
    one, two = desks
    with open_desk(one.conninfo) as third:
        settle()
        with at(two, VI, "Vi", "ticket:505") as vi, line_of(third, "ticket:505"):
            sees(vi, "Ada")
            sees(vi)


def test_when_the_bus_was_lost_nobody_stays_as_a_ghost(
    desks: tuple[Desk, Desk], database_address: str
) -> None:
    one, two = desks
    with at(one, ADA, "Ada", "ticket:506"), at(two, VI, "Vi", "ticket:506") as vi:
        sees(vi, "Ada")
        with psycopg.connect(database_address, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name LIKE 'otklik %' AND datname = current_database()"
            )
        assert vi.close_code() == Verdict.CUT
    wait_until(lambda: one.gateway.hub.hears and two.gateway.hub.hears)
    settle()
    with at(two, VI, "Vi", "ticket:506") as vi, at(one, SAM, "Sam", "ticket:506"):
        sees(vi, "Sam", seconds=10)


@contextmanager
def line_of(desk: Desk, room: str) -> Iterator[None]:
    """Sit there as Ada, read nothing and answer nothing; broken off without a word at the end."""
    own = (f"Origin: {desk.origin}", f"Host: 127.0.0.1:{desk.port}")
    with raw_line(desk, *own) as line:
        assert line.recv(1_000).startswith(b"HTTP/1.1 101")
        token = make_token([room], ADA, name="Ada")
        line.sendall(Frame(Opcode.TEXT, token.encode()).serialize(mask=True))
        yield
