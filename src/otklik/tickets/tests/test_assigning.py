from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from otklik.core.events import Event
from otklik.people.tests.factories import make_actor, make_department, make_person
from otklik.tickets.actions import Words, assign_ticket, take_ticket, transfer_ticket
from otklik.tickets.events import StatusChanged, TicketAssigned, TicketTransferred
from otklik.tickets.models import Note, Phase, Ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once, facts_of, new_of
from otklik.tickets.tests.factories import make_flow, make_type

WHY = Words(body="<p>Yours, I think.</p>")


def test_taking_makes_it_ones_own_and_moves_it_out_of_the_new(
    desk: DeskAtWork, published: list[Event]
) -> None:
    ticket = desk.opened()
    published.clear()

    take_ticket(actor=desk.cast.ada, ticket_id=ticket.pk)
    take_ticket(actor=desk.cast.ada, ticket_id=ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.assignee_id, ticket.owner_id) == (desk.cast.ada.person_id,) * 2
    assert ticket.phase == "assigned"
    assert [type(event) for event in published] == [StatusChanged, TicketAssigned]
    [fact] = facts_of(ticket, "assigned")
    assert (fact.old, new_of(fact)["name"]) == (None, "Ada Agent")


def test_what_a_colleague_has_is_not_taken_from_them(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    with pytest.raises(Conflict, match="Ada"):
        take_ticket(actor=desk.cast.vi, ticket_id=ticket.pk)


def test_giving_back_leaves_it_to_the_department(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    assign_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, assignee_id=None)
    ticket.refresh_from_db()
    assert (ticket.assignee_id, ticket.phase) == (None, "new")
    assert ticket.owner_id == desk.cast.ada.person_id  # who answered for it still does


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("sam", NotFound), ("cy", NotFound), ("vi", None), ("cora", None), ("root", None)],
)
def test_who_may_give_work(desk: DeskAtWork, who: str, refusal: type[DomainError] | None) -> None:
    ticket, actor = desk.opened(), desk.cast.everyone[who]
    ada = desk.cast.ada.person_id
    if refusal is None:
        assert assign_ticket(actor=actor, ticket_id=ticket.pk, assignee_id=ada).assignee_id == ada
    else:
        with pytest.raises(refusal):
            assign_ticket(actor=actor, ticket_id=ticket.pk, assignee_id=ada)


def test_work_goes_to_colleagues_only(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for person_id, refusal in (
        (desk.cast.cy.person_id, NotAllowed),
        (make_person().pk, NotAllowed),
        (0, Invalid),
        (2**62, Invalid),
    ):
        with pytest.raises(refusal):
            assign_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, assignee_id=person_id)


def test_who_saw_another_at_work_is_told(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    with pytest.raises(Conflict, match="Ada"):
        assign_ticket(
            actor=desk.cast.vi,
            ticket_id=ticket.pk,
            assignee_id=desk.cast.cora.person_id,
            seen_id=None,
        )


def test_a_closed_ticket_is_nobodys_work(desk: DeskAtWork) -> None:
    ticket = desk.moved("closed")
    with pytest.raises(NotAllowed):
        assign_ticket(actor=desk.cast.vi, ticket_id=ticket.pk, assignee_id=desk.cast.vi.person_id)


def test_a_ticket_passes_on_whole_with_a_note_and_its_number(
    desk: DeskAtWork, published: list[Event]
) -> None:
    ticket = desk.taken()
    number = ticket.number
    published.clear()

    transfer_ticket(
        actor=desk.cast.ada, ticket_id=ticket.pk, department_id=desk.cast.hr.pk, note=WHY
    )

    ticket.refresh_from_db()
    assert (ticket.department, ticket.assignee, ticket.number) == (desk.cast.hr, None, number)
    assert Note.objects.get(ticket=ticket).body == "<p>Yours, I think.</p>"
    last = published[-1]
    assert isinstance(last, TicketTransferred)
    assert set(last.departments) == {desk.cast.it.pk, desk.cast.hr.pk}
    with pytest.raises(NotFound):
        take_ticket(actor=desk.cast.ada, ticket_id=ticket.pk)
    take_ticket(actor=desk.cast.sam, ticket_id=ticket.pk)


def test_passing_on_needs_a_note_and_a_place(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    closed = make_department()
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    for place, note, refusal in (
        (desk.cast.hr.pk, Words(body=" "), Invalid),
        (0, WHY, Invalid),
        (closed.pk, WHY, NotAllowed),
    ):
        with pytest.raises(refusal):
            transfer_ticket(
                actor=desk.cast.ada, ticket_id=ticket.pk, department_id=place, note=note
            )
    assert not Note.objects.exists()


def test_passing_on_to_where_it_stands_is_said_and_changes_nothing(desk: DeskAtWork) -> None:
    """The note of the second who passes it on is not dropped in silence."""
    ticket = desk.taken()
    with pytest.raises(Conflict):
        transfer_ticket(
            actor=desk.cast.ada, ticket_id=ticket.pk, department_id=desk.cast.it.pk, note=WHY
        )
    ticket.refresh_from_db()
    assert ticket.assignee_id == desk.cast.ada.person_id


def test_the_database_refuses_an_assigned_ticket_of_nobody(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    with pytest.raises(IntegrityError, match="ticket_assigned_has_assignee"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(assignee=None)


def test_the_database_refuses_a_phase_that_is_not_of_the_status(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    Ticket.objects.filter(pk=ticket.pk).update(phase="progress")
    with pytest.raises(IntegrityError, match="ticket_phase_is_of_its_status"), transaction.atomic():
        connection.check_constraints()
    Ticket.objects.filter(pk=ticket.pk).update(phase="new")


@pytest.mark.slow
def test_of_two_who_take_at_once_one_wins_and_the_other_is_told(open_desk: DeskAtWork) -> None:
    agent = open_desk.cast.ada.roles[open_desk.cast.it.pk]
    other = make_actor(name="Bo Agent", roles={open_desk.cast.it: agent})
    for _ in range(3):
        ticket = open_desk.opened()
        ended = at_once(
            lambda: take_ticket(actor=open_desk.cast.ada, ticket_id=ticket.pk),  # noqa: B023  # done within
            lambda: take_ticket(actor=other, ticket_id=ticket.pk),  # noqa: B023  # as above
        )
        won = [one for one in ended if isinstance(one, Ticket)]
        lost = [one for one in ended if isinstance(one, DomainError)]
        assert (len(won), len(lost)) == (1, 1)
        assert len(facts_of(ticket, "assigned")) == 1
        assert ticket.updated_at - ticket.created_at < timedelta(minutes=1)


def test_the_same_passing_on_twice_is_one(desk: DeskAtWork) -> None:
    ticket, elsewhere = desk.taken(), make_department()
    for _ in "12":
        transfer_ticket(
            actor=desk.cast.root, ticket_id=ticket.pk, department_id=elsewhere.pk, note=WHY
        )
    assert Note.objects.filter(ticket=ticket.pk).count() == 1
    assert len(facts_of(ticket, "transferred")) == 1


def test_given_back_where_nothing_is_new_it_begins_again(desk: DeskAtWork) -> None:
    flow = make_flow(phases=(Phase.PROGRESS, Phase.ASSIGNED, Phase.CLOSED))
    ticket = desk.opened(type_id=make_type(flow=flow).pk, values={})
    stages = {one.phase: one for one in flow.statuses.all()}
    Ticket.objects.filter(pk=ticket.pk).update(
        status=stages[Phase.ASSIGNED],
        phase=Phase.ASSIGNED,
        assignee=desk.cast.ada.person_id,
    )
    given = assign_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, assignee_id=None)
    assert given.status_id == stages[Phase.PROGRESS].pk
