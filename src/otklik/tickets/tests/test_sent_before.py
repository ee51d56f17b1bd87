"""A page's key against repeats: the same again is done once, anything else is told and kept."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from otklik.core.files.receive import keep_content
from otklik.core.models import IdempotencyKey
from otklik.people.models import Person
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import (
    Move,
    Words,
    keep_upload,
    move_ticket,
    reply_to_customer,
    reply_to_desk,
    write_internal_note,
)
from otklik.tickets.errors import SentBefore
from otklik.tickets.models import Message, Note, Ticket, TicketType
from otklik.tickets.tests.desk import DeskAtWork, needed_answers

FIRST = Words(body="<p>Hello</p>", once="k1")
BETTER = replace(FIRST, body="<p>Hello again</p>")


@pytest.fixture(autouse=True)
def set_up(desk: DeskAtWork) -> None:
    make_desk()


def once_in(text: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize("say", [reply_to_customer, write_internal_note, reply_to_desk])
def test_improved_words_under_the_same_key_are_refused_and_go_under_another(
    desk: DeskAtWork, say: Any
) -> None:
    ticket = desk.opened()
    actor = desk.cast.cy if say is reply_to_desk else desk.cast.ada
    first = say(actor=actor, ticket_id=ticket.pk, words=FIRST)

    with pytest.raises(SentBefore, match="already"):
        say(actor=actor, ticket_id=ticket.pk, words=BETTER)

    assert say(actor=actor, ticket_id=ticket.pk, words=FIRST) == first
    assert say(actor=actor, ticket_id=ticket.pk, words=replace(BETTER, once="k2")) != first
    assert Message.objects.count() + Note.objects.count() == 3


@pytest.mark.parametrize("change", ["uploads", "signs"])
def test_a_file_or_a_signature_more_is_something_else(desk: DeskAtWork, change: str) -> None:
    ticket, ada = desk.opened(), desk.cast.ada
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=FIRST)
    file = keep_upload(actor=ada, blob=keep_content(b"plan"), name="plan.txt")
    more: dict[str, Any] = {"uploads": (file.token,), "signs": True}

    with pytest.raises(SentBefore):
        reply_to_customer(
            actor=ada, ticket_id=ticket.pk, words=replace(FIRST, **{change: more[change]})
        )


@pytest.mark.parametrize(("name", "content", "same"), [("a", b"1", True), ("b", b"1", False)])
def test_a_file_sent_anew_by_a_page_without_scripts_is_the_same_file(
    desk: DeskAtWork,
    name: str,
    content: bytes,
    same: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    ticket, ada = desk.opened(), desk.cast.ada
    tokens = [
        keep_upload(actor=ada, blob=keep_content(one), name=called).token
        for called, one in (("a", b"1"), (name, content))
    ]
    words = [replace(FIRST, uploads=(token,)) for token in tokens]
    said = reply_to_customer(actor=ada, ticket_id=ticket.pk, words=words[0])

    if same:
        assert reply_to_customer(actor=ada, ticket_id=ticket.pk, words=words[1]) == said
    else:
        with pytest.raises(SentBefore):
            reply_to_customer(actor=ada, ticket_id=ticket.pk, words=words[1])


def test_a_reply_is_no_move_a_move_no_reply_and_a_note_neither(desk: DeskAtWork) -> None:
    ticket, ada = desk.taken(), desk.cast.ada
    target = desk.made.statuses["progress"].pk
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=FIRST)
    with pytest.raises(SentBefore):
        move_ticket(actor=ada, ticket_id=ticket.pk, move=Move(target_id=target, reply=FIRST))
    with pytest.raises(SentBefore):
        write_internal_note(actor=ada, ticket_id=ticket.pk, words=FIRST)

    other = replace(FIRST, once="k2")
    move_ticket(actor=ada, ticket_id=ticket.pk, move=Move(target_id=target, reply=other))
    with pytest.raises(SentBefore, match="status"):
        reply_to_customer(actor=ada, ticket_id=ticket.pk, words=other)
    elsewhere = Move(target_id=desk.made.statuses["pending"].pk, reply=other)
    with pytest.raises(SentBefore):
        move_ticket(actor=ada, ticket_id=ticket.pk, move=elsewhere)
    assert Message.objects.filter(ticket=ticket).count() == 3


def test_a_key_of_an_older_version_that_kept_no_fingerprint_is_told_too(desk: DeskAtWork) -> None:
    ticket, ada = desk.opened(), desk.cast.ada
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=FIRST)
    IdempotencyKey.objects.update(fingerprint="")

    with pytest.raises(SentBefore):
        reply_to_customer(actor=ada, ticket_id=ticket.pk, words=FIRST)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_ticket_page_keeps_the_better_text_and_sends_it_the_next_time(
    desk: DeskAtWork, client: Client, headers: dict[str, str]
) -> None:
    ticket = desk.opened()
    sign_in(client, desk.cast.ada)
    address = f"/tickets/{ticket.number}/messages/"
    typed = {"mode": "reply", "body_format": "html", "once": "k1", "body": "<p>Restart it.</p>"}
    client.post(address, typed, headers=headers)

    better = {**typed, "body": "<p>Restart it and call.</p>"}
    refused = client.post(address, better, headers=headers)

    assert refused.status_code == 409
    assert "Your message was sent already" in refused.text
    assert "Restart it and call." in refused.text
    assert Message.objects.filter(body__contains="and call").count() == 0
    fresh = once_in(refused.text)
    assert fresh != "k1"
    assert client.post(address, {**better, "once": fresh}, headers=headers).status_code in (
        200,
        302,
    )
    assert Message.objects.filter(body__contains="and call").count() == 1


def test_a_text_too_long_keeps_the_key_so_that_nothing_goes_twice(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened()
    sign_in(client, desk.cast.ada)
    address = f"/tickets/{ticket.number}/messages/"
    typed = {"mode": "reply", "body": "Hello", "once": "k1"}
    client.post(address, typed)

    refused = client.post(address, {**typed, "body": ""})
    assert refused.status_code == 409
    refused = client.post(address, {"mode": "reply", "body": "", "once": "k2"})

    assert (refused.status_code, once_in(refused.text)) == (422, "k2")


def test_a_customers_better_words_are_kept_and_sent_the_next_time(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened()
    sign_in(client, desk.cast.cy)
    address = f"/requests/{ticket.number}/messages/"
    client.post(address, {"body": "It hums", "once": "k1"})

    refused = client.post(address, {"body": "It hums and blinks", "once": "k1"})

    assert refused.status_code == 409
    assert "It hums and blinks" in refused.text
    again = {"body": "It hums and blinks", "once": once_in(refused.text)}
    assert client.post(address, again).status_code == 302
    assert Message.objects.filter(body__contains="blinks").count() == 1


def test_a_request_that_was_sent_is_named_and_the_changed_one_kept(
    desk: DeskAtWork, client: Client
) -> None:
    sign_in(client, desk.cast.cy)
    given = needed_answers(desk.cast.cy, TicketType.objects.get(key="hr"))
    asked = {"subject": "Leave", "body": "Two weeks", "once": "k1", **given}
    client.post("/requests/new/hr/", asked)

    refused = client.post("/requests/new/hr/", {**asked, "body": "Three weeks"})

    assert refused.status_code == 409
    assert f"Your request was sent already, as {Ticket.objects.get().number}." in refused.text
    assert "Three weeks" in refused.text
    again = {**asked, "body": "Three weeks", "once": once_in(refused.text)}
    assert client.post("/requests/new/hr/", again).status_code == 302
    assert Ticket.objects.count() == 2


def test_a_call_of_somebody_new_is_taken_once_and_a_changed_one_is_told(
    desk: DeskAtWork, client: Client
) -> None:
    sign_in(client, desk.cast.ada)
    before = Person.objects.count()
    call = {
        "name": "Anna Berg",
        "email": "anna@berg.example",
        "subject": "The lamp is out",
        "body": "Since morning",
        "type": desk.made.types["hr"].pk,
        "priority": "3",
        "source": "phone",
        "once": "k1",
        "later": "1",
    }
    places = {client.post("/calls/new/", call)["Location"] for _time in "123"}
    assert (len(places), Ticket.objects.count(), Person.objects.count()) == (1, 1, before + 1)

    refused = client.post("/calls/new/", {**call, "name": "Anna Bergmann", "email": ""})

    assert refused.status_code == 409
    assert Ticket.objects.get().number in refused.text
    assert 'value="Anna Bergmann"' in refused.text
    assert once_in(refused.text) != "k1"
    assert (Ticket.objects.count(), Person.objects.count()) == (1, before + 1)
