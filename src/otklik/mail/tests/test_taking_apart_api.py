"""A letter that passes on another one, taken apart over the API, as on its page."""

from typing import Any

import pytest

from otklik.mail.models import Letter
from otklik.mail.tests.factories import make_mailbox
from otklik.mail.tests.post import SERVER, Post, address_of
from otklik.mail.tests.test_passed_on import ANNA, PASSED_ON, passed_on
from otklik.people.tests.program import Program, ask
from otklik.tickets.actions import shelve_ticket
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import DeskAtWork, at_once

EVERYONE = ("root", "vi", "cora", "ada", "sam", "cy")


@pytest.fixture
def path(desk: DeskAtWork, post: Post) -> str:
    """Have Cy pass on a letter of Anna's; return where it is taken apart."""
    passed_on(post, address_of(desk.cast.cy))
    return f"/tickets/{Ticket.objects.get().number}/apart"


def opened() -> Ticket:
    return Ticket.objects.latest("pk")


@pytest.mark.parametrize("who", EVERYONE)
def test_who_works_on_the_ticket_opens_the_one_of_who_asks(
    desk: DeskAtWork, path: str, who: str
) -> None:
    actor = desk.cast.everyone[who]

    status, said = ask(actor, "POST", path, {})

    if who in {"sam", "cy"}:
        assert (status, Ticket.objects.count()) == (404, 1)
        return
    assert (status, said["number"], said["id"]) == (201, opened().number, opened().pk)
    assert said["url"].endswith(f"/tickets/{opened().number}/")
    assert opened().requester.emails.get().address == ANNA
    assert ask(actor, "POST", path, {"requester": "other@firm.example"}) == (201, said)
    assert Ticket.objects.count() == 2
    assert (
        ask(actor, "GET", f"/tickets/{said['number']}/letters")[1]["items"][0]["apart"]
        == (said["number"])
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"requester": "nonsense"}, "requester"),
        ({"requester": "x" * 255}, "requester"),
        ({"requester": 5}, "requester"),
        ({"number": "IT-1"}, "number"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_changes(
    desk: DeskAtWork, path: str, body: dict[str, Any], field: str
) -> None:
    status, said = ask(desk.cast.ada, "POST", path, body)

    assert (status, said["errors"][0]["field"]) == (422, field)
    assert Ticket.objects.get().is_open


def test_where_nobody_plain_wrote_it_the_program_says_who(desk: DeskAtWork, post: Post) -> None:
    body = PASSED_ON.replace(f"Anna Petrova <{ANNA}>", "Anna Petrova")
    passed_on(post, address_of(desk.cast.cy), body)
    path = f"/tickets/{Ticket.objects.get().number}/apart"

    assert ask(desk.cast.ada, "POST", path, {})[1]["errors"][0]["field"] == "requester"
    assert ask(desk.cast.ada, "POST", path, {"requester": ANNA})[0] == 201


def test_other_tickets_are_not_there_and_a_closed_one_is_a_conflict(
    desk: DeskAtWork, path: str
) -> None:
    ada = desk.cast.ada
    for number in (desk.opened().number, "NOPE-1"):
        assert ask(ada, "POST", f"/tickets/{number}/apart", {})[0] == 404
    shelve_ticket(actor=ada, ticket_id=Letter.objects.get().ticket_id or 0)

    assert ask(ada, "POST", path, {})[0] == 409


def test_a_token_needs_its_scope(desk: DeskAtWork, path: str) -> None:
    assert ask(desk.cast.ada, "POST", path, {}, scopes=("tickets:read",))[0] == 403
    assert ask(desk.cast.ada, "POST", path, {}, scopes=("tickets:write",))[0] == 201


def test_a_repeated_press_gets_the_first_answer(desk: DeskAtWork, path: str) -> None:
    program, once = Program(desk.cast.ada), {"Idempotency-Key": "one"}

    first = program.post(path, {}, once)
    again = program.post(path, {}, once)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Location"] == first["Location"] == f"/api/v1/tickets/{opened().pk}"


def test_two_who_press_at_once_get_the_same_ticket(open_desk: DeskAtWork) -> None:
    cast = open_desk.cast
    post = Post(make_mailbox(department=cast.it, authserv_id=SERVER))
    passed_on(post, address_of(cast.cy))
    path = f"/tickets/{Ticket.objects.get().number}/apart"

    done: list[Any] = at_once(
        *[lambda who=who: ask(who, "POST", path, {}) for who in (cast.ada, cast.vi, cast.root)]
    )

    assert {(status, said["number"]) for status, said in done} == {(201, opened().number)}
    assert Ticket.objects.count() == 2
