"""A kept answer is told again only to those who may still hear it, and by a token that is good."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.core import clock
from otklik.core.models import IdempotencyKey
from otklik.people.actions import block_account, set_role
from otklik.people.models import ApiToken
from otklik.people.tests.program import Program
from otklik.tickets.actions import assign_ticket
from otklik.tickets.models import Message, Note, Ticket
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.opened import ASKED

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "once"}


@pytest.mark.parametrize("end", ["revoked_at", "expires_at", "blocked"])
def test_a_token_that_ended_hears_no_kept_answer(desk: DeskAtWork, end: str) -> None:
    ada = Program(desk.cast.ada)
    assert ada.post("/tickets", ASKED, KEY).status_code == 201

    if end == "blocked":
        block_account(actor=desk.cast.root, account_id=desk.cast.ada.account_id)
    else:
        ApiToken.objects.update(**{end: clock.now()})

    again = ada.post("/tickets", ASKED, KEY)
    assert again.status_code == 401
    assert "number" not in again.json()
    assert Ticket.objects.count() == 1


def test_a_narrowed_token_hears_no_kept_answer(desk: DeskAtWork) -> None:
    ada = Program(desk.cast.ada)
    assert ada.post("/tickets", ASKED, KEY).status_code == 201
    person = {"given_name": "Anna"}
    assert ada.post("/people", person, {"Idempotency-Key": "anna"}).status_code == 201

    ApiToken.objects.update(scopes=["tickets:read", "people:read"])

    assert ada.post("/tickets", ASKED, KEY).status_code == 403
    assert ada.post("/people", person, {"Idempotency-Key": "anna"}).status_code == 403


@pytest.mark.parametrize("internal", [True, False])
def test_what_was_said_on_a_ticket_out_of_sight_is_not_told_again(
    desk: DeskAtWork,
    internal: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    ticket = desk.opened()
    ada = Program(desk.cast.ada)
    said = {"body": "The spare key is under the mat", "internal": internal}
    place = f"/tickets/{ticket.pk}/messages"
    assert ada.post(place, said, KEY).status_code == 201

    assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=desk.cast.root.person_id)

    again = ada.post(place, said, KEY)
    assert again.status_code == 404
    assert "spare" not in again.content.decode()
    assert Message.objects.filter(body__contains="spare").count() == (not internal)
    assert Note.objects.filter(body__contains="spare").count() == internal


def test_who_sees_the_ticket_as_its_customer_now_hears_nothing_said_to_staff(
    desk: DeskAtWork,
) -> None:
    ticket = desk.opened()
    Ticket.objects.filter(pk=ticket.pk).update(requester=desk.cast.ada.person_id)
    ada = Program(desk.cast.ada)
    change = {"priority": 4, "tags": ["difficult"]}
    place = f"/tickets/{ticket.pk}"
    assert ada.patch(place, change, KEY).json()["tags"] == ["difficult"]

    set_role(
        actor=desk.cast.root,
        person_id=desk.cast.ada.person_id,
        department_id=ticket.department_id,
        role=None,
    )

    again = ada.patch(place, change, KEY)
    assert again.status_code == 404
    assert "difficult" not in again.content.decode()


def test_a_change_that_took_the_ticket_out_of_sight_is_told_again(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    ada = Program(desk.cast.ada)
    away = {"assignee": desk.cast.root.person_id}

    told = [ada.patch(f"/tickets/{ticket.pk}", away, KEY).status_code for _time in range(2)]

    assert told == [204, 204]


def test_the_receipt_of_an_opening_is_told_to_a_colleague_who_gave_the_ticket_away(
    desk: DeskAtWork,
) -> None:
    ada = Program(desk.cast.ada)
    first = ada.post("/tickets", ASKED, KEY).json()
    assign_ticket(actor=desk.cast.root, ticket_id=first["id"], assignee_id=desk.cast.root.person_id)

    assert ada.post("/tickets", ASKED, KEY).json() == first


def test_who_left_the_desk_hears_nothing_of_people_and_tickets(desk: DeskAtWork) -> None:
    ada = Program(desk.cast.ada)
    known = {"given_name": "Anna", "remarks": "pays late"}
    assert ada.post("/people", known, KEY).status_code == 201
    assert ada.post("/tickets", ASKED, {"Idempotency-Key": "t"}).status_code == 201
    for department in desk.cast.ada.roles:
        set_role(
            actor=desk.cast.root,
            person_id=desk.cast.ada.person_id,
            department_id=department,
            role=None,
        )

    assert ada.post("/people", known, KEY).status_code == 404
    assert ada.post("/tickets", ASKED, {"Idempotency-Key": "t"}).status_code == 404


def test_a_customer_hears_their_own_answers_again(desk: DeskAtWork) -> None:
    cy = Program(desk.cast.cy)
    ticket = desk.opened()
    said = {"body": "Still broken"}
    place = f"/tickets/{ticket.pk}/messages"

    first, again = cy.post(place, said, KEY), cy.post(place, said, KEY)

    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"


def test_a_stranger_with_a_key_leaves_nothing_behind(desk: DeskAtWork) -> None:
    stranger = Program(desk.cast.ada)
    stranger.headers = {"Authorization": "Bearer otk_" + "a" * 43}

    assert stranger.post("/tickets", ASKED, KEY).status_code == 401
    assert not IdempotencyKey.objects.exists()


def test_the_token_is_looked_up_once_with_a_key_as_without(desk: DeskAtWork) -> None:
    ada = Program(desk.cast.ada)
    ada.post("/tickets", ASKED)

    def asked(headers: dict[str, str]) -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            assert ada.post("/tickets", ASKED, headers).status_code == 201
        return [one["sql"] for one in seen if "people_apitoken" in one["sql"]]

    assert (len(asked({})), len(asked(KEY))) == (1, 1)
