import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from otklik.core import clock
from otklik.core.errors import Invalid, NotAllowed
from otklik.core.events import Event
from otklik.people.models import Department, Person
from otklik.people.tests.factories import make_department, make_desk, sign_in
from otklik.people.tests.program import Program, email_of
from otklik.tickets.actions import NewTicket, Words, open_ticket, reply_to_customer
from otklik.tickets.events import TicketOpened
from otklik.tickets.models import (
    HistoryEntry,
    Message,
    NumberCounter,
    Ticket,
    TicketText,
    TicketType,
)
from otklik.tickets.tests.desk import DeskAtWork, at_once, needed_answers
from otklik.tickets.tests.factories import make_field, make_type

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
        (FAMILY * 100, FAMILY * 100),
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


def test_a_subject_of_too_many_parts_is_refused_for_what_it_is(desk: DeskAtWork) -> None:
    heavy = "\U0001f468" + "\u200d\U0001f469" * 20
    with pytest.raises(Invalid, match="too many parts"):
        desk.opened(heavy * 100)
    with pytest.raises(Invalid, match="This is 101 characters long; at most 100 fit"):
        desk.opened(FAMILY * 101)


@pytest.mark.parametrize("length", [100, 99])
def test_the_longest_names_ask_and_answer(desk: DeskAtWork, length: int) -> None:
    name = {"given_name": "g" * length, "surname": "s" * length}
    for who in (desk.cast.cy, desk.cast.ada):
        Person.objects.filter(pk=who.person_id).update(**name)
    cy, ada = (
        replace(who, name=f"{name['given_name']} {name['surname']}")
        for who in (desk.cast.cy, desk.cast.ada)
    )

    ticket = desk.opened(actor=cy)
    assert ticket.last_author == cy.name
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=Words(body="Hello"))

    ticket.refresh_from_db()
    assert ticket.last_author == ada.name


def test_the_longest_name_and_subject_come_over_the_api(desk: DeskAtWork) -> None:
    Person.objects.filter(pk=desk.cast.cy.person_id).update(given_name="g" * 100, surname="s" * 100)
    program = Program(desk.cast.cy)
    asked = {
        "subject": FAMILY * 100,
        "description": "x",
        "requester": {"email": email_of(desk.cast.cy)},
    }

    answer = program.post("/tickets", asked)

    assert answer.status_code == 201
    said = program.post(f"/tickets/{answer.json()['id']}/messages", {"body": "And more"})
    assert said.status_code == 201
    ticket = Ticket.objects.get()
    assert (ticket.subject, len(ticket.last_author)) == (FAMILY * 100, 201)


@pytest.mark.parametrize("who", ["cy", "ada"])
def test_whoever_asks_through_the_portal_is_asked_and_offered_what_customers_are(
    desk: DeskAtWork, client: Client, who: str
) -> None:
    make_desk()
    actor = desk.cast.everyone[who]
    kind = desk.made.types["hr"]
    secret = make_field(key="secret")
    kind.form.create(field=secret, is_required=True, customer="staff", position=99)
    sign_in(client, actor)
    asked = {"subject": "Leave", "body": "Two weeks", **needed_answers(actor, kind)}

    assert "values.secret" not in client.get("/requests/new/hr/").text
    answer = client.post("/requests/new/hr/", {**asked, "subject": ""})
    assert (answer.status_code, "This is needed." in answer.text) == (422, False)
    answer = client.post("/requests/new/hr/", asked)

    assert answer.status_code == 302
    assert Ticket.objects.get().requester_id == actor.person_id
    with pytest.raises(Invalid) as refusal:
        desk.opened(actor=actor, as_customer=True, values={"secret": "x"}, type_id=kind.pk)
    assert "values.secret" in refusal.value.fields


def test_as_a_customer_staff_get_no_hidden_type_or_department(desk: DeskAtWork) -> None:
    kind = desk.made.types["hr"]
    TicketType.objects.filter(pk=kind.pk).update(is_public=False)
    Department.objects.filter(pk=desk.cast.hr.pk).update(is_public=False)
    with pytest.raises(Invalid) as refusal:
        desk.opened(
            actor=desk.cast.ada, as_customer=True, type_id=kind.pk, department_id=desk.cast.hr.pk
        )
    assert {"type", "department"} <= set(refusal.value.fields)
