from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from otklik.core.events import Event
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import Changes, Move, Words, change_ticket, move_ticket
from otklik.tickets.events import MessageAdded, StatusChanged
from otklik.tickets.models import Field, Message, Status, Ticket, Transition
from otklik.tickets.policies import customer_moves, find_ticket_numbered, staff_moves
from otklik.tickets.tests.desk import DeskAtWork, at_once, facts_of, new_of
from otklik.tickets.tests.factories import make_field, make_flow

HELLO = Words(body="<p>Hello</p>")


def test_a_move_with_a_reply_says_both(desk: DeskAtWork, published: list[Event]) -> None:
    ticket = desk.taken()
    published.clear()
    pending = desk.made.statuses["pending"]

    move_ticket(
        actor=desk.cast.ada, ticket_id=ticket.pk, move=Move(target_id=pending.pk, reply=HELLO)
    )

    ticket.refresh_from_db()
    assert (ticket.status, ticket.phase, ticket.turn) == (pending, "pending", "theirs")
    assert [type(event) for event in published] == [MessageAdded, StatusChanged]
    assert new_of(facts_of(ticket, "status")[-1])["id"] == pending.pk


def test_moving_to_where_it_stands_does_nothing(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    before = ticket.version
    move_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, move=Move(target_id=ticket.status_id))
    with pytest.raises(Conflict):  # words are never dropped in silence
        move_ticket(
            actor=desk.cast.ada,
            ticket_id=ticket.pk,
            move=Move(target_id=ticket.status_id, reply=HELLO),
        )
    ticket.refresh_from_db()
    assert ticket.version == before
    assert Message.objects.count() == 1


def test_solving_and_closing_stamp_and_reopening_clears(desk: DeskAtWork) -> None:
    ticket = desk.moved("resolved")
    assert ticket.resolved_at
    assert not ticket.closed_at
    ticket = desk.moved("resolved", "closed")
    assert ticket.closed_at
    assert ticket.resolved_at
    assert ticket.turn == ""
    ticket = desk.moved("resolved", "reopened")
    assert (ticket.resolved_at, ticket.closed_at, ticket.turn) == (None, None, "ours")


def test_a_way_that_the_flow_has_not_is_refused(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    foreign = make_flow().statuses.last()
    assert foreign
    for target in (desk.made.statuses["reopened"].pk, foreign.pk, 0, 2**62):
        with pytest.raises(NotAllowed):
            move_ticket(
                actor=desk.cast.root, ticket_id=ticket.pk, move=Move(target_id=target, reply=HELLO)
            )


def test_who_saw_another_status_is_told(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    with pytest.raises(Conflict, match="Assigned"):
        move_ticket(
            actor=desk.cast.ada,
            ticket_id=ticket.pk,
            move=Move(
                target_id=desk.made.statuses["progress"].pk,
                source_id=desk.made.statuses["new"].pk,
            ),
        )


def way(desk: DeskAtWork, target: str, **demands: object) -> Status:
    """Make the way from `assigned` to a status demand something."""
    made = desk.made.statuses
    Transition.objects.filter(source=made["assigned"], target=made[target]).update(**demands)
    return made[target]


def test_a_way_demands_a_reply_a_note_and_somebody_at_work(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    target = way(desk, "progress", demands_message=True, demands_note=True)
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"body", "note"}),
        ({"reply": HELLO}, {"note"}),
        ({"note": HELLO}, {"body"}),
    ]
    for given, missing in cases:
        with pytest.raises(Invalid) as refusal:
            move_ticket(
                actor=desk.cast.ada, ticket_id=ticket.pk, move=Move(target_id=target.pk, **given)
            )
        assert set(refusal.value.fields) == missing
    assert Message.objects.count() == 1
    move = Move(target_id=target.pk, reply=HELLO, note=HELLO)
    assert move_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, move=move).status == target


def test_a_status_demands_its_fields_and_takes_them_with_the_move(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    target = way(desk, "progress", demands_message=False, demands_note=False)
    field = make_field(key="cause")
    ticket.type.form.create(field=field)
    target.required_fields.add(field)

    with pytest.raises(Invalid) as refusal:
        move_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, move=Move(target_id=target.pk))
    assert set(refusal.value.fields) == {"values.cause"}

    moved = move_ticket(
        actor=desk.cast.ada,
        ticket_id=ticket.pk,
        move=Move(target_id=target.pk, values={"cause": "dust"}),
    )
    assert (moved.status, moved.values["cause"]) == (target, "dust")
    assert [
        vars(one)["demanded"] for one in staff_moves(desk.cast.ada, ticket) if one.target == target
    ] == [["cause"]]


def test_what_no_form_asks_the_step_asks_and_the_ticket_keeps_for_colleagues(
    desk: DeskAtWork, client: Client
) -> None:
    ticket, target = desk.taken(), desk.made.statuses["progress"]
    way(desk, "progress", demands_message=False, demands_note=False)
    cause = make_field(key="cause", kind="choice", choices=("dust", "age"))
    target.required_fields.add(cause)
    sign_in(client, desk.cast.ada)
    step, fields = (f"/tickets/{ticket.number}/{one}/" for one in (f"status/{target.pk}", "fields"))

    assert step in client.get(f"/tickets/{ticket.number}/").text
    asked = client.get(step).text
    assert 'name="values.cause"' in asked
    assert asked.index('class="must"') < asked.index('name="values.cause"')
    assert 'name="values.cause"' not in client.get(fields).text
    refused = client.post(step, {"source": ticket.status_id})
    assert (refused.status_code, "is needed before" in refused.text) == (422, True)
    typed = {"source": ticket.status_id, "values.cause": "dust", "seen-values.cause": "null"}
    assert client.post(step, typed).status_code == 302

    ticket.refresh_from_db()
    assert (ticket.status, ticket.values["cause"]) == (target, "dust")
    assert cause.label in client.get(f"/tickets/{ticket.number}/").text
    assert 'name="values.cause"' in client.get(fields).text
    changes = Changes(values={"cause": "age"})
    change_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, changes=changes)
    ticket.refresh_from_db()
    assert ticket.values["cause"] == "age"

    sign_in(client, desk.cast.cy)
    shown = client.get(f"/requests/{ticket.number}/").text
    assert cause.label not in shown
    assert f'name="values.{cause.key}"' not in client.get(f"/requests/new/{ticket.type.key}/").text


def test_a_question_that_is_asked_no_more_stops_nobody(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    target = way(desk, "progress", demands_message=False, demands_note=False)
    cause = make_field(key="cause")
    Field.objects.filter(pk=cause.pk).update(is_active=False)
    target.required_fields.add(cause)
    found = next(one for one in staff_moves(desk.cast.ada, ticket) if one.target == target)
    assert vars(found)["demanded"] == []
    moved = move_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, move=Move(target_id=target.pk))
    assert moved.status == target


def test_a_way_is_open_to_those_it_names_and_to_the_administrator(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    made = desk.made.statuses
    only = {"allowed": [Transition.Who.SUPERVISOR], "demands_message": False, "demands_note": False}
    Transition.objects.filter(source=made["new"], target=made["closed"]).delete()
    Transition.objects.create(source=made["new"], target=made["closed"], **only)
    for who, may in (("ada", False), ("cora", False), ("vi", True), ("root", True)):
        actor = desk.cast.everyone[who]
        offered = [one.target for one in staff_moves(actor, ticket)]
        assert (made["closed"] in offered) == may
        if not may:
            with pytest.raises(NotAllowed):
                move_ticket(
                    actor=actor, ticket_id=ticket.pk, move=Move(target_id=made["closed"].pk)
                )
    assert made["closed"] not in [one.target for one in customer_moves(ticket)]
    move_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, move=Move(target_id=made["closed"].pk))


def test_a_page_offers_the_steps_as_they_are_set_up_now(desk: DeskAtWork) -> None:
    """What a process keeps of the steps is given up with any change of theirs."""
    number = desk.taken().number

    def offered() -> dict[str, list[str]]:
        ways = staff_moves(desk.cast.ada, find_ticket_numbered(desk.cast.ada, number))
        return {one.target.key: vars(one)["demanded"] for one in ways}

    assert offered()["progress"] == []
    target = way(desk, "progress", demands_message=False, demands_note=False)
    target.required_fields.add(make_field(key="cause"))
    assert offered()["progress"] == ["cause"]
    source = Ticket.objects.get(number=number).status
    Transition.objects.filter(source=source, target=target).delete()
    assert "progress" not in offered()
    Transition.objects.create(source=source, target=target, allowed=[Transition.Who.AGENT])
    assert "progress" in offered()


@pytest.mark.parametrize("who", ["sam", "cy"])
def test_others_do_not_see_it_to_move_it(desk: DeskAtWork, who: str) -> None:
    ticket = desk.opened()
    with pytest.raises(NotFound):
        move_ticket(
            actor=desk.cast.everyone[who],
            ticket_id=ticket.pk,
            move=Move(target_id=desk.made.statuses["closed"].pk, reply=HELLO),
        )


@pytest.mark.parametrize(
    ("phase", "change", "name"),
    [
        ("closed", {"closed_at": None}, "ticket_closed_iff_stamped"),
        ("resolved", {"resolved_at": None}, "ticket_resolved_is_stamped"),
    ],
)
def test_the_database_refuses_an_end_without_its_stamp(
    desk: DeskAtWork, phase: str, change: dict[str, None], name: str
) -> None:
    ticket = desk.moved(phase)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**change)


def test_the_database_refuses_a_way_to_itself_and_a_second_way(desk: DeskAtWork) -> None:
    new, assigned = desk.made.statuses["new"], desk.made.statuses["assigned"]
    known = Transition.objects.filter(source=new).earliest("pk").target
    with pytest.raises(IntegrityError, match="transition_moves"), transaction.atomic():
        Transition.objects.create(source=new, target=new, allowed=[])
    with pytest.raises(IntegrityError, match="one_way_between_two_statuses"), transaction.atomic():
        Transition.objects.create(source=new, target=known, allowed=[])
    for change, name in (
        ({"phase": "odd"}, "status_phase_is_known"),
        ({"is_first": True}, "flow_has_one_first_status"),
        ({"key": "new"}, "status_key_is_unique_in_flow"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Status.objects.filter(pk=assigned.pk).update(**change)


@pytest.mark.slow
def test_of_two_moves_at_once_the_second_is_told(open_desk: DeskAtWork) -> None:
    ticket = open_desk.taken()
    made = open_desk.made.statuses
    ended = at_once(
        *[
            lambda key=key: move_ticket(
                actor=open_desk.cast.root,
                ticket_id=ticket.pk,
                move=Move(
                    target_id=made[key].pk, source_id=made["assigned"].pk, reply=HELLO, note=HELLO
                ),
            )
            for key in ("pending", "resolved")
        ]
    )
    assert sorted(isinstance(one, DomainError) for one in ended) == [False, True]


def test_no_hours_are_an_answer_to_a_stage_that_demands_hours(desk: DeskAtWork) -> None:
    hours = make_field(kind="number", key="hours")
    ticket = desk.taken()
    ticket.type.form.create(field=hours, position=99)
    target = desk.made.statuses["progress"]
    target.required_fields.add(hours)

    with pytest.raises(Invalid, match="is needed before"):
        move_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, move=Move(target_id=target.pk))
    moved = move_ticket(
        actor=desk.cast.ada,
        ticket_id=ticket.pk,
        move=Move(target_id=target.pk, values={"hours": "0"}),
    )

    assert (moved.status, moved.values["hours"]) == (target, 0)


@pytest.fixture
def two_questions(desk: DeskAtWork) -> tuple[Ticket, Status]:
    """Have a status that demands two answers, the second only if the first is `broken`."""
    ticket, target = desk.taken(), way(desk, "progress", demands_message=False, demands_note=False)
    cause = make_field(kind="choice", key="cause", choices=("broken", "lost"))
    part = make_field(key="part")
    ticket.type.form.create(field=cause, position=98)
    waits = {"shown_when": cause, "shown_value": "broken"}
    ticket.type.form.create(field=part, position=99, **waits)
    target.required_fields.set([cause, part])
    return ticket, target


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, {"values.cause"}),
        ({"cause": "broken"}, {"values.part"}),
        ({"cause": "broken", "part": "fuse"}, set()),
        ({"cause": "lost"}, set()),
    ],
)
def test_a_step_demands_no_answer_that_the_others_hide(
    desk: DeskAtWork,
    two_questions: tuple[Ticket, Status],
    values: dict[str, str],
    missing: set[str],
) -> None:
    ticket, target = two_questions
    told: set[str] = set()
    try:
        move = Move(target_id=target.pk, values=values)
        move_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, move=move)
    except Invalid as refusal:
        told = set(refusal.fields)
    assert told == missing
    ticket.refresh_from_db()
    assert (ticket.status == target) is (not missing)


def test_the_page_of_a_step_asks_what_the_step_demands(
    desk: DeskAtWork, client: Client, two_questions: tuple[Ticket, Status]
) -> None:
    ticket, target = two_questions
    sign_in(client, desk.cast.ada)
    step = f"/tickets/{ticket.number}/status/{target.pk}/"
    page = client.get(step).text
    assert 'name="values.part"' in page  # the first answer is given here, the page follows it
    assert 'data-shown-when="values.cause"' in page

    target.required_fields.set([Field.objects.get(key="part")])
    for cause, is_asked in (("broken", True), ("lost", False)):
        change = Changes(values={"cause": cause})
        change_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, changes=change)
        assert ('name="values.part"' in client.get(step).text) is is_asked
        typed = {"source": ticket.status_id}
        assert client.post(step, typed).status_code == (422 if is_asked else 302)
    ticket.refresh_from_db()
    assert ticket.status == target
