from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from otklik.core import clock
from otklik.core.errors import Conflict, DomainError, Invalid, NotFound, Stale
from otklik.core.events import Event
from otklik.people.tests.factories import sign_in
from otklik.tickets.actions import (
    Changes,
    change_ticket,
    follow_ticket,
    link_tickets,
    take_ticket,
    unfollow_ticket,
    unlink_tickets,
)
from otklik.tickets.events import TicketChanged
from otklik.tickets.models import Category, Follow, Priority, Ticket, TicketLink
from otklik.tickets.tests.desk import DeskAtWork, at_once, facts_of, new_of
from otklik.tickets.tests.factories import make_field, make_flow, make_type


def change(
    desk: DeskAtWork, ticket: Ticket, seen: dict[str, Any] | None = None, **fields: Any
) -> Ticket:
    changes = Changes(fields=fields, seen=seen or {})
    return change_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, changes=changes)


def test_each_field_changes_and_history_names_old_and_new(
    desk: DeskAtWork, published: list[Event]
) -> None:
    ticket = desk.opened()
    category = Category.objects.filter(is_active=True).first()
    assert category
    soon = clock.now() + timedelta(days=1)
    published.clear()

    changed = change(
        desk,
        ticket,
        subject="Scanner",
        priority=5,
        category=category.pk,
        tags=["Red", "red", " a,b "],
        owner=desk.cast.vi.person_id,
        language="bg",
        expected_at=soon,
    )

    assert (changed.subject, changed.priority_id, changed.category) == ("Scanner", 5, category)
    assert (changed.tags, changed.language, changed.expected_at) == (["red", "a b"], "bg", soon)
    assert changed.solve_due_at == ticket.created_at + Priority.objects.get(pk=5).solve_within
    facts = {fact.field: fact for fact in facts_of(ticket, "changed")}
    assert (facts["subject"].old, facts["subject"].new) == ("Printer", "Scanner")
    assert new_of(facts["priority"])["id"] == 5
    assert new_of(facts["owner"])["name"] == "Vi Visor"
    assert [type(event) for event in published] == [TicketChanged]


def test_what_already_holds_is_no_change(desk: DeskAtWork, published: list[Event]) -> None:
    ticket = desk.opened()
    published.clear()
    change(desk, ticket, subject="Printer", priority=3, seen={"subject": "Anything"})
    assert published == []


def test_different_fields_both_win_and_of_one_the_second_is_told(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    seen = {"subject": "Printer", "priority": 3}
    change(desk, ticket, seen, subject="First")
    change(desk, ticket, seen, priority=5)
    with pytest.raises(Conflict, match="First") as refusal:
        change(desk, ticket, seen, subject="Second", priority=1)
    assert refusal.value.extra["field"] == "subject"
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority_id) == ("First", 5)


def test_a_version_that_is_gone_is_stale(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    change(desk, ticket, subject="First")
    changes = Changes(fields={"priority": 5}, version=ticket.version)
    with pytest.raises(Stale):
        change_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, changes=changes)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", ""),
        ("subject", "a" * 101),
        ("subject", "\0"),
        ("subject", "\ud800"),
        ("priority", 6),
        ("priority", "high"),
        ("priority", None),
        ("category", 0),
        ("category", "x"),
        ("type", None),
        ("type", "x"),
        ("owner", 0),
        ("owner", "x"),
        ("language", "xx"),
        ("language", []),
        ("expected_at", "soon"),
        ("colour", "red"),
        ("tags", ["a\0"]),
        ("tags", "red"),
        ("tags", 5),
    ],
)
def test_what_is_no_value_is_refused_and_nothing_is_written(
    desk: DeskAtWork, field: str, value: Any
) -> None:
    ticket = desk.opened()
    with pytest.raises(Invalid):
        change(desk, ticket, **{field: value})
    ticket.refresh_from_db()
    assert ticket.version == 1


def test_a_type_of_another_flow_is_another_ticket(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    with pytest.raises(Invalid):
        change(desk, ticket, type=make_type(flow=make_flow()).pk)
    kind = make_type(flow=desk.made.flow)
    assert change(desk, ticket, type=kind.pk).type == kind


@pytest.mark.parametrize("letter", ["a", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "й"])
def test_a_subject_has_a_hundred_letters_as_people_count_them(
    desk: DeskAtWork, letter: str
) -> None:
    ticket = desk.opened()
    if len(letter) * 100 <= 400:
        assert change(desk, ticket, subject=letter * 100).subject == letter * 100
    assert change(desk, ticket, subject=letter * 50).subject == letter * 50
    with pytest.raises(Invalid):
        change(desk, ticket, subject=letter * 101)


def test_answers_of_two_people_meet_by_the_question(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for key in ("one", "two"):
        ticket.type.form.create(field=make_field(key=key))
    seen = {"values.one": None, "values.two": None}

    def answer(**values: str) -> Ticket:
        changes = Changes(values=values, seen=seen)
        return change_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, changes=changes)

    answer(one="a")
    assert answer(two="b").values == {"one": "a", "two": "b"}
    with pytest.raises(Conflict) as refusal:
        answer(one="c")
    assert refusal.value.extra["field"] == "values.one"


@pytest.mark.parametrize(("who", "refusal"), [("sam", NotFound), ("cy", NotFound)])
def test_others_cannot_change(desk: DeskAtWork, who: str, refusal: type[DomainError]) -> None:
    ticket = desk.opened()
    with pytest.raises(refusal):
        change_ticket(
            actor=desk.cast.everyone[who],
            ticket_id=ticket.pk,
            changes=Changes(fields={"subject": "Mine"}),
        )


def test_links_are_between_tickets_in_sight_once_and_not_to_itself(desk: DeskAtWork) -> None:
    one, other, hidden = desk.opened(), desk.opened(), desk.taken(desk.cast.vi)
    related = TicketLink.Kind.RELATED

    def link(number: str) -> TicketLink:
        return link_tickets(
            actor=desk.cast.ada, ticket_id=one.pk, other_number=number, kind=related
        )

    link(other.number.lower())
    made = link(f" {other.number} ")
    assert TicketLink.objects.count() == 1
    for number, refusal in ((one.number, Invalid), (hidden.number, NotFound), ("\0", NotFound)):
        with pytest.raises(refusal):
            link(number)
    for _ in "12":
        unlink_tickets(actor=desk.cast.ada, ticket_id=one.pk, link_id=made.pk)
    assert not TicketLink.objects.exists()
    assert len(facts_of(one, "linked")) == 2


def test_the_history_of_both_ends_tells_of_a_link(
    desk: DeskAtWork, client: Client, published: list[Event]
) -> None:
    one, other = desk.opened(), desk.opened()
    published.clear()
    kind = TicketLink.Kind.DUPLICATE
    made = link_tickets(actor=desk.cast.ada, ticket_id=one.pk, other_number=other.number, kind=kind)
    take_ticket(actor=desk.cast.vi, ticket_id=other.pk)  # out of Ada's sight
    unlink_tickets(actor=desk.cast.ada, ticket_id=one.pk, link_id=made.pk)

    for here, there, is_source in ((one, other, False), (other, one, True)):
        end = {"id": there.pk, "number": there.number, "kind": kind, "is_source": is_source}
        told = facts_of(here, "linked")
        assert [(fact.old, fact.new) for fact in told] == [(None, end), (end, None)]
        assert all(fact.is_internal and fact.actor_name == "Ada Agent" for fact in told)
        assert told[0].version < told[1].version
    changed = [one.ticket_id for one in published if isinstance(one, TicketChanged)]
    assert changed == [one.pk, other.pk, one.pk, other.pk]
    sign_in(client, desk.cast.vi)
    assert one.number in client.get(f"/tickets/{other.number}/history/").text


def test_following_is_ones_own_and_ends_also_out_of_sight(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for _ in "12":
        follow_ticket(actor=desk.cast.ada, ticket_id=ticket.pk)
    assert Follow.objects.count() == 1
    with pytest.raises(NotFound):
        follow_ticket(actor=desk.cast.sam, ticket_id=ticket.pk)
    unfollow_ticket(actor=desk.cast.ada, ticket_id=ticket.pk)
    assert not Follow.objects.exists()


def test_the_database_refuses_odd_links_followers_and_priorities(desk: DeskAtWork) -> None:
    one, other = desk.opened(), desk.opened()
    base = {"creator_id": desk.cast.ada.person_id, "created_at": clock.now(), "kind": "related"}
    TicketLink.objects.create(source=one, target=other, **base)
    Follow.objects.create(ticket=one, person_id=desk.cast.ada.person_id)
    for name, deed in (
        (
            "ticket_is_not_linked_to_itself",
            lambda: TicketLink.objects.create(source=one, target=one, **base),
        ),
        (
            "tickets_are_linked_once",
            lambda: TicketLink.objects.create(source=one, target=other, **base),
        ),
        (
            "person_follows_once",
            lambda: Follow.objects.create(ticket=one, person_id=desk.cast.ada.person_id),
        ),
        (
            "priority_is_one_to_five",
            lambda: Priority.objects.create(
                level=6, reply_within=timedelta(1), solve_within=timedelta(2)
            ),
        ),
        (
            "reply_comes_before_solution",
            lambda: Priority.objects.filter(pk=3).update(reply_within=timedelta(999)),
        ),
        ("ticket_has_a_subject", lambda: Ticket.objects.filter(pk=one.pk).update(subject="")),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            deed()


@pytest.mark.slow
def test_two_at_once_on_two_fields_both_win_and_on_one_the_second_is_told(
    open_desk: DeskAtWork,
) -> None:
    ticket = open_desk.opened()
    seen = {"subject": "Printer", "priority": 3}
    ended = at_once(
        lambda: change(open_desk, ticket, seen, subject="New"),
        lambda: change(open_desk, ticket, seen, priority=5),
    )
    assert all(isinstance(one, Ticket) for one in ended)
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority_id) == ("New", 5)

    seen = {"subject": "New"}
    ended = at_once(
        lambda: change(open_desk, ticket, seen, subject="Left"),
        lambda: change(open_desk, ticket, seen, subject="Right"),
    )
    assert sorted(isinstance(one, Conflict) for one in ended) == [False, True]


def test_a_category_and_an_owner_are_taken_away_again(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    category = Category.objects.filter(is_active=True)[0]
    change(desk, ticket, category=category.pk)
    changed = change(desk, ticket, category=None, owner=None)
    assert (changed.category_id, changed.owner_id) == (None, None)
    [given, taken] = [one for one in facts_of(ticket, "changed") if one.field == "category"]
    assert (given.old, given.new) == (None, taken.old)
    assert taken.new is None
