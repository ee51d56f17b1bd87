"""What must not slip out by a side door, and what must not be lost on the way."""

from typing import Any

import pytest

from otklik.core.errors import Conflict
from otklik.people.tests.factories import sign_in
from otklik.people.tests.program import Program
from otklik.tickets.actions import (
    Changes,
    Move,
    Words,
    assign_ticket,
    change_ticket,
    move_ticket,
    reply_to_customer,
    write_internal_note,
)
from otklik.tickets.models import Message, Note, Ticket
from otklik.tickets.policies import find_request
from otklik.tickets.selectors.found import found_page
from otklik.tickets.selectors.timeline import customer_timeline
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db


def test_the_customers_timeline_says_nothing_of_tags_and_owner(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    changes = Changes(fields={"tags": ["difficult"], "owner": desk.cast.root.person_id})

    change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=changes)

    told = customer_timeline(desk.cast.cy, find_request(desk.cast.cy, ticket.number))
    assert "difficult" not in str([fact for entry in told.entries for fact in entry.facts])
    assert desk.cast.root.name not in str([fact for entry in told.entries for fact in entry.facts])
    api = Program(desk.cast.cy).get(f"/tickets/{ticket.pk}/history").content.decode()
    assert "difficult" not in api


def test_words_are_kept_when_a_colleague_moved_the_ticket_there_before(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    target = desk.made.statuses["pending"].pk
    assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=desk.cast.ada.person_id)
    move_ticket(
        actor=desk.cast.root,
        ticket_id=ticket.pk,
        move=Move(target_id=target, reply=Words(body="<p>Which room?</p>")),
    )

    with pytest.raises(Conflict):
        move_ticket(
            actor=desk.cast.ada,
            ticket_id=ticket.pk,
            move=Move(target_id=target, reply=Words(body="<p>Which floor?</p>")),
        )


def test_a_repeated_send_with_a_change_of_status_says_it_once(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    move = Move(
        target_id=desk.made.statuses["progress"].pk,
        reply=Words(body="<p>We are on it</p>", once="k1"),
    )
    assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=desk.cast.ada.person_id)

    for _time in range(2):
        move_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, move=move)

    assert Message.objects.filter(ticket=ticket, body__contains="on it").count() == 1


def test_a_key_of_one_ticket_says_nothing_of_another(desk: DeskAtWork) -> None:
    first, second = desk.opened(), desk.opened()
    said = [
        reply_to_customer(
            actor=desk.cast.root, ticket_id=one.pk, words=Words(body="<p>Hi</p>", once="same")
        )
        for one in (first, second)
    ]

    assert [one.ticket_id for one in said] == [first.pk, second.pk]


def test_a_colleague_who_asks_cannot_search_the_notes_about_it(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    Ticket.objects.filter(pk=ticket.pk).update(
        requester=desk.cast.ada.person_id, assignee=desk.cast.root.person_id
    )
    write_internal_note(
        actor=desk.cast.root, ticket_id=ticket.pk, words=Words(body="<p>dismissal</p>")
    )

    assert found_page(desk.cast.ada, "", None, 10)[0] == [ticket]
    assert found_page(desk.cast.ada, "dismissal", None, 10)[0] == []
    assert found_page(desk.cast.ada, "is:escalated", None, 10)[0] == []


def test_customers_cannot_ask_what_is_escalated(desk: DeskAtWork) -> None:
    assert Program(desk.cast.cy).get("/tickets?q=is:escalated").status_code == 422
    assert Program(desk.cast.cy).get("/tickets?q=is:open").status_code == 200


def test_a_customers_tags_are_not_taken(desk: DeskAtWork) -> None:
    ticket = desk.opened(tags=("vip",))

    assert Ticket.objects.get(pk=ticket.pk).tags == []


def test_a_change_that_takes_the_ticket_out_of_sight_is_made_and_said(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    ada = Program(desk.cast.ada)

    answer = ada.patch(
        f"/tickets/{ticket.pk}",
        {"assignee": desk.cast.root.person_id},
        {"Idempotency-Key": "gone"},
    )

    assert answer.status_code == 204
    assert Ticket.objects.get(pk=ticket.pk).assignee_id == desk.cast.root.person_id


@pytest.mark.parametrize(
    "change", [{"message": "hello"}, {"note": "hello"}, {"priority": 4, "message": "hello"}]
)
def test_words_that_nothing_carries_are_refused(desk: DeskAtWork, change: dict[str, Any]) -> None:
    ticket = desk.opened()

    assert Program(desk.cast.root).patch(f"/tickets/{ticket.pk}", change).status_code == 422


def test_a_note_goes_with_an_escalation(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    change = {"escalated": True, "note": "the chief asks"}

    assert Program(desk.cast.root).patch(f"/tickets/{ticket.pk}", change).status_code == 200
    assert Note.objects.get(ticket=ticket).body.count("chief") == 1


def test_a_reason_goes_with_an_escalation_alone(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    program = Program(desk.cast.root)
    for change in ({"reason": "now"}, {"escalated": False, "reason": "now"}):
        refused = program.patch(f"/tickets/{ticket.pk}", change)
        assert [one["field"] for one in refused.json()["errors"]] == ["reason"]
    change = {"escalated": True, "reason": "the chief asks"}
    assert program.patch(f"/tickets/{ticket.pk}", change).status_code == 200
    history = program.get(f"/tickets/{ticket.pk}/history").json()["items"]
    assert history[-1]["new"] == "the chief asks"


@pytest.mark.parametrize("cursor", ["WyJ4IiwibSIsMV0", "WyIyMDI2LTAxLTAxIiwibSIsMV0"])
def test_a_forged_cursor_is_refused(desk: DeskAtWork, cursor: str) -> None:
    ticket = desk.opened()
    answer = Program(desk.cast.root).get(f"/tickets/{ticket.pk}/messages?cursor={cursor}")

    assert answer.status_code == 422


def test_a_call_is_registered_for_every_type(desk: DeskAtWork, client: Any) -> None:
    sign_in(client, desk.cast.ada)
    for kind in desk.made.types.values():
        answer = client.post(
            "/calls/new/",
            {
                "name": "Anna Berg",
                "phone": "+49 30 1234567",
                "subject": "The lamp is out",
                "body": "Since morning",
                "type": kind.pk,
                "priority": "3",
                "source": "phone",
                "once": f"call-{kind.pk}",
                "later": "1",
            },
        )
        assert answer.status_code == 302, kind.key
    assert Ticket.objects.count() == len(desk.made.types)
