"""Who gets copies: proposed by letters, decided by people, and never a way to see a ticket."""

import pytest
from django.db import IntegrityError
from django.test import Client

from otklik.core.errors import NotAllowed, NotFound
from otklik.people.models import Actor
from otklik.people.policies import writer
from otklik.people.tests.factories import make_person, sign_in
from otklik.tickets.actions import (
    Words,
    confirm_copy,
    decline_copy,
    keep_outsiders_words,
    propose_copies,
    reply_as_copied,
)
from otklik.tickets.actions.copying import MOST
from otklik.tickets.models import Copied, Message, Note, Ticket
from otklik.tickets.tests.desk import DeskAtWork, facts_of

BOSS = "boss@firm.example"


def proposed(desk: DeskAtWork, ticket: Ticket, address: str = BOSS) -> Copied:
    return propose_copies(actor=desk.cast.cy, ticket_id=ticket.pk, named=[(address, "The Boss")])[0]


def test_who_is_named_is_proposed_once_and_gets_nothing(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    own = ticket.requester.emails.get().address
    named = [(BOSS, "The Boss"), (BOSS, "Again"), (own, "Cy")]

    first = propose_copies(actor=desk.cast.cy, ticket_id=ticket.pk, named=named)
    again = propose_copies(actor=desk.cast.cy, ticket_id=ticket.pk, named=named)

    assert [one.address for one in first] == [BOSS]
    assert again == []
    assert Copied.objects.get().state == Copied.State.PROPOSED
    assert [fact.new for fact in facts_of(ticket, "copied")] == [BOSS]


def test_no_letter_names_more_than_fit(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    named = [(f"a{number}@b.example", "") for number in range(MOST * 2)]

    for _ in range(3):
        propose_copies(actor=desk.cast.cy, ticket_id=ticket.pk, named=named)

    assert Copied.objects.count() < MOST


@pytest.mark.parametrize("who", ["ada", "vi", "root", "cy"])
def test_who_works_on_it_and_who_asked_confirm(desk: DeskAtWork, who: str) -> None:
    ticket = desk.taken()
    one = proposed(desk, ticket)
    actor = desk.cast.everyone[who]

    for _ in range(2):
        confirmed = confirm_copy(actor=actor, ticket_id=ticket.pk, copied_id=one.pk)

    assert confirmed.state == Copied.State.CONFIRMED
    assert confirmed.person is not None
    assert confirmed.person.emails.get().address == BOSS
    assert len(facts_of(ticket, "copied")) == 2


def test_others_confirm_nothing(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    one = proposed(desk, ticket)
    named = writer(make_person(email=BOSS))

    for actor in (desk.cast.sam, named):
        with pytest.raises((NotFound, NotAllowed)):
            confirm_copy(actor=actor, ticket_id=ticket.pk, copied_id=one.pk)
    with pytest.raises(NotFound):
        confirm_copy(actor=desk.cast.ada, ticket_id=desk.taken().pk, copied_id=one.pk)

    one.refresh_from_db()
    assert one.state == Copied.State.PROPOSED


def test_who_gets_copies_answers_and_still_sees_nothing(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    one = proposed(desk, ticket)
    person = make_person(email=BOSS)
    with pytest.raises(NotFound):
        reply_as_copied(actor=writer(person), ticket_id=ticket.pk, words=Words(body="<p>No.</p>"))
    confirm_copy(actor=desk.cast.ada, ticket_id=ticket.pk, copied_id=one.pk)

    said = reply_as_copied(actor=writer(person), ticket_id=ticket.pk, words=Words(body="Yes."))

    assert (said.author_id, said.side) == (person.pk, Message.Side.CUSTOMER)
    assert not Ticket.objects.visible_to(writer(person)).exists()
    decline_copy(actor=desk.cast.ada, ticket_id=ticket.pk, copied_id=one.pk)
    with pytest.raises(NotFound):
        reply_as_copied(actor=writer(person), ticket_id=ticket.pk, words=Words(body="<p>No.</p>"))


def test_who_gets_copies_does_not_reopen(desk: DeskAtWork) -> None:
    ticket = desk.moved("closed")
    one = proposed(desk, ticket)
    confirmed = confirm_copy(actor=desk.cast.root, ticket_id=ticket.pk, copied_id=one.pk)
    assert confirmed.person is not None

    with pytest.raises(NotAllowed):
        reply_as_copied(
            actor=writer(confirmed.person), ticket_id=ticket.pk, words=Words(body="<p>Yes.</p>")
        )


def test_an_outsiders_words_are_a_note_that_no_customer_meets(
    client: Client, desk: DeskAtWork
) -> None:
    ticket = desk.taken()
    stranger = writer(make_person(name="Mal Lory"))
    words = Words(body="<p>canary</p>", quoted="<p>old canary</p>", is_letter=True)

    note = keep_outsiders_words(
        actor=stranger, ticket_id=ticket.pk, words=words, voice=Note.Voice.STRANGER
    )

    assert (note.voice, note.quoted) == ("stranger", "<p>old canary</p>")
    sign_in(client, desk.cast.ada)
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "has no part in the ticket" in page
    assert '<details class="quoted">' in page
    sign_in(client, desk.cast.cy)
    assert "canary" not in client.get(f"/requests/{ticket.number}/").content.decode()


@pytest.mark.parametrize(
    "columns",
    [{"state": "confirmed"}, {"state": "lost"}, {"address": "Boss@firm.example"}],
)
def test_the_database_refuses_what_cannot_be(desk: DeskAtWork, columns: dict[str, object]) -> None:
    one = proposed(desk, desk.taken())

    with pytest.raises(IntegrityError, match="copied_"):
        Copied.objects.filter(pk=one.pk).update(**columns)


def test_it_is_decided_beside_the_ticket(client: Client, desk: DeskAtWork) -> None:
    ticket = desk.taken()
    one = proposed(desk, ticket)
    sign_in(client, desk.cast.ada)
    address = f"/tickets/{ticket.number}/copies/"
    assert "They get nothing yet" in client.get(f"/tickets/{ticket.number}/").content.decode()

    assert client.post(address, {}).status_code == 404
    assert client.post(address, {"confirm": one.pk}).status_code == 302
    one.refresh_from_db()
    assert one.state == Copied.State.CONFIRMED

    client.post(address, {"decline": one.pk})
    assert (
        BOSS
        not in client.get(f"/tickets/{ticket.number}/")
        .content.decode()
        .partition('id="ticket-side"')[2]
    )
    sign_in(client, desk.cast.sam)
    assert client.post(address, {"confirm": one.pk}).status_code == 404


def test_a_long_letter_is_kept_whole_where_typed_words_are_not(desk: DeskAtWork) -> None:
    ticket, cy = desk.taken(), desk.cast.cy
    long = "<p>" + "word " * 3000 + "</p>"

    def say(actor: Actor, words: Words) -> Note:
        return keep_outsiders_words(
            actor=actor, ticket_id=ticket.pk, words=words, voice=Note.Voice.UNPROVEN
        )

    assert len(say(cy, Words(body=long, is_letter=True)).body) > 14_000
