"""Counts of the views beside a page: the same as the lists', and how old they may be."""

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.people.models import Department
from otklik.people.tests.factories import Cast, make_cast, sign_in
from otklik.tickets import handlers
from otklik.tickets.actions import assign_ticket
from otklik.tickets.models import Ticket
from otklik.tickets.selectors import counting
from otklik.tickets.selectors.counting import (
    Groups,
    Tally,
    count_places,
    drop_tally,
    places_of_list,
    places_of_tally,
)
from otklik.tickets.selectors.queue import asking_of
from otklik.tickets.selectors.views import rail
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_configuration, make_ticket

COUNTING = "GROUP BY 1, 2, 3, 4"
MANY = 8
SOON, LONG = timedelta(seconds=2), timedelta(seconds=11)


def shows_mine(page: str) -> bool:
    """Tell whether the queue of one's own is shown to hold one ticket."""
    found = re.search(r'view=mine.*?class="count[^"]*">(\d+)<', page)
    assert found
    return found[1] == "1"


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a tally last longer than any machine needs for a test."""
    monkeypatch.setattr(counting, "TALLY_SECONDS", 60.0)


def counted(asked: CaptureQueriesContext) -> int:
    return len([one for one in asked if COUNTING in one["sql"]])


def scatter(cast: Cast, dice: random.Random) -> None:
    """Open a ticket in any state, for anybody; some in a department that was closed since."""
    stage, turn = dice.choice(
        [
            ("", "ours"),
            ("progress", "ours"),
            ("pending", "theirs"),
            ("resolved", ""),
            ("closed", ""),
        ]
    )
    whose = dice.choice([None, cast.ada, cast.cora, cast.vi, cast.sam, cast.root])
    due = dice.choice([None, -60, 60, 600])
    escalated: dict[str, Any] = {"escalated_at": clock.now(), "escalated_by_id": cast.vi.person_id}
    make_ticket(
        department=dice.choice([cast.it, cast.hr]),
        requester=cast.cy,
        status=stage,
        turn=turn,
        assignee=whose,
        solve_due_at=due and clock.now() + timedelta(minutes=due),
        **(dice.choice([{}, {}, escalated]) if stage != "closed" else {}),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_a_tally_gives_each_what_counting_gives_them(seed: int) -> None:
    make_configuration()
    cast, dice = make_cast(), random.Random(seed)
    make_ticket(department=cast.hr, requester=cast.cy, assignee=cast.ada)
    for _ in range(25):
        scatter(cast, dice)
    Department.objects.filter(pk=cast.hr.pk).update(is_active=bool(seed % 2))
    for actor in (cast.ada, cast.cora, cast.vi, cast.sam, cast.root, cast.cy):
        asking = asking_of(actor)
        counted = count_places(asking)
        assert places_of_tally(asking) == places_of_list(asking) == counted, actor.name
    assert any(place.counts.mine for place in places_of_tally(asking_of(cast.ada)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("lasting")
def test_pages_share_a_tally_until_this_process_changes_something(
    open_desk: DeskAtWork, client: Client
) -> None:
    ticket, ada = open_desk.opened(), open_desk.cast.ada
    page = f"/tickets/{ticket.number}/"
    sign_in(client, open_desk.cast.vi)
    client.get(page)
    drop_tally()
    with CaptureQueriesContext(connection) as first:
        client.get(page)
    with CaptureQueriesContext(connection) as second:
        client.get(page)
    assert (counted(first), counted(second)) == (1, 0)
    assert len(first) == len(second) + 2  # what is open, and what was resolved today
    assign_ticket(actor=ada, ticket_id=ticket.pk, assignee_id=ada.person_id)
    mine, *_ = rail(asking_of(ada), beside=True).built_in
    assert mine.count == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("lasting")
def test_what_changes_while_it_is_counted_is_counted_again(
    open_desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, now = asking_of(open_desk.cast.ada), clock.now

    def changed_now() -> datetime:
        drop_tally()
        return now()

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(clock, "now", changed_now)
        rail(asking, beside=True)
    with CaptureQueriesContext(connection) as asked:
        rail(asking, beside=True)
        rail(asking, beside=True)
    assert counted(asked) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("lasting")
def test_what_another_process_changed_is_counted_later_and_in_lists_at_once(
    open_desk: DeskAtWork, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, ada = open_desk.opened(), open_desk.cast.ada
    sign_in(client, ada)

    def page(address: str = f"/tickets/{ticket.number}/") -> bool:
        return shows_mine(client.get(address).content.decode())

    assert not page()
    monkeypatch.setattr(handlers, "drop_tally", lambda: None)  # so it hears nothing of it
    assign_ticket(actor=ada, ticket_id=ticket.pk, assignee_id=ada.person_id)
    assert not page()
    for hears_no_news in ("/queue/rail/", "/queue/", "/me/"):
        assert page(hears_no_news), hears_no_news
    monkeypatch.setattr(counting, "TALLY_SECONDS", 0.0)
    assert page()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("lasting")
def test_lists_share_a_tally_only_while_nobody_writes(
    open_desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the whole server's: others write there too, so it is tried until they rest."""
    ticket, ada, root = open_desk.opened(), open_desk.cast.ada, open_desk.cast.root

    def free() -> int:
        return sum(place.counts.unassigned for place in places_of_list(asking_of(root)))

    def looks_of_one_tally() -> int:
        drop_tally()
        with CaptureQueriesContext(connection) as asked:
            assert (free(), free()) == (1, 1)
        return counted(asked)

    assert any(looks_of_one_tally() == 1 for _ in range(200))
    monkeypatch.setattr(handlers, "drop_tally", lambda: None)  # another process does it
    assign_ticket(actor=ada, ticket_id=ticket.pk, assignee_id=ada.person_id)
    assert free() == 0


def test_whoever_waits_for_a_count_shares_it_though_somebody_wrote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each has seen another state of the database: what is counted after that has it all."""
    counts: list[str] = []
    all_wait = Barrier(MANY)

    def take(seen: str) -> Tally:
        counts.append(seen)
        time.sleep(0.1)  # the others come to wait meanwhile
        return Tally(clock.now(), time.monotonic(), seen, Groups({}, {}, {}))

    def ask(number: int) -> Tally:
        all_wait.wait()
        return counting.shared_tally(str(number), exactly=True)

    monkeypatch.setattr(counting, "_take", take)
    with ThreadPoolExecutor(MANY) as everyone:
        tallies = set(map(id, everyone.map(ask, range(MANY))))
    assert 1 <= len(tallies) <= len(counts) <= 2


@pytest.mark.django_db(transaction=True)
def test_while_nothing_happens_a_tally_lasts_until_deadlines_may_have_passed(
    open_desk: DeskAtWork,
) -> None:
    """Nothing of the whole server's: others write there too, so it is tried until they rest."""
    asking = asking_of(open_desk.cast.ada)
    ticket, begun = open_desk.opened(), clock.now()
    Ticket.objects.filter(pk=ticket.pk).update(solve_due_at=begun + timedelta(seconds=5))

    def late(after: timedelta) -> tuple[int, int]:
        with clock.moved_to(begun + after), CaptureQueriesContext(connection) as asked:
            places = places_of_tally(asking_of(asking.actor))
        return sum(place.counts.overdue for place in places), counted(asked)

    for _ in range(200):
        drop_tally()
        if (late(timedelta()), late(SOON)) == ((0, 1), (0, 0)):
            break
    assert late(timedelta(seconds=7)) == (0, 0)
    assert late(LONG) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_was_being_written_as_a_tally_was_taken_ends_its_quiet(
    open_desk: DeskAtWork,
) -> None:
    """Its facts have lower numbers than those that were seen already."""
    asking, begun = asking_of(open_desk.cast.ada), clock.now()
    with psycopg.connect(**connection.get_connection_params()) as writer:
        writer.execute("SELECT pg_current_xact_id()")
        open_desk.opened()
        with CaptureQueriesContext(connection) as asked, clock.moved_to(begun):
            places_of_tally(asking)
            writer.commit()
            with clock.moved_to(begun + SOON):
                places_of_tally(asking)
    assert counted(asked) == 2


@pytest.mark.django_db(transaction=True)
def test_what_never_came_to_be_is_counted_for_nobody(open_desk: DeskAtWork) -> None:
    asking = asking_of(open_desk.cast.root)
    with transaction.atomic():
        open_desk.opened()
        assert sum(place.counts.all for place in places_of_tally(asking)) == 1
        transaction.set_rollback(True)
    assert sum(place.counts.all for place in places_of_tally(asking)) == 0
