"""Counts of the views beside a page: the same as the lists', and how old they may be."""

import random
import re
from datetime import timedelta
from typing import Any

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
from otklik.tickets.selectors.counting import count_places, drop_tally, places_of_tally
from otklik.tickets.selectors.queue import asking_of
from otklik.tickets.selectors.views import rail
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_configuration, make_ticket

COUNTING = "GROUP BY 1, 2, 3, 4"
SOON, LONG = timedelta(seconds=2), timedelta(seconds=11)


def shows_mine(page: str) -> bool:
    """Tell whether the queue of one's own is shown to hold one ticket."""
    found = re.search(r'view=mine.*?class="count[^"]*">(\d+)<', page)
    assert found
    return found[1] == "1"


@pytest.fixture(autouse=True)
def _no_tally_of_another_test() -> None:
    drop_tally()


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
        assert places_of_tally(asking) == count_places(asking), actor.name
    assert any(place.counts.mine for place in places_of_tally(asking_of(cast.ada)))


@pytest.mark.django_db(transaction=True)
def test_pages_share_a_tally_until_this_process_changes_something(open_desk: DeskAtWork) -> None:
    ticket, asking = open_desk.opened(), asking_of(open_desk.cast.ada)
    rail(asking, beside=True)
    with CaptureQueriesContext(connection) as asked:
        rail(asking_of(open_desk.cast.vi), beside=True)
    assert not [one for one in asked if COUNTING in one["sql"]]
    assign_ticket(actor=open_desk.cast.ada, ticket_id=ticket.pk, assignee_id=asking.actor.person_id)
    mine, *_ = rail(asking, beside=True).built_in
    assert mine.count == 1


@pytest.mark.django_db(transaction=True)
def test_what_another_process_changed_is_counted_after_a_second_and_in_lists_at_once(
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
    assert page("/queue/rail/")
    assert page("/queue/")
    with clock.moved_to(clock.now() + SOON):
        assert page()


@pytest.mark.django_db(transaction=True)
def test_while_nothing_happens_a_tally_lasts_until_deadlines_may_have_passed(
    open_desk: DeskAtWork,
) -> None:
    asking = asking_of(open_desk.cast.ada)
    ticket = open_desk.opened()
    due = clock.now() + timedelta(seconds=5)
    Ticket.objects.filter(pk=ticket.pk).update(solve_due_at=due)

    def late() -> int:
        return sum(place.counts.overdue for place in places_of_tally(asking_of(asking.actor)))

    counted = []
    for after in (timedelta(), SOON, due - clock.now() + SOON, LONG):
        with clock.moved_to(clock.now() + after), CaptureQueriesContext(connection) as asked:
            late_now = late()
        counted.append((late_now, len([one for one in asked if COUNTING in one["sql"]])))
    assert counted == [(0, 1), (0, 0), (0, 0), (1, 1)]


@pytest.mark.django_db(transaction=True)
def test_what_never_came_to_be_is_counted_for_nobody(open_desk: DeskAtWork) -> None:
    asking = asking_of(open_desk.cast.root)
    with transaction.atomic():
        open_desk.opened()
        assert sum(place.counts.all for place in places_of_tally(asking)) == 1
        transaction.set_rollback(True)
    assert sum(place.counts.all for place in places_of_tally(asking)) == 0
