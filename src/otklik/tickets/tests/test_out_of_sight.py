"""Who saw a ticket and lost it to a colleague is told so; nobody else learns that it is there."""

from datetime import timedelta

import pytest
from django.test import Client

from otklik.core import clock
from otklik.core.errors import NotFound, OutOfSight
from otklik.people.models import Actor, Role
from otklik.people.tests.factories import make_actor, sign_in
from otklik.people.tests.program import Program
from otklik.tickets.actions import Words, assign_ticket, take_ticket, transfer_ticket
from otklik.tickets.models import Ticket
from otklik.tickets.policies import find_ticket, find_ticket_numbered, lock_ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once

WHY = Words(body="<p>Yours, I think.</p>")
NO_SUCH = "There is no such ticket, or it is not yours to see."
TAKEN = "Gleb Orlov has taken this ticket."


@pytest.fixture
def gleb(desk: DeskAtWork) -> Actor:
    return make_actor(name="Gleb Orlov", roles={desk.cast.it: Role.AGENT})


def told(actor: Actor, ticket: Ticket) -> str:
    """Return what an actor hears of a ticket that is out of their sight."""
    with pytest.raises(NotFound) as refusal:
        find_ticket_numbered(actor, ticket.number)
    return refusal.value.message


def test_the_loser_of_a_race_hears_who_took_it(desk: DeskAtWork, gleb: Actor) -> None:
    ticket = desk.taken(gleb)
    for act in (take_ticket, find_ticket):
        with pytest.raises(OutOfSight, match=TAKEN):
            act(desk.cast.ada, ticket.pk) if act is find_ticket else act(
                actor=desk.cast.ada, ticket_id=ticket.pk
            )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_at_once_one_has_it_and_the_other_is_told(
    desk: DeskAtWork, gleb: Actor
) -> None:
    ticket = desk.opened()
    pair = (desk.cast.ada, gleb)
    results = at_once(
        *(lambda who=who: take_ticket(actor=who, ticket_id=ticket.pk) for who in pair)
    )
    ticket.refresh_from_db()
    [refusal] = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refusal, OutOfSight)
    winner = next(one for one in pair if one.person_id == ticket.assignee_id)
    assert refusal.message == f"{winner.name} has taken this ticket."


def test_what_is_given_to_a_colleague_names_both(desk: DeskAtWork, gleb: Actor) -> None:
    ticket = desk.opened()
    assign_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, assignee_id=gleb.person_id)
    said = "Vi Visor has given this ticket to a colleague: Gleb Orlov."
    assert told(desk.cast.ada, ticket) == said


def test_what_is_passed_on_names_the_department(desk: DeskAtWork, gleb: Actor) -> None:
    ticket = desk.opened()
    transfer_ticket(actor=gleb, ticket_id=ticket.pk, department_id=desk.cast.hr.pk, note=WHY)
    assert told(desk.cast.ada, ticket) == "Gleb Orlov has passed this ticket on: Staff."
    assert told(gleb, ticket) == "You have passed this ticket on: Staff."


def test_who_gives_it_away_is_told_that_they_did(desk: DeskAtWork, gleb: Actor) -> None:
    ticket = desk.taken()
    assign_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, assignee_id=gleb.person_id)
    said = "You have given this ticket to a colleague: Gleb Orlov."
    assert told(desk.cast.ada, ticket) == said


def test_work_from_another_department_that_goes_back_is_told(desk: DeskAtWork) -> None:
    cast, ticket = desk.cast, desk.opened()
    assign_ticket(actor=cast.vi, ticket_id=ticket.pk, assignee_id=cast.sam.person_id)
    assign_ticket(actor=cast.vi, ticket_id=ticket.pk, assignee_id=None)
    said = "Vi Visor has given this ticket back to its department."
    assert told(cast.sam, ticket) == said

    assign_ticket(actor=cast.vi, ticket_id=ticket.pk, assignee_id=cast.sam.person_id)
    assign_ticket(actor=cast.sam, ticket_id=ticket.pk, assignee_id=None)
    said = "You have given this ticket back to its department."
    assert told(cast.sam, ticket) == said


def test_what_hid_it_is_told_and_not_what_came_after(desk: DeskAtWork, gleb: Actor) -> None:
    ticket = desk.taken(gleb)
    assign_ticket(actor=gleb, ticket_id=ticket.pk, assignee_id=desk.cast.sam.person_id)
    assert told(desk.cast.ada, ticket) == TAKEN


def test_nobody_else_learns_that_it_is_there(desk: DeskAtWork, gleb: Actor) -> None:
    ticket = desk.taken(gleb)
    stranger = make_actor(name="No Role")
    for actor in (desk.cast.sam, desk.cast.cy, stranger):
        assert told(actor, ticket) == NO_SUCH
        with pytest.raises(NotFound) as refusal:
            lock_ticket(actor, ticket.pk)
        assert type(refusal.value) is NotFound
        with pytest.raises(NotFound, match=NO_SUCH):
            find_ticket(actor, ticket.pk + 10_000)


def test_whom_it_never_was_shown_to_hears_nothing_of_passing_on(desk: DeskAtWork) -> None:
    ticket = desk.opened(department_id=desk.cast.hr.pk)
    take_ticket(actor=desk.cast.sam, ticket_id=ticket.pk)
    assert told(desk.cast.ada, ticket) == NO_SUCH


def test_who_lost_the_role_since_is_told_no_more(desk: DeskAtWork, gleb: Actor) -> None:
    ticket = desk.taken(gleb)
    elsewhere = make_actor(name="Gone", roles={desk.cast.hr: Role.AGENT})
    assert told(elsewhere, ticket) == NO_SUCH


def test_what_happened_long_ago_is_not_told(
    desk: DeskAtWork, gleb: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = desk.taken(gleb)
    later = clock.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert told(desk.cast.ada, ticket) == NO_SUCH


def test_the_page_keeps_its_frame_and_says_what_happened(
    desk: DeskAtWork, gleb: Actor, client: Client
) -> None:
    ticket = desk.taken(gleb)
    sign_in(client, desk.cast.ada)
    answer = client.get(f"/tickets/{ticket.number}/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert TAKEN in page
    assert 'id="rail"' in page
    assert 'href="/queue/"' in page
    assert ticket.subject not in page

    sign_in(client, desk.cast.sam)
    stranger = client.get(f"/tickets/{ticket.number}/")
    nothing = client.get("/tickets/XX-99999/")
    assert stranger.status_code == nothing.status_code == 404
    assert "Gleb" not in stranger.content.decode()


def test_a_press_too_late_is_answered_beside_the_page(
    desk: DeskAtWork, gleb: Actor, client: Client
) -> None:
    ticket = desk.taken(gleb)
    sign_in(client, desk.cast.ada)
    headers = {"HX-Request": "true"}
    address = f"/tickets/{ticket.number}/assignee/"
    answer = client.post(address, {"assignee": "me"}, headers=headers)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (404, "#toasts")
    assert TAKEN in answer.content.decode()


def test_words_sent_without_scripts_come_back_to_be_copied(
    desk: DeskAtWork, gleb: Actor, client: Client
) -> None:
    ticket = desk.taken(gleb)
    sign_in(client, desk.cast.ada)
    typed = {"mode": "reply", "body": "An <hour> of work", "body_format": "text"}
    answer = client.post(f"/tickets/{ticket.number}/messages/", typed)
    page = answer.content.decode()
    assert TAKEN in page
    assert "An &lt;hour&gt; of work" in page


def test_an_open_page_asks_why_and_is_told(desk: DeskAtWork, gleb: Actor, client: Client) -> None:
    ticket = desk.taken(gleb)
    address = f"/live-token/?page=ticket:{ticket.number}"
    headers = {"Accept": "application/problem+json"}
    assert client.get(address, headers=headers).status_code == 401
    sign_in(client, desk.cast.ada)
    told = client.get(address, headers=headers)
    assert told.status_code == 404
    assert told.json()["type"] == "urn:otklik:problem:out-of-sight"
    assert told.json()["detail"] == TAKEN
    sign_in(client, desk.cast.sam)
    assert client.get(address, headers=headers).json()["type"] == "urn:otklik:problem:not-found"


def test_a_program_that_comes_too_late_is_told_by_whom(desk: DeskAtWork, gleb: Actor) -> None:
    ticket = desk.taken(gleb)
    ada, sam = Program(desk.cast.ada), Program(desk.cast.sam)
    wanted = {"assignee": desk.cast.ada.person_id}

    late = ada.patch(f"/tickets/{ticket.pk}", wanted)
    assert (late.status_code, late.json()["status"]) == (404, 404)
    assert late.json()["type"] == "urn:otklik:problem:out-of-sight"
    assert late.json()["detail"] == TAKEN
    reply = ada.post(f"/tickets/{ticket.pk}/messages", {"body": "Hello"})
    assert (reply.status_code, reply.json()["detail"]) == (404, TAKEN)
    read = ada.get(f"/tickets/{ticket.pk}")
    assert (read.status_code, read.json()["detail"]) == (404, TAKEN)

    foreign = sam.patch(f"/tickets/{ticket.pk}", wanted)
    missing = sam.patch(f"/tickets/{ticket.pk + 10_000}", wanted)
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() == missing.json()
    ticket.refresh_from_db()
    assert ticket.assignee_id == gleb.person_id
