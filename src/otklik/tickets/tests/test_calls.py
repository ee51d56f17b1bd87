"""A call taken down: the type's questions, what is left for later, and nothing typed is lost."""

import re
import threading
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.people.actions import register_person
from otklik.people.models import Person
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.models import Attachment, FormField, Ticket, TicketType
from otklik.tickets.tests.desk import DeskAtWork, at_once
from otklik.tickets.tests.factories import make_field, make_type
from otklik.tickets.views import calls

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada(client: Client, desk: DeskAtWork) -> Client:
    make_desk()
    sign_in(client, desk.cast.ada)
    return client


@pytest.fixture
def call(desk: DeskAtWork) -> dict[str, Any]:
    """What is typed of every call; its type needs a room and may tell a colour."""
    hall = make_field(key="hall")
    kind = make_type(
        flow=desk.made.flow, form=(hall, make_field(kind="choice", key="tint", choices=("red",)))
    )
    FormField.objects.filter(type=kind, field=hall).update(is_required=True)
    return {
        "person": desk.cast.cy.person_id,
        "subject": "The lamp is out",
        "body": "Since morning",
        "type": kind.pk,
        "department": desk.cast.it.pk,
        "priority": "3",
        "source": "phone",
    }


def test_the_form_shows_what_the_chosen_type_asks_and_marks_what_is_needed(
    ada: Client, call: dict[str, Any]
) -> None:
    shown = ada.post("/calls/questions/", call, headers=HTMX).text

    assert re.search(r'data-field="values\.hall">.*?class="must"', shown, re.DOTALL)
    assert not re.search(r'data-field="values\.tint">[^§]*?class="must"', shown)
    assert "calls/questions/" in ada.get("/calls/new/").text


def test_a_needed_question_is_refused_by_name_until_it_is_answered(
    ada: Client, call: dict[str, Any]
) -> None:
    refused = ada.post("/calls/new/", call)
    assert refused.status_code == 422
    label = FormField.objects.get(field__key="hall").field.label
    assert f'<a href="#id_values.hall">{label}</a>: This is needed.' in refused.text
    assert Ticket.objects.count() == 0

    answer = ada.post("/calls/new/", {**call, "values.hall": "42", "values.tint": "red"})

    assert answer.status_code == 302
    assert Ticket.objects.get().values == {"hall": "42", "tint": "red"}


def test_one_press_leaves_what_the_caller_cannot_say_for_later(
    ada: Client, call: dict[str, Any]
) -> None:
    answer = ada.post("/calls/new/", {**call, "values.tint": "red", "later": "1"})

    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.values == {"tint": "red"}
    assert "still to ask" in ada.get(f"/tickets/{ticket.number}/parts/side/").text
    sign_in(ada, ticket.requester.account)
    assert "still to ask" not in ada.get(f"/requests/{ticket.number}/").text


def test_an_answer_that_cannot_be_taken_is_refused_also_when_the_rest_comes_later(
    ada: Client, call: dict[str, Any]
) -> None:
    answer = ada.post("/calls/new/", {**call, "values.tint": "no-such", "later": "1"})
    assert answer.status_code == 422
    assert Ticket.objects.count() == 0


def test_another_type_keeps_what_was_answered_for_the_first_one(
    ada: Client, desk: DeskAtWork, call: dict[str, Any]
) -> None:
    other = desk.made.types["facility"].pk
    first = {**call, "values.hall": "42"}

    there = ada.post("/calls/questions/", {**first, "type": other}, headers=HTMX).text

    assert '<input type="hidden" name="values.hall" value="42">' in there
    assert "values.danger" in there
    back = ada.post("/calls/questions/", first, headers=HTMX).text
    assert re.search(r'<input type="text" name="values\.hall" value="42"', back)


def test_without_scripts_a_press_shows_the_questions_and_complains_of_nothing(
    ada: Client, call: dict[str, Any]
) -> None:
    given = {**call, "subject": "", "switch": "1", "who": "Cy", "take": "1"}

    shown = ada.post("/calls/new/", given)

    assert shown.status_code == 200
    assert 'name="values.hall"' in shown.text
    assert "Since morning" in shown.text
    assert 'value="Cy"' in shown.text
    assert 'aria-invalid="true"' not in shown.text
    assert Ticket.objects.count() == 0


def test_files_of_a_call_without_scripts_are_kept(
    ada: Client, desk: DeskAtWork, call: dict[str, Any]
) -> None:
    kind = TicketType.objects.get(pk=call["type"])
    FormField.objects.create(type=kind, field=make_field(kind="file", key="plan"), position=9)
    files = {
        "files": SimpleUploadedFile("said.txt", b"said"),
        "values.plan-files": SimpleUploadedFile("plan.txt", b"plan"),
    }

    ada.post("/calls/new/", {**call, **files, "values.hall": "1"})

    ticket = Ticket.objects.get()
    kept = {one.name: one.field for one in Attachment.objects.filter(ticket=ticket)}
    assert kept == {"said.txt": "", "plan.txt": "plan"}
    assert ticket.values["plan"] == [Attachment.objects.get(name="plan.txt").token]


def test_who_is_new_is_named_in_the_refusal_and_not_registered(
    ada: Client, call: dict[str, Any]
) -> None:
    before = Person.objects.count()
    given = {**call, "person": "", "name": "Anna Berg", "email": "none", "values.hall": "1"}

    refused = ada.post("/calls/new/", given)

    assert refused.status_code == 422
    assert '<a href="#id_email">E-mail</a>' in refused.text
    assert Person.objects.count() == before


@pytest.mark.parametrize("kind", ["", "0", "x", "9" * 30, "\0"])
def test_a_type_that_is_none_shows_the_first_and_is_refused(
    ada: Client, call: dict[str, Any], kind: str
) -> None:
    assert ada.post("/calls/questions/", {**call, "type": kind}, headers=HTMX).status_code == 200
    assert ada.post("/calls/new/", {**call, "type": kind}).status_code == 422


def test_a_customer_takes_no_calls(client: Client, desk: DeskAtWork) -> None:
    sign_in(client, desk.cast.cy)
    assert client.post("/calls/questions/").status_code in (403, 404)


def test_what_was_typed_of_a_call_is_forgotten_once_wherever_it_went(
    ada: Client, desk: DeskAtWork, call: dict[str, Any]
) -> None:
    given = {**call, "values.hall": "42"}
    forgotten = 'data-forget="call"'
    for place, then in ((desk.cast.it, "/tickets/"), (desk.cast.hr, "/queue/")):
        sent = ada.post("/calls/new/", {**given, "department": place.pk})
        assert sent.headers["Location"].startswith(then)
        assert forgotten in ada.get(sent.headers["Location"], follow=True).text
        assert forgotten not in ada.get(sent.headers["Location"], follow=True).text


@pytest.mark.django_db(transaction=True)
def test_the_same_call_sent_twice_at_once_registers_its_new_caller_once(
    desk: DeskAtWork, call: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_desk()
    both = threading.Barrier(2)

    def when_both_are_here(**words: Any) -> Person:
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=2)
        return register_person(**words)

    monkeypatch.setattr(calls, "register_person", when_both_are_here)
    windows = [Client(), Client()]
    for one in windows:
        sign_in(one, desk.cast.ada)
    newcomer = {**call, "person": "", "name": "Anna Berg", "values.hall": "1", "once": "k1"}

    answers = at_once(*(lambda one=one: one.post("/calls/new/", newcomer) for one in windows))

    assert [getattr(answer, "status_code", answer) for answer in answers] == [302, 302]
    assert Person.objects.filter(surname="Berg").count() == 1
    assert Ticket.objects.count() == 1
