"""Typical problems over the API: offered to whoever asks, kept by the administrator."""

from typing import Any

import pytest

from otklik.people.tests.factories import Cast
from otklik.people.tests.program import Program, email_of
from otklik.tickets.models import ConfigurationChange, TicketType, TypicalProblem
from otklik.tickets.tests.factories import make_type
from otklik.tickets.tests.opened import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]
PATH = "/configuration/problems"


def body(**more: Any) -> dict[str, Any]:
    kind = TicketType.objects.get(key="equipment")
    return {"names": {"en": "The lift stands"}, "type": kind.pk, **more}


def test_everyone_is_offered_what_the_form_offers(cast: Cast) -> None:
    offered = [one["key"] for one in Program(cast.cy).get("/problems").json()]
    first = TypicalProblem.objects.get(key=offered[0])
    TypicalProblem.objects.filter(pk=first.pk).update(is_active=False)

    for actor in cast.everyone.values():
        told = Program(actor).get("/problems")
        assert told.status_code == 200
        assert [one["key"] for one in told.json()] == offered[1:]
    assert Program(cast.cy, "people:read").get("/problems").status_code == 403


def test_a_request_is_opened_with_a_problem(cast: Cast) -> None:
    TypicalProblem.objects.filter(key="printer").update(type=make_type(key="plain"))
    cy = Program(cast.cy)
    problem = next(one for one in cy.get("/problems").json() if one["key"] == "printer")

    made = opened(
        cy,
        requester={"email": email_of(cast.cy)},
        subject=problem["label"],
        type=problem["type"],
        category=problem["category"],
    )

    assert cy.get(f"/tickets/{made['id']}").json()["type"]["key"] == problem["type"]


def test_a_problem_is_added_changed_placed_and_deleted(cast: Cast) -> None:
    root = Program(cast.root)
    count = ConfigurationChange.objects.count()
    added = root.post(PATH, body(texts={"en": "It stands at "}))
    assert (added.status_code, added["ETag"]) == (201, root.get(added["Location"][7:])["ETag"])
    path = f"{PATH}/{added.json()['id']}"

    changed = root.patch(path, {"is_active": False}, {"If-Match": added["ETag"]})
    stale = root.patch(path, {"is_active": True}, {"If-Match": added["ETag"]})
    placed = root.put(f"{path}/place", {"index": 0}).json()
    root.put(f"{path}/place", {"index": 0})

    assert (changed.json()["is_active"], changed.json()["texts"]) == (False, {"en": "It stands at"})
    assert stale.status_code == 412
    assert placed[0]["id"] == added.json()["id"]
    assert [one["id"] for one in root.get(PATH).json()] == [one["id"] for one in placed]
    assert ConfigurationChange.objects.count() == count + 3
    assert [root.delete(path).status_code for _again in range(2)] == [204, 204]
    assert root.get(path).status_code == 404
    assert root.put(f"{path}/place", {"index": 0}).status_code == 404


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"names": {}}, "names.en"),
        ({"names": {"en": "x" * 81}}, "names.en"),
        ({"names": {"en": "a\0"}}, "names.en"),
        ({"names": {"de": "x"}}, "names.de"),
        ({"type": 2**62}, "type"),
        ({"category": 2**62}, "category"),
        ({"texts": {"ru": "x" * 2001}}, "texts.ru"),
        ({"texts": {"ru": "a\0"}}, "texts.ru"),
        ({"stray": 1}, "stray"),
    ],
)
def test_problems_that_cannot_be_are_named(cast: Cast, change: dict[str, Any], member: str) -> None:
    count = TypicalProblem.objects.count()
    refused = Program(cast.root).post(PATH, body(**change))

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == [member]
    assert TypicalProblem.objects.count() == count


def test_problems_are_the_administrators_to_keep(cast: Cast) -> None:
    problem = TypicalProblem.objects.get(key="printer")
    path = f"{PATH}/{problem.pk}"
    staff = [(one, 403) for one in (cast.ada, cast.vi, cast.cora, cast.sam)]
    for actor, refused in [*staff, (cast.cy, 404)]:
        program = Program(actor)
        answers = [
            program.get(PATH),
            program.get(path),
            program.post(PATH, body()),
            program.patch(path, {"is_active": False}),
            program.put(f"{path}/place", {"index": 0}),
            program.delete(path),
        ]
        assert [answer.status_code for answer in answers] == [refused] * 6
    lesser = Program(cast.root, "tickets:read", "tickets:write")
    assert lesser.get(PATH).status_code == 200
    assert lesser.post(PATH, body()).status_code == 403
    problem.refresh_from_db()
    assert problem.is_active
