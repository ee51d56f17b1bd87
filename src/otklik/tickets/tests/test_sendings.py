"""What became of a reply that was sent as its page was left, as the next page asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from otklik.core import clock, once
from otklik.core.models import IdempotencyKey
from otklik.people.models import Actor
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import Words, assign_ticket, note_refusal, reply_to_desk
from otklik.tickets.models import Message, Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db

KEY = "a" * 32
LEFT = {"X-Left": "true", "HX-Request": "true"}


@pytest.fixture
def ticket(desk: DeskAtWork, client: Client) -> Ticket:
    """Give Ada a ticket to which the customer wrote after she looked."""
    ticket = desk.taken()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="It works again"))
    sign_in(client, desk.cast.ada)
    return ticket


def send(client: Client, ticket: Ticket, *, seen: int = 1, left: bool = True) -> Any:
    typed = {"mode": "reply", "body": "Is it plugged in?", "once": KEY, "seen_message": seen}
    headers = LEFT if left else {"HX-Request": "true"}
    return client.post(f"/tickets/{ticket.number}/messages/", typed, headers=headers)


def ask(client: Client, ticket: Ticket, /, **more: str) -> Any:
    asked = {"ticket": str(ticket.pk), "number": ticket.number, "once": KEY}
    return client.get("/sendings/", {**asked, **more})


def last(ticket: Ticket) -> int:
    return Message.objects.filter(ticket=ticket).latest("pk").pk


def test_what_was_refused_is_told_with_the_reason_and_the_way(
    client: Client, ticket: Ticket
) -> None:
    refused = send(client, ticket)
    assert (refused.status_code, refused.content) == (409, b"")
    answer = ask(client, ticket)
    assert answer.status_code == 200
    assert f"Your reply in {ticket.number} did not go." in answer.text
    assert "While you were writing" in answer.text
    assert f'href="/tickets/{ticket.number}/"' in answer.text


def test_what_went_is_said_by_no_words(client: Client, ticket: Ticket) -> None:
    went = send(client, ticket, seen=last(ticket))
    assert (went.status_code, went.content) == (204, b"")
    answer = ask(client, ticket)
    assert (answer.status_code, answer.content) == (204, b"")


def test_of_what_nothing_is_known_it_may_be_on_its_way(client: Client, ticket: Ticket) -> None:
    answer = ask(client, ticket)
    assert answer.status_code == 202
    assert "did not go" in answer.text
    assert ask(client, ticket, once="").status_code == 202
    assert ask(client, ticket, once="\0").status_code == 202


def test_a_refusal_that_the_page_showed_is_not_kept(client: Client, ticket: Ticket) -> None:
    assert send(client, ticket, left=False).status_code == 409
    assert ask(client, ticket).status_code == 202


def test_the_last_try_counts(client: Client, ticket: Ticket) -> None:
    send(client, ticket)
    with clock.moved_to(clock.now() + timedelta(seconds=5)):
        assert send(client, ticket, seen=last(ticket)).status_code == 204
    assert ask(client, ticket).status_code == 204
    with clock.moved_to(clock.now() + timedelta(seconds=9)):
        typed = {"mode": "reply", "body": "Another", "once": KEY, "seen_message": last(ticket)}
        again = client.post(f"/tickets/{ticket.number}/messages/", typed, headers=LEFT)
    assert again.status_code == 409
    answer = ask(client, ticket)
    assert (answer.status_code, "was sent already" in answer.text) == (200, True)


def test_a_refusal_is_kept_once_and_may_change(desk: DeskAtWork, ticket: Ticket) -> None:
    for why in ("One.", "Two."):
        note_refusal(actor=desk.cast.ada, ticket_id=ticket.pk, key=KEY, why=why)
    note_refusal(actor=desk.cast.ada, ticket_id=ticket.pk, key="", why="Nothing guards it.")
    owner = f"say:{desk.cast.ada.account_id}:{ticket.pk}"
    assert once.outcome(owner, KEY) == once.Outcome(went=False, why="Two.")
    assert IdempotencyKey.objects.filter(owner=f"no:{owner}").count() == 1
    with clock.moved_to(clock.now() + once.KEPT_FOR + timedelta(seconds=1)):
        once.forget_old_keys()
    assert once.outcome(owner, KEY) is None


@pytest.mark.parametrize("name", ["vi", "root"])
def test_others_learn_nothing_of_it(
    desk: DeskAtWork, client: Client, ticket: Ticket, name: str
) -> None:
    send(client, ticket)
    sign_in(client, desk.cast.everyone[name])
    answer = ask(client, ticket)
    assert (answer.status_code, "While you" in answer.text) == (202, False)


def test_who_may_not_see_the_ticket_any_more_gets_no_way_to_it(
    desk: DeskAtWork, client: Client, ticket: Ticket
) -> None:
    vi: Actor = desk.cast.vi
    assign_ticket(actor=vi, ticket_id=ticket.pk, assignee_id=vi.person_id)
    answer = ask(client, ticket)
    assert (answer.status_code, "<a " in answer.text) == (202, False)
    assert "You may no longer see this ticket." in answer.text


@pytest.mark.parametrize("named", ["<b>", "\0", "x" * 9_000, "9" * 30, "99999", ""])
def test_what_names_no_ticket_is_nothing_known(client: Client, ticket: Ticket, named: str) -> None:
    send(client, ticket)
    answer = ask(client, ticket, ticket=named, number=named)
    assert (answer.status_code, "<a " in answer.text) == (202, False)
    assert "<b>&lt;b&gt;" not in answer.text
    assert "in <b> did" not in answer.text


def test_customers_and_strangers_are_turned_away(
    desk: DeskAtWork, client: Client, ticket: Ticket
) -> None:
    client.logout()
    assert ask(client, ticket).status_code == 302
    sign_in(client, desk.cast.cy)
    assert ask(client, ticket).status_code == 404
