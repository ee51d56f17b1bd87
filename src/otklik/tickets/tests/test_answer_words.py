"""Answers as people read them: words, branches, dates and numbers, never keys."""

import pytest
from django.test import Client
from django.utils import timezone, translation

from otklik.core.errors import Conflict
from otklik.people.models import Actor
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import Changes, change_ticket
from otklik.tickets.models import Category, Choice, Field, HistoryEntry, Ticket
from otklik.tickets.selectors.facts import asked_in, fact_lines
from otklik.tickets.selectors.search import search_tickets
from otklik.tickets.selectors.ticket_page import category_options
from otklik.tickets.selectors.values import value_rows
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_field

ANSWERS = {
    "colour": "red",
    "extras": ["red", "blue"],
    "spot": "room",
    "day": "2027-03-08",
    "share": 12.5,
    "hall": True,
    "call": "+35921234567",
}


@pytest.fixture
def ticket(desk: DeskAtWork) -> Ticket:
    """A ticket whose type asks a question of each kind that has words of its own."""
    ticket = desk.opened()
    named = [
        make_field(kind="choice", key="colour", choices=("red", "blue")),
        make_field(kind="choices", key="extras", choices=("red", "blue")),
        make_field(kind="tree", key="spot", choices=("house", "floor", "room")),
        *(make_field(kind=kind, key=key) for key, kind in KINDS.items()),
    ]
    Choice.objects.filter(key="red").update(names={"en": "Red", "ru": "Красный"})
    above = None
    for key in ("house", "floor", "room"):
        Choice.objects.filter(key=key).update(parent=above)
        above = Choice.objects.get(key=key)
    for position, field in enumerate(named):
        ticket.type.form.create(field=field, position=position)
    return ticket


KINDS = {"day": "date", "share": "number", "hall": "checkbox", "call": "phone"}


def answered(desk: DeskAtWork, ticket: Ticket) -> Ticket:
    changes = Changes(values=ANSWERS)
    return change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=changes)


def said_of(ticket: Ticket, field: str) -> tuple[str, str]:
    row = HistoryEntry.objects.get(ticket=ticket, field=field)
    line = fact_lines(row, asked_in([row]))[0]
    return line.what, line.new


WORDS = {
    "en": ("Red", "Red, Blue", "House › Floor › Room", "8 March 2027", "12.5", "yes"),
    "ru": ("Красный", "Красный, Blue", "House › Floor › Room", "8 марта 2027 г.", "12,5", "да"),
    "bg": ("Red", "Red, Blue", "House › Floor › Room", "8 март 2027 г.", "12,5", "да"),
}


@pytest.mark.parametrize("language", ["en", "ru", "bg"])
def test_answers_are_said_in_the_readers_words_beside_the_ticket_and_in_history(
    desk: DeskAtWork, ticket: Ticket, language: str
) -> None:
    ticket = answered(desk, ticket)
    with translation.override(language):
        beside = {row.key: row.text for row in value_rows(ticket)}
        history = {key: said_of(ticket, f"values.{key}")[1] for key in ANSWERS}
    assert tuple(beside[key] for key in ANSWERS)[:-1] == WORDS[language]
    assert beside["call"] == "+359 2 123 4567"
    assert history == {key: beside[key] for key in ANSWERS}


def test_a_line_of_history_names_the_question_and_what_was_before(
    desk: DeskAtWork, ticket: Ticket
) -> None:
    answered(desk, ticket)
    change_ticket(
        actor=desk.cast.root, ticket_id=ticket.pk, changes=Changes(values={"colour": "blue"})
    )
    row = HistoryEntry.objects.filter(field="values.colour").latest("pk")

    line = fact_lines(row, asked_in([row]))[0]

    assert (line.what, line.old, line.new) == (Field.objects.get(key="colour").label, "Red", "Blue")


def test_a_person_an_organization_and_a_question_that_is_gone_are_said(
    desk: DeskAtWork, ticket: Ticket
) -> None:
    ticket.type.form.create(field=make_field(kind="person", key="boss"))
    changes = Changes(values={"boss": desk.cast.vi.person_id})
    change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=changes)
    gone = HistoryEntry(
        ticket=ticket, kind="changed", field="values.gone", new=["a", "b"], at=ticket.created_at
    )

    assert said_of(ticket, "values.boss")[1] == desk.cast.vi.name
    assert fact_lines(gone, asked_in([gone]))[0].new == "a, b"


def test_a_category_is_said_with_its_branch_everywhere(desk: DeskAtWork, client: Client) -> None:
    make_desk()
    ticket = desk.opened()
    leaf = Category.objects.filter(parent__parent__isnull=True, parent__isnull=False)[0]
    deep = Category.objects.create(key="deep", names={"en": "Deep"}, parent=leaf)
    assert leaf.parent
    branch = f"{leaf.parent.label} › {leaf.label} › Deep"

    change_ticket(
        actor=desk.cast.root, ticket_id=ticket.pk, changes=Changes(fields={"category": deep.pk})
    )

    sign_in(client, desk.cast.root)
    client.post("/queue/columns/", {"column": ["category"]})
    assert said_of(ticket, "category") == ("Category", branch)
    assert branch in client.get(f"/tickets/{ticket.number}/parts/side/").content.decode()
    assert branch in client.get("/queue/").content.decode()
    assert (deep.pk, branch) in category_options()


def test_moments_in_history_are_those_of_the_readers_zone(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    at = timezone.now().replace(year=2027, month=3, day=8, hour=22, minute=30)
    change_ticket(
        actor=desk.cast.root, ticket_id=ticket.pk, changes=Changes(fields={"expected_at": at})
    )
    with timezone.override("Europe/Sofia"), translation.override("bg"):
        said = said_of(ticket, "expected_at")[1]
    assert "9 март 2027" in said
    assert "00:30" in said


def test_a_conflict_names_the_question_and_its_answer_in_words(
    desk: DeskAtWork, ticket: Ticket
) -> None:
    answered(desk, ticket)
    changes = Changes(values={"colour": "blue"}, seen={"values.colour": None})
    with pytest.raises(Conflict, match=r"Field \d+.*Red"):
        change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=changes)


def found(actor: Actor, words: str, *, as_customer: bool = False) -> list[str]:
    hits = search_tickets(actor, words, as_customer=as_customer).hits
    return [hit.ticket.row.number for hit in hits]


def test_answers_are_found_by_their_words(desk: DeskAtWork, ticket: Ticket) -> None:
    assert found(desk.cast.ada, "red") == []

    answered(desk, ticket)

    for words in ("red", "house", '"+35921234567"', "12.5"):
        assert found(desk.cast.ada, words) == [ticket.number], words
    assert found(desk.cast.cy, "red", as_customer=True) == [ticket.number]


def test_answers_given_at_the_opening_are_found_at_once(desk: DeskAtWork, ticket: Ticket) -> None:
    form = {"spot": "room", "colour": "blue"}

    opened = desk.opened(actor=desk.cast.root, values=form)

    assert opened.number in found(desk.cast.ada, "blue")


def test_staffs_answers_are_found_by_staff_only(desk: DeskAtWork, ticket: Ticket) -> None:
    ticket.type.form.filter(field__key__in=["colour", "extras"]).update(customer="staff")

    answered(desk, ticket)

    assert found(desk.cast.ada, "house floor red") == [ticket.number]
    assert found(desk.cast.cy, "house", as_customer=True) == [ticket.number]
    assert found(desk.cast.cy, "house floor red", as_customer=True) == []
