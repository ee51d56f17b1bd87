"""Notes and their revisions, drafts, followers and links over the API."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.files.receive import keep_content
from otklik.people.models import Membership
from otklik.people.tests.factories import Cast
from otklik.people.tests.program import Program, email_of, prefix_of
from otklik.tickets.actions import keep_upload
from otklik.tickets.actions.attaching import sweep_unsent_uploads
from otklik.tickets.models import Draft, Follow, Note, Ticket, TicketLink
from otklik.tickets.tests.opened import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]


@pytest.fixture
def ticket(cast: Cast) -> int:
    """Open a ticket of Cy's in IT, which Ada works on."""
    own = {"email": email_of(cast.cy)}
    made = opened(Program(cast.cy), requester=own, department=prefix_of(cast.ada))
    Ticket.objects.filter(pk=made["id"]).update(assignee=cast.ada.person_id)
    return int(made["id"])


def noted(program: Program, ticket: int, body: str = "Ask the supplier.") -> str:
    answer = program.post(f"/tickets/{ticket}/messages", {"body": body, "internal": True})
    assert answer.status_code == 201, answer.content
    return f"/tickets/{ticket}/notes/{answer.json()['id']}"


def test_an_author_changes_a_note_and_its_revisions_stay(cast: Cast, ticket: int) -> None:
    ada = Program(cast.ada)
    note = noted(ada, ticket)
    read = ada.get(note)

    changed = ada.patch(note, {"body": "Ask <them>."}, {"If-Match": read["ETag"]})
    same = ada.patch(note, {"body": "Ask <them>."})
    stale = ada.patch(note, {"body": "Late."}, {"If-Match": read["ETag"]})

    assert (changed.status_code, changed.json()["body"]) == (200, "<p>Ask &lt;them&gt;.</p>")
    assert changed.json()["edited_at"]
    assert (changed["ETag"], same["ETag"], stale.status_code) == ('"2"', '"2"', 412)
    before = ada.get(f"{note}/revisions").json()
    assert [(one["version"], one["body"]) for one in before] == [(1, "<p>Ask the supplier.</p>")]


def test_a_note_is_its_authors_to_change_and_colleagues_to_read(cast: Cast, ticket: int) -> None:
    note = noted(Program(cast.ada), ticket)
    change = {"body": "Mine."}

    for leader in (cast.vi, cast.cora, cast.root):
        program = Program(leader)
        assert program.get(note).status_code == 200
        assert program.get(f"{note}/revisions").status_code == 200
        assert program.patch(note, change).status_code == 403
    for stranger in (cast.sam, cast.cy):
        program = Program(stranger)
        assert program.get(note).status_code == 404
        assert program.get(f"{note}/revisions").status_code == 404
        assert program.patch(note, change).status_code == 404
    assert Note.objects.get().version == 1


def test_a_note_is_found_under_its_own_ticket_alone(cast: Cast, ticket: int) -> None:
    root = Program(cast.root)
    note = noted(root, ticket).rpartition("/")[2]
    other = opened(root)["id"]

    assert root.get(f"/tickets/{other}/notes/{note}").status_code == 404
    assert root.patch(f"/tickets/{other}/notes/{note}", {"body": "x"}).status_code == 404
    for odd in ("m1", "n0", "1", "n1%00", "n" + "9" * 19):
        assert root.get(f"/tickets/{ticket}/notes/{odd}").status_code == 422, odd


@pytest.mark.parametrize("body", ["", " ", "x" * 5001, "a\0b", None, 5])
def test_words_that_no_note_can_be_are_named(cast: Cast, ticket: int, body: object) -> None:
    ada = Program(cast.ada)
    note = noted(ada, ticket)

    refused = ada.patch(note, {"body": body})

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["body"]
    assert Note.objects.get().body == "<p>Ask the supplier.</p>"


def test_a_repeated_edit_is_told_again_only_to_who_still_works_there(
    cast: Cast, ticket: int
) -> None:
    ada = Program(cast.ada)
    note, key = noted(ada, ticket), {"Idempotency-Key": "edit-1"}

    first = ada.patch(note, {"body": "Two."}, key)
    again = ada.patch(note, {"body": "Two."}, key)
    Ticket.objects.update(requester=cast.ada.person_id, assignee=None)
    Membership.objects.filter(person=cast.ada.person_id).delete()
    as_customer = ada.patch(note, {"body": "Two."}, key)

    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert as_customer.status_code == 404


def test_each_side_keeps_one_draft_of_its_own(cast: Cast, ticket: int) -> None:
    path = f"/tickets/{ticket}/draft"
    ada, cy, vi = Program(cast.ada), Program(cast.cy), Program(cast.vi)

    assert ada.put(path, {"body": "Have you", "internal": True}).status_code == 200
    assert ada.put(path, {"body": "Have you tried", "internal": True}).status_code == 200
    assert cy.put(path, {"body": "<b>I</b> did", "body_format": "html"}).status_code == 200

    mine = ada.get(path).json()
    assert (mine["body"], mine["internal"], mine["side"]) == ("<p>Have you tried</p>", True, "desk")
    theirs = cy.get(path).json()
    assert (theirs["internal"], theirs["side"]) == (False, "customer")
    assert "did" in theirs["body"]
    assert vi.get(path).status_code == 404
    assert Draft.objects.count() == 2


def tokens(answer: Any) -> list[str]:
    return [file["token"] for file in answer.json()["files"]]


def test_a_draft_names_its_own_unsent_files_and_they_outlive_the_night(
    cast: Cast, ticket: int, settings: Settings, tmp_path: Path
) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"
    path = f"/tickets/{ticket}/draft"
    ada = Program(cast.ada)
    with clock.moved_to(clock.now() - timedelta(days=2)):
        mine, theirs = (
            keep_upload(actor=who, blob=keep_content(b"plan"), name="plan.txt")
            for who in (cast.ada, cast.vi)
        )

    kept = ada.put(path, {"body": "See", "files": [mine.token, theirs.token]})

    assert (kept.status_code, tokens(kept)) == (200, [mine.token])
    assert sweep_unsent_uploads() == 1
    assert tokens(ada.get(path)) == [mine.token]
    for broken in (["x"], ["\0" * 32], [mine.token] * 51, "no list"):
        assert ada.put(path, {"body": "See", "files": broken}).status_code == 422
    assert ada.put(path, {"body": "See"}).json()["files"] == []


def test_a_draft_is_forgotten_by_words_or_by_nothing_typed(cast: Cast, ticket: int) -> None:
    path = f"/tickets/{ticket}/draft"
    ada = Program(cast.ada)
    ada.put(path, {"body": "Have you"})

    assert ada.put(path, {"body": " "}).status_code == 204
    assert ada.get(path).status_code == 404
    ada.put(path, {"body": "Have you"})
    assert [ada.delete(path).status_code for _again in range(2)] == [204, 204]
    assert not Draft.objects.exists()


def test_nobody_keeps_a_draft_under_a_ticket_that_they_do_not_see(cast: Cast, ticket: int) -> None:
    sam = Program(cast.sam)
    path = f"/tickets/{ticket}/draft"

    answers = [sam.get(path), sam.put(path, {"body": "x"}), sam.delete(path)]
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert Program(cast.ada).put(path, {"body": "x" * 100_001}).status_code == 422
    assert Program(cast.ada).put(path, {"body": "&" * 100_000}).status_code == 413
    assert not Draft.objects.exists()


def test_colleagues_follow_a_ticket_and_stop(cast: Cast, ticket: int) -> None:
    vi = Program(cast.vi)
    path = f"/tickets/{ticket}/following"

    assert [vi.put(path).status_code for _again in range(2)] == [204, 204]
    followers = Program(cast.ada).get(f"/tickets/{ticket}/followers").json()
    assert followers == [{"id": cast.vi.person_id, "name": "Vi Visor"}]
    assert [vi.delete(path).status_code for _again in range(2)] == [204, 204]
    assert not Follow.objects.exists()


def test_customers_and_other_departments_follow_nothing(cast: Cast, ticket: int) -> None:
    for stranger in (cast.cy, cast.sam):
        program = Program(stranger)
        assert program.get(f"/tickets/{ticket}/followers").status_code == 404
        assert program.put(f"/tickets/{ticket}/following").status_code == 404
        assert program.delete(f"/tickets/{ticket}/following").status_code == 404
    reader = Program(cast.ada, "tickets:read")
    assert reader.put(f"/tickets/{ticket}/following").status_code == 403
    assert not Follow.objects.exists()


def test_tickets_are_linked_once_and_seen_from_both_ends(cast: Cast, ticket: int) -> None:
    root = Program(cast.root)
    other = opened(root)
    path = f"/tickets/{ticket}/links"

    made = root.post(path, {"number": other["number"].lower(), "kind": "parent"})
    again = root.post(path, {"number": other["number"], "kind": "parent"})

    assert (made.status_code, again.json()) == (201, made.json())
    assert (made.json()["kind"], made.json()["linked"]["id"]) == ("parent", other["id"])
    assert root.get(path).json() == [made.json()]
    from_there = root.get(f"/tickets/{other['id']}/links").json()
    assert [(one["id"], one["linked"]["id"]) for one in from_there] == [(None, ticket)]
    gone = f"{path}/{made.json()['id']}"
    assert [root.delete(gone).status_code for _again in range(2)] == [204, 204]
    assert not TicketLink.objects.exists()


def test_a_link_leads_only_to_what_its_maker_works_on(cast: Cast, ticket: int) -> None:
    ada, root = Program(cast.ada), Program(cast.root)
    far = opened(root, department=prefix_of(cast.sam))
    own = Ticket.objects.get(pk=ticket).number
    path = f"/tickets/{ticket}/links"
    root.post(path, {"number": far["number"]})

    for number in (far["number"], own, "NOPE-1", "", "a\0b", "x" * 41):
        refused = ada.post(path, {"number": number})
        assert refused.status_code == 422, number
        assert [one["field"] for one in refused.json()["errors"]] == ["number"]
    assert ada.get(path).json() == []
    assert ada.post(path, {"number": far["number"], "kind": "odd"}).status_code == 422
    for stranger in (cast.cy, cast.sam):
        program = Program(stranger)
        assert program.get(path).status_code == 404
        assert program.post(path, {"number": far["number"]}).status_code == 404
        assert program.delete(f"{path}/1").status_code == 404
    assert TicketLink.objects.count() == 1


def test_a_draft_keeps_ones_own_unsent_files(cast: Cast, ticket: int) -> None:
    ada, cy = Program(cast.ada), Program(cast.cy)
    path = f"/tickets/{ticket}/draft"
    mine = ada.upload("/uploads", SimpleUploadedFile("a.txt", b"mine")).json()
    theirs = cy.upload("/uploads", SimpleUploadedFile("b.txt", b"theirs")).json()

    kept = ada.put(path, {"body": "", "files": [mine["token"], theirs["token"]]})

    assert kept.status_code == 200
    assert [one["token"] for one in ada.get(path).json()["files"]] == [mine["token"]]
    ada.delete(f"/uploads/{mine['token']}")
    assert ada.get(path).json()["files"] == []
