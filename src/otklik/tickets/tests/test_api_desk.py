"""The desk's set-up, search, saved views and ratings over the API: who reads what."""

from typing import Any

import pytest

from otklik.people.models import Actor
from otklik.people.tests.factories import Cast
from otklik.people.tests.program import Program, email_of
from otklik.tickets.models import Category, FormField, SavedView, Ticket, TicketType
from otklik.tickets.tests.factories import (
    Configuration,
    make_field,
    make_type,
)
from otklik.tickets.tests.opened import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]


def keys(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["key"] for one in answer.json()]


def test_a_type_tells_its_questions_answers_and_stages(cast: Cast) -> None:
    colour = make_field(kind="choice", key="colour", choices=("red", "blue"))
    secret = make_field(key="secret")
    kind = make_type(key="paint", form=(colour, secret))
    FormField.objects.filter(field=secret).update(customer="staff")
    colour.choices.filter(key="blue").update(is_active=False)

    for_staff = Program(cast.ada).get("/types/paint").json()
    for_customers = Program(cast.cy).get("/types/paint").json()

    assert [one["key"] for one in for_staff["fields"]] == ["colour", "secret"]
    assert [one["key"] for one in for_staff["fields"][0]["options"]] == ["red", "blue"]
    assert [one["key"] for one in for_customers["fields"]] == ["colour"]
    assert [one["key"] for one in for_customers["fields"][0]["options"]] == ["red"]
    assert len(for_staff["statuses"]) == kind.flow.statuses.count()


def test_customers_read_only_what_they_may_choose(cast: Cast) -> None:
    hidden = make_type(key="hidden")
    TicketType.objects.filter(pk=hidden.pk).update(is_public=False)
    gone = Category.objects.filter(children=None).first()
    assert gone is not None
    Category.objects.filter(pk=gone.pk).update(is_active=False)
    ada, cy = Program(cast.ada), Program(cast.cy)

    assert "hidden" in keys(ada.get("/types"))
    assert "hidden" not in keys(cy.get("/types"))
    assert cy.get("/types/hidden").status_code == 404
    assert ada.get("/types/no-such").status_code == 404
    assert gone.key in keys(ada.get("/categories"))
    assert gone.key not in keys(cy.get("/categories"))
    assert [one["level"] for one in cy.get("/priorities").json()] == [5, 4, 3, 2, 1]


def test_flows_with_their_steps_are_for_staff(cast: Cast) -> None:
    flows = Program(cast.ada).get("/flows").json()

    assert flows[0]["is_default"]
    known = {one["key"] for one in flows[0]["statuses"]}
    assert {one["source"] for one in flows[0]["steps"]} <= known
    assert Program(cast.cy).get("/flows").status_code == 404


@pytest.mark.parametrize("path", ["/types", "/categories", "/priorities", "/flows", "/views"])
def test_a_token_for_people_reads_nothing_of_tickets(cast: Cast, path: str) -> None:
    assert Program(cast.ada, "people:read").get(path).status_code == 403


def test_search_gives_the_best_first_with_its_words_marked(cast: Cast) -> None:
    root = Program(cast.root)
    opened(root, subject="The monitor flickers")
    wanted = opened(root, subject="A <b>printer</b> jams", description="Printers! A printer.")

    found = root.get("/search?q=printers").json()

    assert [one["ticket"]["id"] for one in found["items"]] == [wanted["id"]]
    assert "<mark>" in found["items"][0]["subject"]
    assert "<b>" not in found["items"][0]["subject"]
    assert (found["next"], found["is_guess"]) == (None, False)


def test_pages_of_a_search_meet(cast: Cast) -> None:
    root = Program(cast.root)
    made = {opened(root, subject=f"Printer {n}")["id"] for n in range(33)}

    first = root.get("/search?q=printer").json()
    second = root.get(f"/search?q=printer&cursor={first['next']}").json()

    seen = [one["ticket"]["id"] for page in (first, second) for one in page["items"]]
    assert (len(first["items"]), len(seen), set(seen)) == (30, 33, made)
    assert second["next"] is None


def test_search_shows_nobody_what_is_not_theirs(cast: Cast) -> None:
    mine = opened(Program(cast.cy), requester={"email": email_of(cast.cy)})["id"]
    opened(Program(cast.root))
    note = {"body": "canary", "internal": True}
    Program(cast.root).post(f"/tickets/{mine}/messages", note)

    assert found(cast.cy, "printer") == [mine]
    assert found(cast.sam, "printer") == []
    assert found(cast.cy, "canary") == []
    assert found(cast.root, "canary") == [mine]


def found(actor: Actor, q: str) -> list[int]:
    answer = Program(actor).get(f"/search?q={q}")
    assert answer.status_code == 200, answer.content
    return [one["ticket"]["id"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    "asked", ["", "?q=", "?q=a&cursor=zzz", "?q=a&cursor=Wy0xXQ", "?q=status:no"]
)
def test_a_search_that_cannot_be_read_is_refused_in_words(cast: Cast, asked: str) -> None:
    answer = Program(cast.root).get(f"/search{asked}")

    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_a_view_is_kept_changed_and_deleted(cast: Cast) -> None:
    ada = Program(cast.ada)

    made = ada.post("/views", {"name": "Urgent", "query": "priority:>=4"})
    path = f"/views/{made.json()['id']}"
    renamed = ada.patch(path, {"name": "Pressing"})
    changed = ada.patch(path, {"query": "priority:5"})

    assert (made.status_code, made["Location"]) == (201, f"/api/v1{path}")
    assert (renamed.json()["name"], renamed.json()["query"]) == ("Pressing", "priority:>=4")
    assert (changed.json()["name"], changed.json()["query"]) == ("Pressing", "priority:5")
    assert ada.get(path).json() == ada.get("/views").json()[0] == changed.json()
    assert ada.send("DELETE", path).status_code == 204
    assert ada.get(path).status_code == 404


def test_views_are_everyones_own_and_not_for_customers(cast: Cast) -> None:
    path = f"/views/{Program(cast.ada).post('/views', {'name': 'Mine'}).json()['id']}"

    for other in (cast.vi, cast.root, cast.cy):
        program = Program(other)
        assert program.get(path).status_code == 404
        assert program.patch(path, {"name": "Theirs"}).status_code == 404
        assert program.send("DELETE", path).status_code == 404
    assert Program(cast.cy).post("/views", {"name": "Mine"}).status_code == 404
    assert SavedView.objects.get().name == "Mine"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 81},
        {"name": "\0"},
        {"name": 7},
        {"name": "A", "query": "status:no-such"},
        {"name": "A", "query": "x" * 501},
        {"name": "A", "stray": 1},
    ],
)
def test_a_view_that_cannot_be_kept_is_refused(cast: Cast, body: dict[str, Any]) -> None:
    assert Program(cast.ada).post("/views", body).status_code == 422
    assert not SavedView.objects.exists()


def test_a_refused_change_of_a_view_changes_nothing_of_it(cast: Cast) -> None:
    ada = Program(cast.ada)
    path = f"/views/{ada.post('/views', {'name': 'Urgent'}).json()['id']}"

    assert ada.patch(path, {"name": "New", "query": "status:no-such"}).status_code == 422
    assert SavedView.objects.get().name == "Urgent"


def test_a_customer_closes_and_rates_their_request(cast: Cast, made: Configuration) -> None:
    cy, root = Program(cast.cy), Program(cast.root)
    ticket = opened(cy, requester={"email": email_of(cast.cy)})["id"]
    path = f"/tickets/{ticket}/rating"

    assert cy.get(path).status_code == 404
    assert cy.post(path, {"solution": 5}).status_code == 409
    Ticket.objects.filter(pk=ticket).update(
        status=made.statuses["resolved"], phase="resolved", resolved_at="2026-01-01T00:00Z"
    )
    rated = cy.post(path, {"solution": 5, "service": 4, "comment": "Quick"})
    closed = cy.patch(f"/tickets/{ticket}", {"status": "closed"})

    assert (rated.status_code, rated.json()["comment"]) == (201, "Quick")
    assert (closed.status_code, closed.json()["phase"]) == (200, "closed")
    assert root.get(path).json() == rated.json()
    assert root.post(path, {"solution": 1}).status_code in (403, 404)
    assert Program(cast.sam).get(path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"solution": 0},
        {"solution": 6},
        {"solution": "best"},
        {"solution": 3, "comment": "x" * 2001},
    ],
)
def test_a_rating_is_one_to_five(cast: Cast, body: dict[str, Any]) -> None:
    cy = Program(cast.cy)
    ticket = opened(cy, requester={"email": email_of(cast.cy)})["id"]

    assert cy.post(f"/tickets/{ticket}/rating", body).status_code == 422


def test_a_program_asks_whom_it_acts_for(cast: Cast) -> None:
    me = Program(cast.ada, "tickets:read").get("/me").json()

    assert me["person"] == {"id": cast.ada.person_id, "name": cast.ada.name}
    assert (me["scopes"], me["is_staff"], me["is_administrator"]) == (["tickets:read"], True, False)
    assert [one["role"] for one in me["roles"]] == ["agent"]
    assert Program(cast.cy).get("/me").json()["roles"] == []
