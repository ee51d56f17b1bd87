from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from otklik.core.events import Event
from otklik.tickets.actions import (
    Move,
    Words,
    edit_note,
    move_ticket,
    reply_to_customer,
    reply_to_desk,
    write_internal_note,
)
from otklik.tickets.events import MessageAdded, NoteAdded, NoteEdited
from otklik.tickets.models import HistoryEntry, Message, Note, NoteRevision, Ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once, facts_of

HELLO = Words(body="<p>Hello</p>")
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


def test_a_reply_is_public_stamps_the_first_answer_and_passes_the_turn(
    desk: DeskAtWork, published: list[Event]
) -> None:
    ticket = desk.opened()
    published.clear()

    message = reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)

    ticket.refresh_from_db()
    assert (message.side, message.body) == (Message.Side.DESK, "<p>Hello</p>")
    assert (ticket.turn, ticket.first_replied_at) == ("theirs", message.created_at)
    assert (ticket.last_words, ticket.last_author) == ("Hello", "Ada Agent")
    assert [type(event) for event in published] == [MessageAdded]


def test_only_the_first_reply_stamps(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    first = reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    ticket.refresh_from_db()
    assert ticket.first_replied_at == first.created_at


def test_a_note_changes_neither_turn_nor_last_words_and_is_internal(
    desk: DeskAtWork, published: list[Event]
) -> None:
    ticket = desk.opened()
    published.clear()

    write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)

    ticket.refresh_from_db()
    assert (ticket.turn, ticket.last_words, ticket.first_replied_at) == ("ours", "It jams.", None)
    assert all(fact.is_internal for fact in facts_of(ticket, "note"))
    assert [type(event) for event in published] == [NoteAdded]


def test_the_same_key_says_it_once(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    words = Words(body="<p>Hello</p>", once="k1")
    said = [reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=words) for _ in "12"]
    noted = [
        write_internal_note(
            actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="x", once="k2")
        )
        for _ in "12"
    ]
    assert said[0] == said[1]
    assert noted[0] == noted[1]
    assert (Message.objects.count(), Note.objects.count()) == (2, 1)


def test_the_key_of_one_person_is_nothing_to_another(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    for actor in (desk.cast.ada, desk.cast.vi):
        reply_to_customer(actor=actor, ticket_id=ticket.pk, words=Words(body="x", once="same"))
    assert Message.objects.count() == 3


@pytest.mark.parametrize(
    ("who", "refusal"), [("sam", NotFound), ("cy", NotFound), ("ada", None), ("root", None)]
)
def test_who_may_speak(desk: DeskAtWork, who: str, refusal: type[DomainError] | None) -> None:
    ticket, actor = desk.opened(), desk.cast.everyone[who]
    for say in (reply_to_customer, write_internal_note):
        if refusal is None:
            assert say(actor=actor, ticket_id=ticket.pk, words=HELLO).pk
        else:
            with pytest.raises(refusal):
                say(actor=actor, ticket_id=ticket.pk, words=HELLO)


def test_a_colleagues_ticket_is_not_there_for_an_agent_but_for_who_leads(desk: DeskAtWork) -> None:
    ticket = desk.taken(desk.cast.vi)
    with pytest.raises(NotFound):
        reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    assert reply_to_customer(actor=desk.cast.cora, ticket_id=ticket.pk, words=HELLO).pk


def test_a_closed_ticket_takes_notes_and_no_replies(desk: DeskAtWork) -> None:
    ticket = desk.moved("closed")
    with pytest.raises(NotAllowed):
        reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    assert write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO).pk


@pytest.mark.parametrize("letter", ["a", "ж", FAMILY, "e\u0301"])
def test_five_thousand_letters_fit_as_people_count_them(desk: DeskAtWork, letter: str) -> None:
    ticket = desk.opened()
    body = f"<p>{letter * 5000}</p>"
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=body))
    for count in (5001, 20000):
        with pytest.raises(Invalid) as refusal:
            reply_to_customer(
                actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=letter * count)
            )
        assert "body" in refusal.value.fields


@pytest.mark.parametrize("body", ["", "  ", "<p> </p>", "<p><br></p>", "<script>x</script>"])
def test_nothing_is_not_said(desk: DeskAtWork, body: str) -> None:
    ticket = desk.opened()
    with pytest.raises(Invalid):
        reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=body))
    assert Message.objects.count() == 1


@pytest.mark.parametrize("body", ["a\0b", "a\ud800b"])
def test_what_cannot_be_kept_is_refused(desk: DeskAtWork, body: str) -> None:
    ticket = desk.opened()
    with pytest.raises(Invalid):
        reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=body))


@pytest.mark.parametrize(
    "body",
    [
        "{{ 7*7 }} {% raw %}",
        "'; DROP TABLE tickets_ticket; --",
        "\u202egnp.exe",
        "<img src=x onerror=alert(1)>text",
        "<b>" * 3000 + "deep",
    ],
)
def test_odd_words_are_kept_as_words(desk: DeskAtWork, body: str) -> None:
    ticket = desk.opened()
    said = reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body=body))
    assert "onerror" not in said.body
    assert "\u202e" not in said.body


def test_the_first_edit_keeps_what_the_note_said(desk: DeskAtWork, published: list[Event]) -> None:
    ticket = desk.opened()
    note = write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    published.clear()

    edit_note(actor=desk.cast.ada, note_id=note.pk, body="<p>Bye</p>", seen_version=1)
    edit_note(actor=desk.cast.ada, note_id=note.pk, body="<p>Bye</p>", seen_version=1)

    note.refresh_from_db()
    assert (note.body, note.version) == ("<p>Bye</p>", 2)
    assert note.edited_at
    assert [kept.body for kept in note.revisions.all()] == ["<p>Hello</p>"]
    assert [type(event) for event in published] == [NoteEdited]


def test_an_edit_from_an_old_page_is_told_and_loses_nothing(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    note = write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    edit_note(actor=desk.cast.ada, note_id=note.pk, body="one", seen_version=1)
    with pytest.raises(Conflict):
        edit_note(actor=desk.cast.ada, note_id=note.pk, body="two", seen_version=1)


@pytest.mark.parametrize(
    ("who", "refusal"), [("vi", NotAllowed), ("sam", NotFound), ("cy", NotFound)]
)
def test_nobody_edits_the_note_of_another(
    desk: DeskAtWork, who: str, refusal: type[DomainError]
) -> None:
    ticket = desk.opened()
    note = write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    with pytest.raises(refusal):
        edit_note(actor=desk.cast.everyone[who], note_id=note.pk, body="x")


@pytest.mark.parametrize("change", [{"body": "other"}, None])
def test_the_database_refuses_to_change_what_was_said(desk: DeskAtWork, change: Any) -> None:
    ticket = desk.opened()
    note = write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    edit_note(actor=desk.cast.ada, note_id=note.pk, body="x")
    for table in ("tickets_message", "tickets_historyentry", "tickets_noterevision"):
        column = "actor_name" if table == "tickets_historyentry" else "body"
        order = f"UPDATE {table} SET {column} = 'x'" if change else f"DELETE FROM {table}"  # noqa: S608  # our own words
        with (
            pytest.raises(DatabaseError, match="only added to"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(order)
    assert HistoryEntry.objects.exists()


def test_the_database_keeps_one_revision_a_version_and_knows_the_sides(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    note = write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=HELLO)
    edit_note(actor=desk.cast.ada, note_id=note.pk, body="x")
    kept = NoteRevision.objects.get()
    with pytest.raises(IntegrityError, match="note_revision_is_kept_once"), transaction.atomic():
        NoteRevision.objects.create(note=note, version=1, body="", replaced_at=kept.replaced_at)
    with pytest.raises(IntegrityError, match="message_side_is_known"), transaction.atomic():
        Message.objects.create(
            ticket=ticket, author_id=desk.cast.ada.person_id, side="x", created_at=note.created_at
        )


@pytest.mark.slow
def test_ten_posts_at_once_are_one_message(open_desk: DeskAtWork) -> None:
    ticket = open_desk.opened()
    words = Words(body="<p>Once</p>", once="key")
    said = at_once(
        *[
            lambda: reply_to_customer(actor=open_desk.cast.ada, ticket_id=ticket.pk, words=words)
            for _ in range(10)
        ]
    )
    assert len({one.pk for one in said if isinstance(one, Message)}) == 1
    assert Message.objects.filter(ticket=ticket).count() == 2


@pytest.mark.slow
def test_a_reply_and_a_customers_word_at_once_are_both_kept(open_desk: DeskAtWork) -> None:
    ticket = open_desk.opened()
    waiting = Move(target_id=open_desk.made.statuses["pending"].pk, reply=HELLO)
    move_ticket(actor=open_desk.cast.root, ticket_id=ticket.pk, move=waiting)
    at_once(
        lambda: reply_to_customer(actor=open_desk.cast.ada, ticket_id=ticket.pk, words=HELLO),
        lambda: reply_to_desk(actor=open_desk.cast.cy, ticket_id=ticket.pk, words=HELLO),
    )
    assert Message.objects.filter(ticket=ticket).count() == 4
    versions = [one.version for one in HistoryEntry.objects.filter(ticket=ticket)]
    assert versions == sorted(versions)
    assert Ticket.objects.get(pk=ticket.pk).version == versions[-1]


def test_nobody_answers_past_what_another_wrote_meanwhile(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    seen = Message.objects.get(ticket=ticket).pk
    aware = Words(body="<p>Hello</p>", seen_message=seen, once="k1")
    theirs = reply_to_customer(actor=desk.cast.vi, ticket_id=ticket.pk, words=aware)
    with pytest.raises(Conflict, match="Vi "):
        reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=aware)
    assert Message.objects.filter(ticket=ticket).count() == 2
    again = replace(aware, seen_message=theirs.pk)
    assert reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=again).pk


def test_ones_own_words_are_no_news_but_hide_no_others(desk: DeskAtWork) -> None:
    ticket, ada = desk.opened(), desk.cast.ada
    aware = Words(body="x", seen_message=Message.objects.get(ticket=ticket).pk)
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=aware)
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=aware)
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=HELLO)
    with pytest.raises(Conflict, match="Cy "):
        reply_to_customer(actor=ada, ticket_id=ticket.pk, words=aware)


def test_a_reply_with_a_move_is_warned_too_and_then_nothing_moves(desk: DeskAtWork) -> None:
    ticket = desk.taken()
    seen = Message.objects.get(ticket=ticket).pk
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=HELLO)
    move = Move(
        target_id=desk.made.statuses["pending"].pk, reply=Words(body="x", seen_message=seen)
    )
    with pytest.raises(Conflict, match="Cy "):
        move_ticket(actor=desk.cast.ada, ticket_id=ticket.pk, move=move)
    ticket.refresh_from_db()
    assert (ticket.phase, Message.objects.filter(ticket=ticket).count()) == ("assigned", 2)


def test_a_note_is_never_held_back_by_news(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    words = Words(body="x", seen_message=0)
    assert write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=words).pk


@pytest.mark.slow
def test_of_two_agents_who_reply_at_once_the_second_is_told(open_desk: DeskAtWork) -> None:
    ada, vi = open_desk.cast.ada, open_desk.cast.vi
    for _round in range(5):
        ticket = open_desk.opened()
        seen = Message.objects.get(ticket=ticket).pk
        words = Words(body="<p>Hello</p>", seen_message=seen)
        both = [partial(reply_to_customer, actor=one, ticket_id=ticket.pk) for one in (ada, vi)]
        said = at_once(*[partial(reply, words=words) for reply in both])
        assert sorted(type(one).__name__ for one in said) == ["Conflict", "Message"]
        assert Message.objects.filter(ticket=ticket).count() == 2


@pytest.mark.slow
def test_a_move_with_a_letter_and_a_reply_at_once_warn_the_second(open_desk: DeskAtWork) -> None:
    ticket = open_desk.opened()
    words = Words(body="<p>Hello</p>", seen_message=Message.objects.get(ticket=ticket).pk)
    move = Move(target_id=open_desk.made.statuses["pending"].pk, reply=words)
    said = at_once(
        lambda: reply_to_customer(actor=open_desk.cast.ada, ticket_id=ticket.pk, words=words),
        lambda: move_ticket(actor=open_desk.cast.root, ticket_id=ticket.pk, move=move),
    )
    assert [isinstance(one, Conflict) for one in said].count(True) == 1
    assert Message.objects.filter(ticket=ticket).count() == 2
