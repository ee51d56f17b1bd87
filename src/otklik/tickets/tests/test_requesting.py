import pytest
from django.db import IntegrityError, transaction

from otklik.core.errors import Conflict, Invalid, NotAllowed, NotFound
from otklik.core.events import Event
from otklik.people.models import Actor, Organization, Person
from otklik.people.policies import actor_for
from otklik.people.tests.factories import account_of, make_actor, make_organization
from otklik.people.tests.program import Program
from otklik.tickets.actions import (
    Move,
    Thought,
    Words,
    add_to_rating,
    close_request,
    confirm_solution,
    move_ticket,
    rate_ticket,
    reject_solution,
    reply_to_desk,
    write_internal_note,
)
from otklik.tickets.events import MessageAdded, StatusChanged, TicketRated
from otklik.tickets.models import Message, Rating, Ticket, Transition
from otklik.tickets.selectors.requests import request_page
from otklik.tickets.tests.desk import DeskAtWork, at_once

HELLO = Words(body="<p>Still broken</p>")


@pytest.fixture
def colleague(desk: DeskAtWork) -> Actor:
    """Make Cy's colleague in a company whose people see each other's requests."""
    company: Organization = make_organization(shares_tickets=True)
    Person.objects.filter(pk=desk.cast.cy.person_id).update(organization=company)
    return make_actor(name="Co Worker", organization=company)


def test_the_customers_word_makes_it_our_turn_and_ends_the_waiting(
    desk: DeskAtWork, published: list[Event]
) -> None:
    ticket = desk.moved("pending")
    published.clear()
    said = reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)
    ticket.refresh_from_db()
    assert (said.side, ticket.turn) == (Message.Side.CUSTOMER, "ours")
    assert ticket.phase != "pending"
    assert [type(event) for event in published] == [MessageAdded, StatusChanged]


def test_the_same_key_says_it_once(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    words = Words(body="x", once="k")
    assert (
        len({reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=words).pk for _ in "12"})
        == 1
    )


def test_confirming_closes_and_twice_does_nothing(desk: DeskAtWork) -> None:
    ticket = desk.moved("resolved")
    for _ in "12":
        assert confirm_solution(actor=desk.cast.cy, ticket_id=ticket.pk).phase == "closed"


def test_only_a_solution_can_be_confirmed_or_rejected(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    with pytest.raises(Conflict):
        confirm_solution(actor=desk.cast.cy, ticket_id=ticket.pk)
    with pytest.raises(Conflict):
        reject_solution(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)


def test_rejecting_reopens_with_the_reason(desk: DeskAtWork) -> None:
    ticket = desk.moved("resolved")
    with pytest.raises(Invalid):
        reject_solution(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body=""))
    for _ in "12":
        again = reject_solution(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)
        assert (again.phase, again.turn) == ("reopened", "ours")
    assert Message.objects.filter(ticket=ticket, side="customer").count() == 2


def test_closing_what_is_not_needed_any_more(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for _ in "12":
        assert close_request(actor=desk.cast.cy, ticket_id=ticket.pk).phase == "closed"


def test_writing_to_a_closed_request_reopens_it_where_the_flow_lets(desk: DeskAtWork) -> None:
    ticket = desk.moved("resolved", "closed")
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)
    ticket.refresh_from_db()
    assert ticket.phase == "reopened"

    closed = desk.moved("resolved", "closed")
    Transition.objects.filter(source=desk.made.statuses["closed"]).delete()
    with pytest.raises(NotAllowed):
        reply_to_desk(actor=desk.cast.cy, ticket_id=closed.pk, words=HELLO)


@pytest.mark.parametrize("who", ["ada", "sam"])
def test_staff_have_no_customers_doors(desk: DeskAtWork, who: str) -> None:
    ticket = desk.moved("resolved")
    with pytest.raises(NotFound):
        confirm_solution(actor=desk.cast.everyone[who], ticket_id=ticket.pk)


def test_a_colleague_of_a_sharing_company_reads_and_writes_but_does_not_decide(
    desk: DeskAtWork, colleague: Actor
) -> None:
    ticket = desk.moved("resolved")
    reply_to_desk(actor=colleague, ticket_id=ticket.pk, words=HELLO)
    for deed in (
        lambda: confirm_solution(actor=colleague, ticket_id=ticket.pk),
        lambda: close_request(actor=colleague, ticket_id=ticket.pk),
        lambda: rate_ticket(actor=colleague, ticket_id=ticket.pk, rating=Rating(solution=5)),
        lambda: add_to_rating(actor=colleague, ticket_id=ticket.pk, thought={"solution": 5}),
    ):
        with pytest.raises(NotAllowed):
            deed()
    Organization.objects.update(shares_tickets=False)
    with pytest.raises(NotFound):
        reply_to_desk(actor=actor_for(account_of(colleague)), ticket_id=ticket.pk, words=HELLO)


def test_the_customers_page_has_no_note_and_no_internal_fact(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="secret"))
    page = request_page(desk.cast.cy, ticket)
    assert {entry.kind for entry in page.timeline.entries} <= {"message", "facts"}
    assert all("secret" not in entry.body for entry in page.timeline.entries)
    assert not any(
        fact.is_internal for entry in page.timeline.entries for fact, _when in entry.facts
    )


def test_a_rating_is_kept_once_and_may_be_changed(desk: DeskAtWork, published: list[Event]) -> None:
    ticket = desk.moved("resolved")
    published.clear()
    for mark in (2, 5):
        rating = Rating(solution=mark, service=4, comment="Fine\u202e", suggestion="")
        rate_ticket(actor=desk.cast.cy, ticket_id=ticket.pk, rating=rating)
    kept = Rating.objects.get()
    assert (kept.solution, kept.agent_id, kept.comment) == (5, desk.cast.ada.person_id, "Fine")
    assert [type(event) for event in published] == [TicketRated] * 2


def test_a_rating_is_of_a_solution_from_one_to_five(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    with pytest.raises(Conflict):
        rate_ticket(actor=desk.cast.cy, ticket_id=ticket.pk, rating=Rating(solution=5))
    solved = desk.moved("resolved")
    for marks in ({"solution": 0}, {"solution": 6}, {"solution": 5, "service": 9}):
        with pytest.raises(Invalid):
            rate_ticket(actor=desk.cast.cy, ticket_id=solved.pk, rating=Rating(**marks))
    rate_ticket(actor=desk.cast.cy, ticket_id=solved.pk, rating=Rating(solution=5))
    with pytest.raises(IntegrityError, match="rating_is_one_to_five"), transaction.atomic():
        Rating.objects.update(solution=6)


def test_what_is_added_to_a_rating_leaves_the_rest(desk: DeskAtWork) -> None:
    ticket = desk.moved("resolved")
    thoughts: list[Thought] = [{"solution": 3}, {"service": 5}, {"comment": "Fine\u202e"}, {}]
    for thought in thoughts:
        add_to_rating(actor=desk.cast.cy, ticket_id=ticket.pk, thought=thought)
    kept = Rating.objects.get()
    assert (kept.solution, kept.service, kept.comment) == (3, 5, "Fine")
    wrong: list[Thought] = [{"solution": 0}, {"solution": 6}, {"service": 0}, {"service": 6}]
    for thought in wrong:
        with pytest.raises(Invalid) as refused:
            add_to_rating(actor=desk.cast.cy, ticket_id=ticket.pk, thought=thought)
        assert list(refused.value.fields) == list(thought)


def test_another_solution_is_rated_afresh(desk: DeskAtWork) -> None:
    cy = desk.cast.cy
    ticket = desk.moved("resolved")
    first: list[Thought] = [{"solution": 2}, {"service": 5}, {"comment": "It jams"}]
    for thought in first:
        add_to_rating(actor=cy, ticket_id=ticket.pk, thought=thought)
    reject_solution(actor=cy, ticket_id=ticket.pk, words=Words(body="<p>It jams again.</p>"))
    resolved = Move(target_id=desk.made.statuses["resolved"].pk, reply=Words(body="<p>New.</p>"))
    move_ticket(actor=desk.cast.root, ticket_id=ticket.pk, move=resolved)
    solved = Ticket.objects.get(pk=ticket.pk)
    assert request_page(cy, solved).rating is None
    with pytest.raises(Invalid):
        add_to_rating(actor=cy, ticket_id=ticket.pk, thought={"service": 1})
    add_to_rating(actor=cy, ticket_id=ticket.pk, thought={"solution": 2})
    kept = request_page(cy, solved).rating
    assert kept is not None
    assert (kept.solution, kept.service, kept.comment) == (2, None, "")


def test_nothing_is_added_before_there_is_a_solution(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    with pytest.raises(Conflict):
        add_to_rating(actor=desk.cast.cy, ticket_id=ticket.pk, thought={"solution": 5})
    for stranger in (desk.cast.sam, desk.cast.ada):
        with pytest.raises(NotFound):
            add_to_rating(actor=stranger, ticket_id=ticket.pk, thought={"solution": 5})
    assert not Rating.objects.exists()


@pytest.mark.slow
def test_stars_pressed_at_once_are_all_kept(open_desk: DeskAtWork) -> None:
    ticket = open_desk.moved("resolved")
    cy = open_desk.cast.cy
    add_to_rating(actor=cy, ticket_id=ticket.pk, thought={"solution": 1})
    at_once(
        lambda: add_to_rating(actor=cy, ticket_id=ticket.pk, thought={"solution": 4}),
        lambda: add_to_rating(actor=cy, ticket_id=ticket.pk, thought={"service": 5}),
        lambda: add_to_rating(actor=cy, ticket_id=ticket.pk, thought={"comment": "Kind"}),
    )
    kept = Rating.objects.get()
    assert (kept.solution, kept.service, kept.comment) == (4, 5, "Kind")


@pytest.mark.slow
def test_confirming_and_rejecting_at_once_end_in_one_state(open_desk: DeskAtWork) -> None:
    ticket = open_desk.moved("resolved")
    at_once(
        lambda: confirm_solution(actor=open_desk.cast.cy, ticket_id=ticket.pk),
        lambda: reject_solution(actor=open_desk.cast.cy, ticket_id=ticket.pk, words=HELLO),
    )
    assert Ticket.objects.get(pk=ticket.pk).phase in ("closed", "reopened")


@pytest.mark.parametrize("phase", ["reopened", "progress", "new"])
def test_a_program_rejects_a_solution_into_whatever_the_flow_has(
    desk: DeskAtWork, phase: str
) -> None:
    ticket = desk.moved("resolved")
    target = desk.made.statuses[phase]
    ways = Transition.objects.filter(source=ticket.status)
    for way in ways.filter(target__phase__in=("reopened", "progress", "new")):
        way.delete()
    cy, address = Program(desk.cast.cy), f"/tickets/{ticket.pk}"
    said = {"status": target.key, "message": "Still broken"}
    assert cy.patch(address, said).status_code == 403
    Transition.objects.create(source=ticket.status, target=target, allowed=["customer"])

    answers = [cy.patch(address, said) for _time in "12"]  # the second: an answer that was lost

    assert [one.status_code for one in answers] == [200, 200]
    assert [one.json()["status"]["key"] for one in answers] == [target.key] * 2
    assert Message.objects.filter(ticket=ticket, body__contains="Still broken").count() == 1


@pytest.mark.parametrize("start", ["resolved", "progress"])
def test_a_program_closes_in_the_status_that_it_names(desk: DeskAtWork, start: str) -> None:
    ticket = desk.moved(start)
    flow = desk.made.flow
    cancelled = flow.statuses.create(key="cancelled", phase="closed", position=99)
    cy, address = Program(desk.cast.cy), f"/tickets/{ticket.pk}"
    assert cy.patch(address, {"status": "cancelled"}).status_code == 403
    for target in (cancelled, desk.made.statuses["closed"]):
        Transition.objects.update_or_create(
            source=ticket.status, target=target, defaults={"allowed": ["customer"], "position": 9}
        )

    answers = [cy.patch(address, {"status": "cancelled"}) for _time in "12"]

    assert [one.json()["status"]["key"] for one in answers] == ["cancelled"] * 2
    assert cy.patch(address, {"status": "closed"}).status_code == 403
    ticket.refresh_from_db()
    assert ticket.status == cancelled


def test_a_customer_never_chooses_the_course_of_open_work(desk: DeskAtWork) -> None:
    ticket = desk.moved("pending")
    Transition.objects.update_or_create(
        source=ticket.status,
        target=desk.made.statuses["progress"],
        defaults={"allowed": ["customer"]},
    )
    change = {"status": "progress", "message": "Go on"}
    assert Program(desk.cast.cy).patch(f"/tickets/{ticket.pk}", change).status_code == 403
