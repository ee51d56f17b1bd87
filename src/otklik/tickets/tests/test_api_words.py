"""Refusals of the API, in the language of who asks, and values that are not converted."""

from typing import Any

import pytest

from otklik.people.models import Person
from otklik.people.tests.factories import Cast
from otklik.people.tests.program import Program
from otklik.tickets.models import Ticket
from otklik.tickets.tests.opened import ASKED, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]


@pytest.fixture
def russian(cast: Cast) -> Program:
    Person.objects.filter(pk=cast.root.person_id).update(language="ru")
    return Program(cast.root)


def test_a_refusal_is_said_in_the_language_of_the_person_behind_the_token(
    russian: Program,
) -> None:
    refused = russian.get("/tickets/9999")

    assert refused["Content-Language"] == "ru"
    assert refused.json()["detail"] == "Такой заявки нет, или она вам не видна."


def test_a_program_that_names_a_language_is_answered_in_it(russian: Program) -> None:
    refused = russian.get("/tickets/9999", **{"Accept-Language": "bg"})

    assert refused["Content-Language"] == "bg"
    assert "заявка" in refused.json()["detail"].lower()


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("subject", 5, "Здесь нужен текст."),
        ("subject", None, "Здесь нужен текст."),
        ("priority", 9, "Здесь нужно число не больше 5."),
        ("priority", "5", "Здесь нужно целое число."),
        ("priority", True, "Здесь нужно целое число."),
        ("priority", 1.5, "Здесь нужно целое число."),
        ("tags", "toner", "Здесь нужен список."),
        ("tags", ["x"] * 100, "Элементов здесь не больше"),
        ("requester", 7, "Здесь нужен объект."),
        ("fields", [], "Здесь нужен объект."),
        ("colour", "red", "Поля с таким именем здесь нет."),
        ("description_format", "x", "Здесь нужно одно из этих значений: 'text', 'html'."),
    ],
)
def test_what_is_wrong_with_a_member_is_said_in_that_language_too(
    russian: Program, member: str, value: Any, said: str
) -> None:
    refused = russian.post("/tickets", {**ASKED, member: value})

    assert refused.status_code == 422
    complaints = {one["field"]: one["detail"] for one in refused.json()["errors"]}
    assert complaints[member].startswith(said), complaints


def test_a_missing_member_and_an_unreadable_body_are_told(russian: Program) -> None:
    missing = russian.post("/tickets", {"subject": "Printer"}).json()["errors"]
    assert {"field": "description", "detail": "Это нужно указать."} in missing

    broken = russian.client.post(
        "/api/v1/tickets", "{", content_type="application/json", headers=russian.headers
    )
    assert (broken.status_code, broken.json()["detail"]) == (
        400,
        "Тело запроса не удалось прочитать.",
    )


@pytest.mark.parametrize(
    "change",
    [{"priority": True}, {"priority": "5"}, {"category": "1"}, {"priority": [5]}],
)
def test_no_value_is_taken_for_another_type(cast: Cast, change: dict[str, Any]) -> None:
    root = Program(cast.root)
    ticket = opened(root, priority=3)["id"]

    assert root.patch(f"/tickets/{ticket}", change).status_code == 422

    assert Ticket.objects.get(pk=ticket).priority_id == 3


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, "0", []])
def test_only_true_and_false_are_answers_to_yes_or_no(cast: Cast, value: Any) -> None:
    root = Program(cast.root)
    path = f"/tickets/{opened(root)['id']}/messages"

    refused = root.post(path, {"body": "Hello", "internal": value})

    assert refused.json()["errors"] == [
        {"field": "internal", "detail": "This should be true or false."}
    ]
