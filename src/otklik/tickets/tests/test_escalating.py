from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from otklik.core.errors import DomainError, Invalid, NotAllowed, NotFound
from otklik.core.events import Event
from otklik.people.models import Person
from otklik.people.tests.factories import make_desk, make_organization, sign_in
from otklik.tickets.actions import Words, end_escalation, escalate_ticket, link_tickets
from otklik.tickets.events import EscalationEnded, TicketEscalated
from otklik.tickets.models import Note, Ticket, TicketLink
from otklik.tickets.tests.desk import DeskAtWork, facts_of


def test_up_and_back_is_told_once_each(desk: DeskAtWork, published: list[Event]) -> None:
    ticket = desk.opened()
    published.clear()
    for _ in "12":
        escalate_ticket(actor=desk.cast.ada, ticket_id=ticket.pk)
    ticket.refresh_from_db()
    assert ticket.is_escalated
    assert ticket.escalated_by_id == desk.cast.ada.person_id
    for _ in "12":
        end_escalation(actor=desk.cast.vi, ticket_id=ticket.pk)
    assert not Ticket.objects.get(pk=ticket.pk).is_escalated
    assert [type(event) for event in published] == [TicketEscalated, EscalationEnded]
    assert all(fact.is_internal for fact in facts_of(ticket, "escalated"))


def test_a_note_says_why_also_the_second_time(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for _ in "12":
        escalate_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, note=Words(body="Fire"))
    assert Note.objects.filter(ticket=ticket).count() == 2


def test_the_reason_stands_in_the_history_and_another_is_told_anew(
    desk: DeskAtWork, published: list[Event]
) -> None:
    ticket = desk.opened()
    published.clear()
    for actor, reason in (
        (desk.cast.ada, " The payment\tis due  today "),
        (desk.cast.ada, "The payment is due today"),
        (desk.cast.ada, ""),
        (desk.cast.vi, "Their director called"),
    ):
        escalate_ticket(actor=actor, ticket_id=ticket.pk, reason=reason)
    assert [(one.actor_name, one.new) for one in facts_of(ticket, "escalated")] == [
        (desk.cast.ada.name, "The payment is due today"),
        (desk.cast.vi.name, "Their director called"),
    ]
    assert [type(event) for event in published] == [TicketEscalated] * 2
    ticket.refresh_from_db()
    assert ticket.escalated_by_id == desk.cast.ada.person_id


@pytest.mark.parametrize("reason", ["x" * 201, "👨‍👩‍👧‍👦" * 201, "a\0", "\ud800"])
def test_a_reason_that_cannot_be_kept_is_refused_at_its_field(
    desk: DeskAtWork, client: Client, reason: str
) -> None:
    ticket = desk.opened()
    with pytest.raises(Invalid) as refused:
        escalate_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, reason=reason)
    assert "reason" in refused.value.fields
    assert not Ticket.objects.get(pk=ticket.pk).is_escalated


def test_a_dialog_asks_why_and_keeps_what_was_refused(desk: DeskAtWork, client: Client) -> None:
    make_desk()
    ticket = desk.opened()
    address = f"/tickets/{ticket.number}/escalation/"
    sign_in(client, desk.cast.ada)
    assert 'name="reason"' in client.get(address, headers={"HX-Request": "true"}).text
    assert 'href="#escalation-reason"' in client.post(address, {"reason": "x" * 201}).text
    assert client.post(address, {"reason": "Fire <b>"}).status_code == 302
    assert "Fire &lt;b&gt;" in client.get(f"/tickets/{ticket.number}/history/").text
    assert "Fire &lt;b&gt;" in client.get(f"/tickets/{ticket.number}/").text
    again = client.get(address).text
    assert 'name="reason"' not in again
    assert "End the escalation" in again
    sign_in(client, desk.cast.cy)
    assert "Fire" not in client.get(f"/requests/{ticket.number}/").text
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("who", "refusal"), [("sam", NotFound), ("cy", NotFound)])
def test_others_cannot(desk: DeskAtWork, who: str, refusal: type[DomainError]) -> None:
    ticket = desk.opened()
    for act in (escalate_ticket, end_escalation):
        with pytest.raises(refusal):
            act(actor=desk.cast.everyone[who], ticket_id=ticket.pk)


def test_what_is_closed_is_not_urgent(desk: DeskAtWork) -> None:
    ticket = desk.moved("closed")
    with pytest.raises(NotAllowed):
        escalate_ticket(actor=desk.cast.vi, ticket_id=ticket.pk)


def test_the_database_wants_to_know_by_whom(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    with pytest.raises(IntegrityError, match="ticket_escalated_by_someone"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(escalated_by=desk.cast.ada.person_id)


MARK = 'class="raised-mark"'
Place = Callable[[DeskAtWork, Ticket, Ticket], str]
PLACES: dict[str, Place] = {
    "search": lambda _desk, raised, _other: f"/search/?q={raised.number}",
    "palette": lambda _desk, raised, _other: f"/palette/?q={raised.number}",
    "a person": lambda desk, _raised, _other: f"/people/{desk.cast.cy.person_id}/",
    "a company": lambda desk, _raised, _other: f"/organizations/{company_of(desk)}/",
    "links and past tickets": lambda _desk, _raised, other: f"/tickets/{other.number}/parts/side/",
    "the caller": lambda desk, _raised, _other: f"/calls/people/{desk.cast.cy.person_id}/",
}


def company_of(desk: DeskAtWork) -> int:
    company = make_organization(name="Harrow")
    Person.objects.filter(pk=desk.cast.cy.person_id).update(organization=company)
    return company.pk


@pytest.mark.parametrize("name", PLACES)
def test_the_mark_stands_wherever_the_ticket_is_named(
    desk: DeskAtWork, client: Client, name: str
) -> None:
    make_desk()
    raised, other = desk.opened(subject="Fire"), desk.opened(subject="Smoke")
    kind = TicketLink.Kind.RELATED
    link_tickets(actor=desk.cast.ada, ticket_id=other.pk, other_number=raised.number, kind=kind)
    address = PLACES[name](desk, raised, other)
    sign_in(client, desk.cast.ada)
    assert MARK not in client.get(address).content.decode()

    escalate_ticket(actor=desk.cast.ada, ticket_id=raised.pk)

    shown = client.get(address).content.decode()
    assert shown.count(MARK) == (2 if "links" in name else 1)
    end_escalation(actor=desk.cast.ada, ticket_id=raised.pk)
    assert MARK not in client.get(address).content.decode()


def test_customers_never_see_the_mark(desk: DeskAtWork, client: Client) -> None:
    make_desk()
    raised = desk.opened(subject="Fire")
    escalate_ticket(actor=desk.cast.ada, ticket_id=raised.pk)
    sign_in(client, desk.cast.cy)
    for address in ("/", "/requests/", f"/requests/{raised.number}/", "/search/?q=Fire"):
        shown = client.get(address).content.decode()
        assert "Fire" in shown, address
        assert MARK not in shown, address
        assert "Escalated" not in shown, address
