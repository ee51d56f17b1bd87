"""Tickets over the API: the doors that other programs script against."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.core.tests.query_counts import assert_query_count
from otklik.people.tests.factories import Cast
from otklik.people.tests.program import Program, email_of, prefix_of
from otklik.tickets.models import HistoryEntry, Message, Note, Ticket, TicketType
from otklik.tickets.tests.factories import make_field
from otklik.tickets.tests.opened import ASKED, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]


def test_a_program_opens_a_ticket_with_three_members(cast: Cast) -> None:
    ada = Program(cast.ada)

    answer = ada.post("/tickets", ASKED)

    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"id", "number", "url"}
    ticket = Ticket.objects.get(pk=made["id"])
    assert (ticket.subject, ticket.source) == (ASKED["subject"], "api")
    assert ticket.requester.name == "Maria Todorova"
    assert Message.objects.get(ticket=ticket).body.count("<p>") == 2


def test_opening_a_ticket_asks_few_statements(cast: Cast) -> None:
    root = Program(cast.root)
    asked = ASKED | {"requester": {"email": email_of(cast.cy), "name": "Cy"}}
    root.post("/tickets", asked)  # what a process keeps
    with assert_query_count("a ticket opened over the API"):
        assert root.post("/tickets", asked).status_code == 201


def test_what_a_program_reads_is_what_the_pages_show(cast: Cast) -> None:
    root = Program(cast.root)
    made = opened(root, priority=4, tags=["Toner"])

    read = root.get(f"/tickets/{made['id']}")

    assert read["ETag"] == f'"{read.json()["version"]}"'
    assert (read.json()["priority"], read.json()["tags"]) == (4, ["toner"])


def test_messages_and_notes_are_told_apart_and_customers_never_read_notes(cast: Cast) -> None:
    root = Program(cast.root)
    cy = Program(cast.cy)
    ticket = opened(cy, requester={"email": email_of(cast.cy)})["id"]

    public = root.post(f"/tickets/{ticket}/messages", {"body": "Is the cable in?"})
    internal = root.post(f"/tickets/{ticket}/messages", {"body": "canary-7", "internal": True})

    assert (public.status_code, internal.status_code) == (201, 201)
    assert (public.json()["id"][0], internal.json()["id"][0]) == ("m", "n")
    assert Note.objects.filter(ticket=ticket).count() == 1
    seen = cy.get(f"/tickets/{ticket}/messages")
    assert "Is the cable in?" in seen.content.decode()
    for path in (f"/tickets/{ticket}", f"/tickets/{ticket}/messages", f"/tickets/{ticket}/history"):
        assert "canary-7" not in cy.get(path).content.decode()
    refused = cy.post(f"/tickets/{ticket}/messages", {"body": "x", "internal": True})
    assert refused.status_code == 403


def test_a_program_may_say_what_it_read_and_is_told_of_news(cast: Cast) -> None:
    root, cy = Program(cast.root), Program(cast.cy)
    ticket = opened(cy, requester={"email": email_of(cast.cy)})["id"]
    path = f"/tickets/{ticket}/messages"
    seen = root.get(path).json()["items"][-1]["id"]
    newer = cy.post(path, {"body": "Wait!"}).json()["id"]

    assert root.post(path, {"body": "Past it", "seen_message": seen}).status_code == 409
    assert root.post(path, {"body": "After it", "seen_message": newer}).status_code == 201
    for odd in ("7", "n7", "m", "m" + "9" * 30, 7):
        assert root.post(path, {"body": "x", "seen_message": odd}).status_code == 422


def test_pages_of_a_list_meet_without_gap_or_overlap(cast: Cast) -> None:
    root = Program(cast.root)
    made = [opened(root, subject=f"Case {n}")["id"] for n in range(7)]

    seen: list[int] = []
    cursor = ""
    while True:
        page = root.get(f"/tickets?limit=3&q=sort:number&cursor={cursor}").json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]

    assert seen == made


def test_a_repeated_write_with_its_key_is_done_once(cast: Cast) -> None:
    ada = Program(cast.ada)
    key = {"Idempotency-Key": "b7a1"}

    first = ada.post("/tickets", ASKED, key)
    again = ada.post("/tickets", ASKED, key)
    other = ada.post("/tickets", {**ASKED, "subject": "Another"}, key)

    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert other.status_code == 409
    assert Ticket.objects.count() == 1


def test_a_refused_write_leaves_its_key_free(cast: Cast) -> None:
    ada = Program(cast.ada)
    key = {"Idempotency-Key": "b7a2"}

    assert ada.post("/tickets", {**ASKED, "subject": ""}, key).status_code == 422
    assert ada.post("/tickets", ASKED, key).status_code == 201


def test_a_moment_may_be_said_in_a_zone_that_no_database_knows(cast: Cast) -> None:
    root = Program(cast.root)
    ticket = opened(root)["id"]
    said = {"expected_at": "2031-01-01T00:00:00+17:50"}
    assert root.patch(f"/tickets/{ticket}", said).status_code == 200
    kept = Ticket.objects.get(pk=ticket).expected_at
    assert kept is not None
    assert f"{kept:%Y-%m-%d %H:%M}" == "2030-12-31 06:10"


def test_a_change_names_the_version_it_read(cast: Cast) -> None:
    root = Program(cast.root)
    ticket = opened(root)["id"]
    etag = root.get(f"/tickets/{ticket}")["ETag"]

    first = root.patch(f"/tickets/{ticket}", {"priority": 5}, {"If-Match": etag})
    second = root.patch(f"/tickets/{ticket}", {"priority": 1}, {"If-Match": etag})

    assert first.status_code == 200
    assert second.status_code == 412
    assert Ticket.objects.get(pk=ticket).priority_id == 5


def test_a_program_assigns_moves_and_the_history_says_so(cast: Cast) -> None:
    root = Program(cast.root)
    ticket = opened(root)["id"]

    taken = root.patch(f"/tickets/{ticket}", {"assignee": cast.ada.person_id})
    moved = root.patch(f"/tickets/{ticket}", {"status": "progress"})
    asked = root.patch(f"/tickets/{ticket}", {"status": "pending", "message": "Which room?"})

    assert [one.status_code for one in (taken, moved, asked)] == [200, 200, 200]
    assert asked.json()["phase"] == "pending"
    kinds = [one["kind"] for one in root.get(f"/tickets/{ticket}/history").json()["items"]]
    assert kinds[0] == "opened"
    assert kinds.count("status") == 3
    assert HistoryEntry.objects.filter(ticket=ticket, kind="assigned").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 101}, "subject"),
        ({"subject": "a\0b"}, "subject"),
        ({"description": " "}, "description"),
        ({"description": "x" * 5001}, "description"),
        ({"priority": 6}, "priority"),
        ({"type": "no-such"}, "type"),
        ({"department": "NOPE"}, "department"),
        ({"requester": {"email": "not an address"}}, "email"),
        ({"stray": 1}, "stray"),
    ],
)
def test_bad_values_are_named(cast: Cast, change: dict[str, Any], field: str) -> None:
    answer = Program(cast.root).post("/tickets", {**ASKED, **change})

    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert any(field in one["field"] for one in answer.json()["errors"]), answer.json()
    assert not Ticket.objects.exists()


def test_a_limit_of_graphemes_counts_families_as_one(cast: Cast) -> None:
    family = "👨‍👩‍👧‍👦"

    answer = Program(cast.root).post("/tickets", {**ASKED, "subject": family * 50})

    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize("token", ["", "Bearer x", "Bearer otk_wrong", "Basic abc"])
def test_without_a_good_token_nothing_is_told(cast: Cast, token: str) -> None:
    answer = Client().get("/api/v1/tickets", headers={"Authorization": token} if token else {})

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_does_only_what_it_was_given_for(cast: Cast) -> None:
    reader = Program(cast.root, "tickets:read")

    assert reader.get("/tickets").status_code == 200
    assert reader.post("/tickets", ASKED).status_code == 403


def test_another_departments_agent_and_a_stranger_find_nothing(cast: Cast) -> None:
    root = Program(cast.root)
    ticket = opened(root, department=prefix_of(cast.ada))["id"]

    for stranger in (cast.sam, cast.cy):
        program = Program(stranger)
        assert program.get(f"/tickets/{ticket}").status_code == 404
        assert program.patch(f"/tickets/{ticket}", {"priority": 1}).status_code == 404
        assert program.post(f"/tickets/{ticket}/messages", {"body": "hi"}).status_code == 404
        assert program.get("/tickets").json()["items"] == []


def test_a_customer_asks_only_for_themselves(cast: Cast) -> None:
    cy = Program(cast.cy)

    assert cy.post("/tickets", ASKED).status_code == 403
    assert (
        cy.post("/tickets", {**ASKED, "requester": {"email": email_of(cast.cy)}}).status_code == 201
    )


def test_a_customers_list_asks_no_more_for_more_tickets(cast: Cast) -> None:
    cy = Program(cast.cy)
    own = {"email": email_of(cast.cy)}
    for kind in TicketType.objects.all():
        kind.form.all().delete()
        kind.form.create(field=make_field(kind="text", key=f"serial-{kind.pk}"), position=1)

    def asked(count: int) -> int:
        for number in range(count):
            kind = TicketType.objects.order_by("pk")[number % 2]
            answers = {f"serial-{kind.pk}": "A 7"}
            opened(cy, requester=own, type=kind.key, fields=answers)
        with CaptureQueriesContext(connection) as captured:
            items = cy.get("/tickets?limit=100").json()["items"]
        assert all(one["fields"] for one in items)
        return len(captured)

    asked(1)  # the token is marked as used
    assert asked(1) == asked(8)
