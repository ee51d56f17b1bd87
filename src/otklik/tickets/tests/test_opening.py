import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from otklik.core import clock
from otklik.core.errors import Invalid, NotAllowed
from otklik.core.events import Event
from otklik.people.models import Department
from otklik.people.tests.factories import make_department
from otklik.tickets.actions import NewTicket, Words, open_ticket
from otklik.tickets.events import TicketOpened
from otklik.tickets.models import (
    HistoryEntry,
    Message,
    NumberCounter,
    Ticket,
    TicketText,
    TicketType,
)
from otklik.tickets.tests.desk import DeskAtWork, at_once
from otklik.tickets.tests.factories import make_type

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def test_a_question_becomes_a_ticket_with_number_words_dates_and_history(
    desk: DeskAtWork, published: list[Event]
) -> None:
    ticket = desk.opened(
        "Не работает принтер", "<p>Печать не идёт</p>", priority=5, tags=("A", "a")
    )

    assert ticket.number == f"{desk.cast.it.prefix}-1"
    assert (ticket.phase, ticket.turn, ticket.language) == ("new", "ours", "ru")
    assert (ticket.last_words, ticket.last_author) == ("Печать не идёт", "Cy Customer")
    assert ticket.tags == []  # tags are the desk's: a customer's are not taken
    assert ticket.reply_due_at == ticket.created_at + ticket.priority.reply_within
    assert Message.objects.get(ticket=ticket).side == Message.Side.CUSTOMER
    assert [one.kind for one in HistoryEntry.objects.filter(ticket=ticket)] == ["opened", "message"]
    assert TicketText.objects.filter(ticket=ticket).exists()
    assert [type(event) for event in published] == [TicketOpened]


def test_staff_open_for_others_and_customers_for_themselves(desk: DeskAtWork) -> None:
    ticket = desk.opened(actor=desk.cast.ada, requester_id=desk.cast.cy.person_id)
    assert (ticket.requester_id, ticket.creator_id) == (
        desk.cast.cy.person_id,
        desk.cast.ada.person_id,
    )
    assert Message.objects.get().author_id == desk.cast.cy.person_id
    with pytest.raises(NotAllowed):
        desk.opened(requester_id=desk.cast.ada.person_id)


def test_the_desk_decides_what_nobody_said(desk: DeskAtWork) -> None:
    ticket = desk.opened(department_id=None)
    assert (ticket.department, ticket.priority_id) == (desk.cast.it, 3)
    assert ticket.type.is_public


def test_a_customer_does_not_reach_what_is_not_offered_to_them(desk: DeskAtWork) -> None:
    hidden = make_department(is_public=False)
    inner = make_type(flow=desk.made.flow)
    TicketType.objects.filter(pk=inner.pk).update(is_public=False)
    not_offered: list[dict[str, Any]] = [{"department_id": hidden.pk}, {"type_id": inner.pk}]
    for more in not_offered:
        with pytest.raises(Invalid):
            desk.opened(**more)
        desk.opened(actor=desk.cast.ada, **more)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": " \u200b "}, "subject"),
        ({"subject": "a" * 101}, "subject"),
        ({"subject": FAMILY * 101}, "subject"),
        ({"body": ""}, "body"),
        ({"body": "a" * 5001}, "body"),
        ({"priority": 0}, "priority"),
        ({"priority": 6}, "priority"),
        ({"type_id": 0}, "type"),
        ({"department_id": 0}, "department"),
        ({"category_id": 0}, "category"),
        ({"words": Words(body="x", uploads=("f" * 32,))}, "files"),
    ],
)
def test_each_wrong_value_is_named_and_no_number_is_used(
    desk: DeskAtWork, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.opened(**given)
    assert set(refusal.value.fields) == {field}
    assert not Ticket.objects.exists()
    assert desk.opened().number.endswith("-1")


def test_all_complaints_come_at_once(desk: DeskAtWork) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.opened("", "", priority=9)
    assert set(refusal.value.fields) == {"subject", "body", "priority"}


def test_a_requester_who_is_nobody(desk: DeskAtWork) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.opened(actor=desk.cast.ada, requester_id=0)
    assert "requester" in refusal.value.fields


@pytest.mark.parametrize("given", [{"subject": "a\0"}, {"subject": "\udfff"}, {"body": "\0"}])
def test_what_cannot_be_kept_is_refused(desk: DeskAtWork, given: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        desk.opened(**given)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a" * 100, "a" * 100),
        (FAMILY * 20, FAMILY * 20),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("two\nlines", "two lines"),
        ("{{ 7*7 }} '; DROP TABLE x", "{{ 7*7 }} '; DROP TABLE x"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_odd_subjects_are_one_harmless_line(desk: DeskAtWork, typed: str, kept: str) -> None:
    assert desk.opened(typed).subject == kept


def test_the_same_key_opens_once(desk: DeskAtWork) -> None:
    words = Words(body="x", once="key")
    assert len({desk.opened(words=words).pk for _ in "123"}) == 1


def test_each_prefix_counts_for_itself(desk: DeskAtWork) -> None:
    desk.opened()
    other = desk.opened(department_id=desk.cast.hr.pk)
    assert other.number == f"{desk.cast.hr.prefix}-1"
    assert NumberCounter.objects.count() == 2


def test_the_database_refuses_a_number_twice(desk: DeskAtWork) -> None:
    one, other = desk.opened(), desk.opened()
    with pytest.raises(IntegrityError, match="ticket_number_is_unique"), transaction.atomic():
        Ticket.objects.filter(pk=one.pk).update(number=other.number)


@pytest.mark.slow
def test_two_hundred_at_once_get_two_hundred_numbers_without_a_gap(open_desk: DeskAtWork) -> None:
    def ten(start: int) -> list[str]:
        return [open_desk.opened(f"Ticket {start + place}").number for place in range(10)]

    ended = at_once(*[lambda start=start: ten(start) for start in range(0, 200, 10)])
    numbers = [number for one in ended if isinstance(one, list) for number in one]
    assert sorted(int(re.sub(r".*-", "", number)) for number in numbers) == list(range(1, 201))
    assert Department.objects.count() == 2


@pytest.mark.slow
def test_the_same_post_ten_times_at_once_is_one_ticket(open_desk: DeskAtWork) -> None:
    asked = NewTicket(
        subject="Once",
        words=Words(body="x", once="key"),
        requester_id=open_desk.cast.cy.person_id,
    )
    ended = at_once(*[lambda: open_ticket(actor=open_desk.cast.cy, asked=asked) for _ in range(10)])
    assert len({one.pk for one in ended if isinstance(one, Ticket)}) == 1
    assert Ticket.objects.get().created_at <= clock.now()
