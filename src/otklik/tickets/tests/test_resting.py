"""Deadlines wait while the customer is awaited."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from otklik.core import clock
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import (
    Changes,
    Move,
    Words,
    change_ticket,
    close_request,
    confirm_solution,
    move_ticket,
    reject_solution,
    reply_to_desk,
)
from otklik.tickets.models import HistoryEntry, Priority, Ticket
from otklik.tickets.selectors.queue import Asked, queue_page
from otklik.tickets.tests.desk import DeskAtWork, at_once

H = timedelta(hours=1)
DAY = timedelta(days=1)
HELLO = Words(body="<p>Hello</p>")


@pytest.fixture
def start() -> datetime:
    return clock.now() - 10 * DAY


def opened_at(desk: DeskAtWork, start: datetime) -> Ticket:
    with clock.moved_to(start):
        return desk.taken()


def walked(desk: DeskAtWork, ticket: Ticket, at: datetime, key: str, **more: Any) -> Ticket:
    with clock.moved_to(at):
        move = Move(target_id=desk.made.statuses[key].pk, **more)
        return move_ticket(actor=desk.cast.root, ticket_id=ticket.pk, move=move)


def put_off(ticket: Ticket) -> list[tuple[str, str, bool]]:
    rows = HistoryEntry.objects.filter(ticket=ticket.pk, field="solve_due_at")
    return [(str(row.old), str(row.new), row.is_internal) for row in rows]


def test_three_days_pending_put_the_deadline_off_by_three_days(
    desk: DeskAtWork, start: datetime
) -> None:
    ticket = opened_at(desk, start)
    due = ticket.solve_due_at
    assert due
    ticket = walked(desk, ticket, start + H, "pending", reply=HELLO)
    assert (ticket.solve_due_at, ticket.rested) == (due, timedelta())

    with clock.moved_to(start + H + 3 * DAY):
        reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)
        late = queue_page(desk.cast.ada, Asked(q="is:overdue"))

    ticket.refresh_from_db()
    assert (ticket.phase, ticket.solve_due_at, ticket.rested) == (
        "progress",
        due + 3 * DAY,
        3 * DAY,
    )
    assert put_off(ticket) == [(due.isoformat(), (due + 3 * DAY).isoformat(), True)]
    assert late.rows == []


def test_the_first_answer_that_came_keeps_its_deadline_and_one_to_come_waits(
    desk: DeskAtWork, start: datetime
) -> None:
    told, untold = opened_at(desk, start), opened_at(desk, start)
    first = told.reply_due_at
    assert first
    walked(desk, told, start + H, "pending", reply=HELLO)
    Ticket.objects.filter(pk=untold.pk).update(
        status=desk.made.statuses["pending"], phase="pending", entered_at=start + H
    )
    assert walked(desk, told, start + 3 * H, "progress").reply_due_at == first
    assert walked(desk, untold, start + 3 * H, "progress").reply_due_at == first + 2 * H


def test_a_first_answer_while_it_rested_waits_until_then(desk: DeskAtWork, start: datetime) -> None:
    ticket = opened_at(desk, start)
    first = ticket.reply_due_at
    assert first
    Ticket.objects.filter(pk=ticket.pk).update(
        status=desk.made.statuses["pending"],
        phase="pending",
        entered_at=start + H,
        first_replied_at=start + 2 * H,
    )
    assert walked(desk, ticket, start + 9 * H, "progress").reply_due_at == first + H


def test_what_is_solved_late_stays_late_until_it_reopens(desk: DeskAtWork, start: datetime) -> None:
    ticket = opened_at(desk, start)
    due = ticket.solve_due_at
    assert due
    solved = due + H
    ticket = walked(desk, ticket, solved, "resolved", reply=HELLO)
    with clock.moved_to(solved + H):
        ticket = confirm_solution(actor=desk.cast.cy, ticket_id=ticket.pk)
    assert (ticket.solve_due_at, ticket.rested, put_off(ticket)) == (due, timedelta(), [])

    with clock.moved_to(solved + 2 * DAY):
        reject_solution(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.solve_due_at) == ("reopened", due + 2 * DAY)
    assert len(put_off(ticket)) == 1


def test_what_is_given_up_while_pending_counts_the_rest_once(
    desk: DeskAtWork, start: datetime
) -> None:
    ticket = opened_at(desk, start)
    due = ticket.solve_due_at
    assert due
    walked(desk, ticket, start, "pending", reply=HELLO)
    with clock.moved_to(start + DAY):
        ticket = close_request(actor=desk.cast.cy, ticket_id=ticket.pk)
        again = close_request(actor=desk.cast.cy, ticket_id=ticket.pk)
    assert (ticket.solve_due_at, again.rested) == (due + DAY, DAY)
    with clock.moved_to(start + 3 * DAY):
        reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.rested, ticket.solve_due_at) == (
        "reopened",
        3 * DAY,
        due + 3 * DAY,
    )


def test_another_priority_keeps_what_rested(desk: DeskAtWork, start: datetime) -> None:
    ticket = opened_at(desk, start)
    walked(desk, ticket, start, "pending", reply=HELLO)
    walked(desk, ticket, start + DAY, "progress")
    changes = Changes(fields={"priority": 5})
    ticket = change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=changes)
    within = Priority.objects.get(pk=5).solve_within
    assert ticket.solve_due_at == ticket.created_at + DAY + within


def test_work_without_a_rest_moves_nothing(desk: DeskAtWork, start: datetime) -> None:
    ticket = opened_at(desk, start)
    ticket = walked(desk, ticket, start + H, "progress")
    assert (ticket.rested, put_off(ticket)) == (timedelta(), [])


def test_a_ticket_without_a_promise_rests_without_one(desk: DeskAtWork, start: datetime) -> None:
    ticket = opened_at(desk, start)
    Ticket.objects.filter(pk=ticket.pk).update(solve_due_at=None, reply_due_at=None)
    walked(desk, ticket, start, "pending", reply=HELLO)
    ticket = walked(desk, ticket, start + H, "progress")
    assert (ticket.solve_due_at, ticket.reply_due_at, ticket.rested) == (None, None, H)
    assert put_off(ticket) == []


def test_a_clock_that_went_back_puts_nothing_off(desk: DeskAtWork, start: datetime) -> None:
    ticket = opened_at(desk, start)
    walked(desk, ticket, start + H, "pending", reply=HELLO)
    assert walked(desk, ticket, start, "progress").rested == timedelta()


def test_the_page_says_it_to_colleagues_and_nothing_to_the_customer(
    desk: DeskAtWork, client: Client, start: datetime
) -> None:
    make_desk()
    ticket = opened_at(desk, start)
    walked(desk, ticket, start, "pending", reply=HELLO)
    walked(desk, ticket, start + DAY, "progress")
    sign_in(client, desk.cast.root)
    history = client.get(f"/tickets/{ticket.number}/history/").content.decode()
    assert "Deadline" in history
    assert "+00:00</td>" not in history  # said as a day and an hour, not as a machine does
    sign_in(client, desk.cast.cy)
    assert "Deadline" not in client.get(f"/requests/{ticket.number}/").content.decode()


@pytest.mark.slow
def test_two_answers_at_once_put_it_off_once(open_desk: DeskAtWork) -> None:
    start = clock.now() - 5 * DAY
    ticket = opened_at(open_desk, start)
    walked(open_desk, ticket, start, "pending", reply=HELLO)

    def answer() -> object:
        return reply_to_desk(actor=open_desk.cast.cy, ticket_id=ticket.pk, words=HELLO)

    at_once(answer, answer)
    assert len(put_off(ticket)) == 1
    ticket.refresh_from_db()
    assert ticket.rested == ticket.entered_at - start


def test_a_row_written_without_it_has_not_rested(desk: DeskAtWork) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default FROM information_schema.columns"
            " WHERE table_name = 'tickets_ticket' AND column_name = 'rested'"
        )
        assert "interval" in cursor.fetchone()[0]
