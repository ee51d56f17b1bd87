import pytest
from django.db import IntegrityError, transaction

from otklik.core.errors import DomainError, NotAllowed, NotFound
from otklik.core.events import Event
from otklik.tickets.actions import Words, end_escalation, escalate_ticket
from otklik.tickets.events import EscalationEnded, TicketEscalated
from otklik.tickets.models import Note, Ticket
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
