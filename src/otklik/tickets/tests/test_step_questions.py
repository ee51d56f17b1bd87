"""The page of a step asks all that the step will demand, and is not opened to ask nothing."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.people.tests.factories import sign_in
from otklik.tickets.models import Field, Status, Ticket, Transition
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.tests.factories import make_field

pytestmark = pytest.mark.django_db

CAUSE = ("broken", "lost")


@pytest.fixture
def target(desk: DeskAtWork) -> Status:
    """Have a step that demands the cause and nothing else."""
    made = desk.made.statuses
    ways = Transition.objects.filter(source=made["assigned"], target=made["progress"])
    ways.update(demands_message=False, demands_note=False)
    made["progress"].required_fields.add(make_field(kind="choice", key="cause", choices=CAUSE))
    return made["progress"]


@pytest.fixture
def ticket(desk: DeskAtWork, target: Status) -> Ticket:
    """Have a ticket of a type that asks the cause."""
    ticket = desk.taken()
    ticket.type.form.create(field=Field.objects.get(key="cause"), position=90)
    return ticket


def asks(ticket: Ticket, key: str, when: str = "", value: str = "", **more: Any) -> Field:
    """Put a question on the ticket's form, shown when another holds an answer."""
    field = make_field(key=key, **more.pop("made", {}))
    waits = {"shown_when": Field.objects.get(key=when), "shown_value": value} if when else {}
    ticket.type.form.create(field=field, position=91, **waits, **more)
    return field


class Step:
    """The step of a ticket, as Ada goes it."""

    def __init__(self, desk: DeskAtWork, client: Client, ticket: Ticket, target: Status) -> None:
        sign_in(client, desk.cast.ada)
        self.client, self.ticket, self.target = client, ticket, target
        self.page = f"/tickets/{ticket.number}/"
        self.address = f"{self.page}status/{target.pk}/"

    def keep(self, **values: Any) -> None:
        Ticket.objects.filter(pk=self.ticket.pk).update(values=values)

    def asked(self) -> dict[str, tuple[str, str] | None]:
        """Return what the step's page asks, each with the condition that the page follows."""
        return asked_on(self.client.get(self.address).text)

    def go(self, **values: str) -> Any:
        typed = {f"values.{key}": value for key, value in values.items()}
        return self.client.post(self.address, {"source": self.ticket.status_id, **typed})

    def opens_a_page(self) -> bool:
        return f'href="{self.address}"' in self.client.get(self.page).text


def asked_on(page: str) -> dict[str, tuple[str, str] | None]:
    found: dict[str, tuple[str, str] | None] = {}
    for tag in re.findall(r'<(?:input|select|textarea)[^>]* name="values\.[^>]*>', page):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        when = given.get("data-shown-when", "").removeprefix("values.")
        found[given["name"].removeprefix("values.")] = (
            (when, given["data-shown-value"]) if when else None
        )
    return found


@pytest.fixture
def step(desk: DeskAtWork, client: Client, ticket: Ticket, target: Status) -> Step:
    return Step(desk, client, ticket, target)


def test_what_an_answer_there_calls_for_is_asked_there(step: Step) -> None:
    asks(step.ticket, "part", "cause", "broken", is_required=True)
    assert step.asked() == {"cause": None, "part": ("cause", "broken")}
    page = step.client.get(step.address).text
    label = Field.objects.get(key="part").label
    assert re.search(rf"{label} <span class=\"must\"", page)

    refused = step.go(cause="broken")
    assert refused.status_code == 422
    assert asked_on(refused.text) == {"cause": None, "part": ("cause", "broken")}
    wrong = [tag for tag in re.findall("<[^>]+>", refused.text) if 'aria-invalid="true"' in tag]
    assert ["values.part" in tag for tag in wrong] == [True]
    assert step.go(cause="broken", part="fuse").status_code == 302
    step.ticket.refresh_from_db()
    assert step.ticket.status == step.target
    assert (step.ticket.values["cause"], step.ticket.values["part"]) == ("broken", "fuse")


def test_what_the_answer_there_does_not_call_for_is_not_demanded(step: Step) -> None:
    asks(step.ticket, "part", "cause", "broken", is_required=True)
    assert step.go(cause="lost", part="").status_code == 302


def test_what_is_not_required_is_not_asked(step: Step) -> None:
    asks(step.ticket, "part", "cause", "broken")
    asks(step.ticket, "other", is_required=True)  # not called for by anything answered there
    assert step.asked() == {"cause": None}
    assert step.go(cause="broken").status_code == 302


def test_what_is_told_already_is_not_asked_again(step: Step) -> None:
    asks(step.ticket, "part", "cause", "broken", is_required=True)
    step.keep(part="fuse")
    assert step.asked() == {"cause": None}
    assert step.go(cause="broken").status_code == 302


def test_what_stood_open_before_the_step_is_not_its_business(step: Step) -> None:
    asks(step.ticket, "part", "cause", "broken", is_required=True)
    step.keep(cause="broken")
    assert step.asked() == {"cause": None}
    assert step.go(cause="broken").status_code == 302


def test_one_question_calls_for_the_next(step: Step) -> None:
    asks(step.ticket, "part", "cause", "broken", is_required=True, made={"kind": "checkbox"})
    asks(step.ticket, "size", "part", "yes", is_required=True)
    assert step.asked() == {
        "cause": None,
        "part": ("cause", "broken"),
        "size": ("part", "yes"),
    }
    assert step.go(cause="broken", part="on").status_code == 422
    assert step.go(cause="broken", part="on", size="3 A").status_code == 302


def test_past_a_question_that_was_answered_the_page_follows_the_one_before(step: Step) -> None:
    asks(step.ticket, "part", "cause", "broken", made={"kind": "checkbox"})
    asks(step.ticket, "size", "part", "yes", is_required=True)
    assert step.asked() == {"cause": None}  # the part is not asked: nothing there could call for it
    step.keep(part=True)
    assert step.asked() == {"cause": None, "size": ("cause", "broken")}
    assert step.go(cause="broken").status_code == 422
    assert step.go(cause="lost").status_code == 302


def test_a_ring_of_conditions_ends(step: Step) -> None:
    one = asks(step.ticket, "one", "cause", "broken", is_required=True, made={"kind": "checkbox"})
    two = asks(step.ticket, "two", "one", "yes", is_required=True, made={"kind": "checkbox"})
    step.ticket.type.form.filter(field=one).update(shown_when=two, shown_value="yes")
    assert step.asked() == {"cause": None}


def test_a_question_that_is_asked_no_more_is_not_called_for(step: Step) -> None:
    part = asks(step.ticket, "part", "cause", "broken", is_required=True)
    Field.objects.filter(pk=part.pk).update(is_active=False)
    assert step.asked() == {"cause": None}


def test_a_step_whose_questions_are_hidden_asks_nothing(step: Step) -> None:
    asks(step.ticket, "urgent", made={"kind": "checkbox"})
    waits = {"shown_when": Field.objects.get(key="urgent"), "shown_value": "yes"}
    step.ticket.type.form.filter(field__key="cause").update(**waits)
    assert step.asked() == {}
    assert not step.opens_a_page()
    step.keep(urgent=True)
    assert step.asked() == {"cause": None}
    assert step.opens_a_page()
    step.keep(urgent=False)
    at_once = {"source": step.ticket.status_id, "at_once": "1"}
    assert f'action="{step.address}"' in step.client.get(step.page).text
    assert step.client.post(step.address, at_once).status_code == 302
    step.ticket.refresh_from_db()
    assert step.ticket.status == step.target


@pytest.mark.parametrize("demand", ["demands_message", "demands_note"])
def test_one_that_demands_words_still_asks_for_them_alone(step: Step, demand: str) -> None:
    asks(step.ticket, "urgent", made={"kind": "checkbox"})
    waits = {"shown_when": Field.objects.get(key="urgent"), "shown_value": "yes"}
    step.ticket.type.form.filter(field__key="cause").update(**waits)
    ways = Transition.objects.filter(source=step.ticket.status_id, target=step.target)
    ways.update(**{demand: True})
    assert step.opens_a_page()
    assert step.asked() == {}
    box = {"demands_message": 'name="body"', "demands_note": 'name="note"'}[demand]
    assert box in step.client.get(step.address).text


def test_steps_with_questions_cost_the_page_no_statement(step: Step) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            step.client.get(step.page)
        return len(queries)

    asks(step.ticket, "part", "cause", "broken", is_required=True)
    step.client.get(step.page)
    with_questions = cost()
    assert step.opens_a_page()
    step.target.required_fields.clear()
    step.client.get(step.page)
    assert cost() == with_questions
