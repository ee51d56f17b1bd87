"""Who gets copies: proposed by letters, decided by people, and never a way to see a ticket."""

from collections.abc import Callable

import pytest
from conftest import SaidLive
from django.db import IntegrityError
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from otklik.core.errors import NotAllowed, NotFound
from otklik.people.models import Account, Actor, Person
from otklik.people.policies import writer
from otklik.people.tests.factories import (
    make_account,
    make_actor,
    make_organization,
    make_person,
    sign_in,
)
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
from otklik.tickets.tests.desk import DeskAtWork, at_once, facts_of, make_desk_at_work

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


@pytest.fixture
def asked(desk: DeskAtWork) -> tuple[Ticket, Copied]:
    """Have Cy, whose company shares its requests, name somebody in a letter."""
    company = make_organization(shares_tickets=True)
    Person.objects.filter(pk=desk.cast.cy.person_id).update(organization=company)
    ticket = desk.taken()
    return ticket, proposed(desk, ticket)


def state_of(one: Copied) -> str:
    return Copied.objects.values_list("state", flat=True).get(pk=one.pk)


def test_who_asked_decides_on_their_page_and_it_is_written_down(
    client: Client, desk: DeskAtWork, asked: tuple[Ticket, Copied]
) -> None:
    ticket, one = asked
    cy = desk.cast.cy
    sign_in(client, cy)
    page = f"/requests/{ticket.number}/"
    assert BOSS in client.get(page).text

    for _ in range(2):
        answer = client.post(f"{page}copies/", {"confirm": one.pk})
        assert answer.headers["Location"] == f"{page}#request-copies"
        assert state_of(one) == "confirmed"
    assert 'name="confirm"' not in client.get(page).text
    for _ in range(2):
        client.post(f"{page}copies/", {"decline": one.pk})
        assert state_of(one) == "declined"
    assert BOSS not in client.get(page).text

    facts = [(fact.actor_id, fact.old, fact.new) for fact in facts_of(ticket, "copied")[1:]]
    assert facts == [(cy.person_id, None, BOSS), (cy.person_id, BOSS, None)]
    assert all(fact.is_internal for fact in facts_of(ticket, "copied"))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("nobody", 302),
        ("another customer", 404),
        ("whom the letter names", 404),
        ("who gets copies", 404),
        ("agent at work on it", 404),
        ("administrator", 404),
        ("colleague whose company shares", 403),
    ],
)
def test_nobody_but_who_asked_decides_there(
    client: Client, desk: DeskAtWork, asked: tuple[Ticket, Copied], who: str, status: int
) -> None:
    ticket, one = asked
    other = proposed(desk, ticket, "other@firm.example")
    confirmed = confirm_copy(actor=desk.cast.ada, ticket_id=ticket.pk, copied_id=other.pk)
    company = Person.objects.get(pk=desk.cast.cy.person_id).organization
    people: dict[str, Callable[[], Actor | Account]] = {
        "another customer": make_actor,
        "whom the letter names": lambda: make_account(person=make_person(email=BOSS)),
        "who gets copies": lambda: make_account(person=confirmed.person),
        "agent at work on it": lambda: desk.cast.ada,
        "administrator": lambda: desk.cast.root,
        "colleague whose company shares": lambda: make_actor(organization=company),
    }
    if who in people:
        sign_in(client, people[who]())
    address = f"/requests/{ticket.number}/copies/"

    for press in ({"confirm": one.pk}, {"decline": one.pk}, {"decline": other.pk}):
        assert client.post(address, press).status_code == status
    assert BOSS not in client.get(f"/requests/{ticket.number}/").text
    assert BOSS not in client.get(f"/requests/{ticket.number}/parts/copies/").text
    assert (state_of(one), state_of(other)) == ("proposed", "confirmed")


def test_whom_a_colleagues_letter_names_is_the_desks_own_affair(
    client: Client, desk: DeskAtWork, asked: tuple[Ticket, Copied]
) -> None:
    ticket, _one = asked
    [inside] = propose_copies(
        actor=desk.cast.ada, ticket_id=ticket.pk, named=[("lawyer@desk.example", "")]
    )
    confirm_copy(actor=desk.cast.ada, ticket_id=ticket.pk, copied_id=inside.pk)
    sign_in(client, desk.cast.cy)

    assert "lawyer@desk.example" not in client.get(f"/requests/{ticket.number}/").text
    answer = client.post(f"/requests/{ticket.number}/copies/", {"decline": inside.pk})
    assert (answer.status_code, state_of(inside)) == (404, "confirmed")


def test_whom_somebody_with_copies_names_is_for_who_asked_to_decide(
    client: Client, desk: DeskAtWork, asked: tuple[Ticket, Copied]
) -> None:
    ticket, one = asked
    confirmed = confirm_copy(actor=desk.cast.cy, ticket_id=ticket.pk, copied_id=one.pk)
    assert confirmed.person is not None
    [third] = propose_copies(
        actor=writer(confirmed.person), ticket_id=ticket.pk, named=[("third@firm.example", "")]
    )
    sign_in(client, desk.cast.cy)

    assert "third@firm.example" in client.get(f"/requests/{ticket.number}/").text
    client.post(f"/requests/{ticket.number}/copies/", {"confirm": third.pk})
    assert state_of(third) == "confirmed"


def test_a_colleague_who_asked_decides_as_any_customer(client: Client, desk: DeskAtWork) -> None:
    sam = desk.cast.sam
    ticket = desk.opened(actor=sam, requester_id=sam.person_id)
    [one] = propose_copies(actor=sam, ticket_id=ticket.pk, named=[(BOSS, "")])
    sign_in(client, sam)
    client.post(f"/requests/{ticket.number}/copies/", {"confirm": one.pk})
    assert state_of(one) == "confirmed"


@pytest.mark.parametrize("press", [{}, {"confirm": "x"}, {"confirm": "9" * 30}, {"confirm": "7"}])
def test_a_press_of_nobody_is_not_found(
    client: Client, desk: DeskAtWork, asked: tuple[Ticket, Copied], press: dict[str, str]
) -> None:
    sign_in(client, desk.cast.cy)
    assert client.post(f"/requests/{asked[0].number}/copies/", press).status_code == 404


def test_open_pages_of_who_asked_look_again_and_it_is_no_news_to_them(
    desk: DeskAtWork,
    asked: tuple[Ticket, Copied],
    said_live: SaidLive,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ticket, one = asked
    before = Ticket.objects.get(pk=ticket.pk)
    with django_capture_on_commit_callbacks(execute=True):
        confirm_copy(actor=desk.cast.ada, ticket_id=ticket.pk, copied_id=one.pk)
    after = Ticket.objects.get(pk=ticket.pk)
    topics = {hint["topic"] for hint in said_live.hints}
    assert f"request:{ticket.pk}" in topics
    assert f"person:{ticket.requester_id}" not in topics
    assert (after.public_version, after.public_at) == (before.public_version, before.public_at)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_end_in_one_true_state() -> None:
    desk = make_desk_at_work()
    ticket = desk.taken()
    one = proposed(desk, ticket)
    cy, ada = desk.cast.cy, desk.cast.ada

    at_once(
        lambda: confirm_copy(actor=cy, ticket_id=ticket.pk, copied_id=one.pk, as_customer=True),
        lambda: confirm_copy(actor=ada, ticket_id=ticket.pk, copied_id=one.pk),
    )

    assert state_of(one) == "confirmed"
    assert len(facts_of(ticket, "copied")) == 2


def test_a_long_letter_is_kept_whole_where_typed_words_are_not(desk: DeskAtWork) -> None:
    ticket, cy = desk.taken(), desk.cast.cy
    long = "<p>" + "word " * 3000 + "</p>"

    def say(actor: Actor, words: Words) -> Note:
        return keep_outsiders_words(
            actor=actor, ticket_id=ticket.pk, words=words, voice=Note.Voice.UNPROVEN
        )

    assert len(say(cy, Words(body=long, is_letter=True)).body) > 14_000
