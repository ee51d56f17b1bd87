"""A signature: under public replies, left out on a wish, never under notes."""

import pytest
from django.test import Client

from otklik.people.actions import change_preferences
from otklik.people.models import Account
from otklik.people.policies import actor_for
from otklik.people.tests.factories import make_desk, sign_in
from otklik.people.tests.program import Program
from otklik.tickets.actions import Words, reply_to_customer, reply_to_desk
from otklik.tickets.models import Message, Ticket
from otklik.tickets.tests.desk import DeskAtWork

SIGNED = "<p>Ada, second line</p>"


@pytest.fixture
def ticket(desk: DeskAtWork) -> Ticket:
    make_desk()
    change_preferences(actor=desk.cast.ada, changes={"signature": SIGNED})
    return desk.taken()


def last(ticket: Ticket) -> Message:
    return Message.objects.filter(ticket=ticket).latest("pk")


def send(client: Client, ticket: Ticket, **more: str) -> int:
    given = {"mode": "reply", "body": "Done", **more}
    return client.post(f"/tickets/{ticket.number}/messages/", given).status_code


def test_a_reply_carries_the_signature_and_the_customer_sees_it(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    sign_in(client, desk.cast.ada)
    assert 'name="sign" value="1" checked' in client.get(f"/tickets/{ticket.number}/").text

    assert send(client, ticket, sign="1") == 302

    assert (last(ticket).body, last(ticket).signature) == ("<p>Done</p>", SIGNED)
    sign_in(client, desk.cast.cy)
    assert "Ada, second line" in client.get(f"/requests/{ticket.number}/").text


def test_a_reply_may_go_without_it_and_a_refused_one_remembers_that(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    sign_in(client, desk.cast.ada)
    refused = client.post(f"/tickets/{ticket.number}/messages/", {"mode": "reply", "body": ""})
    assert refused.status_code == 422
    assert 'name="sign" value="1"><' in refused.text

    assert send(client, ticket) == 302

    assert last(ticket).signature == ""


def test_a_note_is_never_signed(client: Client, desk: DeskAtWork, ticket: Ticket) -> None:
    sign_in(client, desk.cast.ada)
    assert send(client, ticket, mode="note", sign="1") == 302
    page = client.get(f"/tickets/{ticket.number}/parts/thread/").text
    assert "Done" in page
    assert "Ada, second line" not in page


def test_a_sent_signature_stays_as_it_was(desk: DeskAtWork, ticket: Ticket) -> None:
    ada = actor_for(Account.objects.get(pk=desk.cast.ada.account_id))
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=Words(body="Hi", signs=True))

    change_preferences(actor=ada, changes={"signature": "<p>Another</p>"})

    assert last(ticket).signature == SIGNED


def test_a_customer_signs_nothing(desk: DeskAtWork, ticket: Ticket) -> None:
    Account.objects.filter(pk=desk.cast.cy.account_id).update(signature="<p>Cy</p>")
    cy = actor_for(Account.objects.get(pk=desk.cast.cy.account_id))
    reply_to_desk(actor=cy, ticket_id=ticket.pk, words=Words(body="Hi", signs=True))
    assert last(ticket).signature == ""


def test_a_change_of_status_signs_its_reply(
    client: Client, desk: DeskAtWork, ticket: Ticket
) -> None:
    sign_in(client, desk.cast.ada)
    progress = desk.made.statuses["pending"].pk
    address = f"/tickets/{ticket.number}/status/{progress}/"
    assert "Ada, second line" in client.get(address).text

    client.post(address, {"body": "Which room?", "sign": "1", "note": "n"})

    assert last(ticket).signature == SIGNED


def test_a_program_signs_when_it_says_so(desk: DeskAtWork, ticket: Ticket) -> None:
    ada = Program(actor_for(Account.objects.get(pk=desk.cast.ada.account_id)))
    plain = ada.post(f"/tickets/{ticket.pk}/messages", {"body": "One"}).json()
    signed = ada.post(f"/tickets/{ticket.pk}/messages", {"body": "Two", "sign": True}).json()
    assert (plain["signature"], signed["signature"]) == ("", SIGNED)
