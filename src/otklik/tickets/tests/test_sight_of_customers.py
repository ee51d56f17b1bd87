"""What customers are shown stands still while colleagues write among themselves."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from otklik.core import clock, live
from otklik.core.files import receive
from otklik.people.models import Actor
from otklik.people.tests.factories import sign_in
from otklik.people.tests.program import Program
from otklik.tickets.actions import (
    Changes,
    Words,
    change_ticket,
    edit_note,
    end_escalation,
    escalate_ticket,
    keep_upload,
    link_tickets,
    reply_to_customer,
    write_internal_note,
)
from otklik.tickets.models import Field, FormField, Ticket, TicketLink
from otklik.tickets.selectors.found import found_page
from otklik.tickets.selectors.search import search_tickets
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.OTKLIK_FILES = tmp_path / "files"


def upload(actor: Actor, name: str) -> str:
    return keep_upload(actor=actor, blob=receive.keep_content(name.encode()), name=name).token


def note(desk: DeskAtWork, ticket: Ticket) -> None:
    files = (upload(desk.cast.root, "dismissal.txt"),)
    words = Words(body="<p>He is leaving</p>", uploads=files)
    write_internal_note(actor=desk.cast.root, ticket_id=ticket.pk, words=words)


def edited(desk: DeskAtWork, ticket: Ticket) -> None:
    words = Words(body="<p>He is leaving</p>")
    row = write_internal_note(actor=desk.cast.root, ticket_id=ticket.pk, words=words)
    edit_note(actor=desk.cast.root, note_id=row.pk, body="<p>He left</p>")


def tagged(desk: DeskAtWork, ticket: Ticket) -> None:
    fields = {"tags": ["difficult"], "owner": desk.cast.root.person_id}
    change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=Changes(fields=fields))


def escalated(desk: DeskAtWork, ticket: Ticket) -> None:
    why = Words(body="<p>The chief asks</p>")
    escalate_ticket(actor=desk.cast.root, ticket_id=ticket.pk, note=why)
    end_escalation(actor=desk.cast.root, ticket_id=ticket.pk)


def linked(desk: DeskAtWork, ticket: Ticket) -> None:
    link_tickets(
        actor=desk.cast.root,
        ticket_id=ticket.pk,
        other_number=desk.opened(actor=desk.cast.root).number,
        kind=TicketLink.Kind.RELATED,
    )


def answered_for_staff(desk: DeskAtWork, ticket: Ticket) -> None:
    field = Field.objects.create(key="staffs", kind="text", names={"en": "Ours"})
    FormField.objects.create(type=ticket.type, field=field, position=99, customer="staff")
    changes = Changes(values={"staffs": "pays late"})
    change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=changes)


INTERNAL = [note, edited, tagged, escalated, linked, answered_for_staff]
SHOWN_ON = re.compile(r'>([^<]+)<|datetime="([^"]+)"|data-version="(\d+)"')
Deed = Callable[[DeskAtWork, Ticket], None]


def seen_by_program(desk: DeskAtWork, ticket: Ticket) -> dict[str, Any]:
    cy = Program(desk.cast.cy)
    one = cy.get(f"/tickets/{ticket.pk}")
    return {
        "ticket": one.json(),
        "etag": one["ETag"],
        "list": cy.get("/tickets").json(),
        "news": cy.get("/tickets?q=updated:<1h sort:updated").json(),
        "files": cy.get(f"/tickets/{ticket.pk}/files").json(),
        "history": cy.get(f"/tickets/{ticket.pk}/history").json(),
        "search": cy.get("/search?q=printer").json(),
        "messages": cy.get(f"/tickets/{ticket.pk}/messages").json(),
    }


@pytest.mark.parametrize("deed", INTERNAL, ids=lambda deed: deed.__name__)
def test_a_customers_program_sees_nothing_of_what_staff_do_among_themselves(
    desk: DeskAtWork, deed: Deed
) -> None:
    ticket = desk.opened()
    desk.opened(subject="Another printer")
    before = seen_by_program(desk, ticket)

    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        deed(desk, ticket)

    assert seen_by_program(desk, ticket) == before
    staffs = Program(desk.cast.root).get(f"/tickets/{ticket.pk}").json()
    assert staffs["version"] > before["ticket"]["version"]
    assert staffs["updated_at"] > before["ticket"]["updated_at"]


@pytest.mark.parametrize("deed", INTERNAL, ids=lambda deed: deed.__name__)
def test_a_customers_pages_and_hints_say_nothing_of_it(
    desk: DeskAtWork, deed: Deed, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = desk.opened()
    sign_in(client, desk.cast.cy)
    pages = ["/requests/", f"/requests/{ticket.number}/", "/search/?q=printer"]

    def shown() -> list[tuple[str, ...]]:
        return [said for page in pages for said in SHOWN_ON.findall(client.get(page).text)]

    before = shown()
    assert any(moment for _words, moment, _version in before)
    topics: set[str] = set()
    monkeypatch.setattr(live, "hint", lambda topic, **_news: topics.add(topic))
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        deed(desk, ticket)

    assert shown() == before
    assert f"ticket:{ticket.pk}" in topics
    assert f"request:{ticket.pk}" not in topics
    assert f"person:{desk.cast.cy.person_id}" not in topics


def test_what_customers_may_know_of_is_news_to_them(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    note(desk, ticket)
    before = seen_by_program(desk, ticket)

    file = upload(desk.cast.root, "guide.txt")
    words = Words(body="<p>Try this</p>", uploads=(file,))
    reply_to_customer(actor=desk.cast.root, ticket_id=ticket.pk, words=words)

    after = seen_by_program(desk, ticket)
    assert after["ticket"]["version"] == before["ticket"]["version"] + 1
    assert after["ticket"]["updated_at"] > before["ticket"]["updated_at"]
    assert (before["ticket"]["has_files"], after["ticket"]["has_files"]) == (False, True)


def test_a_customer_names_the_version_that_they_read(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    cy = Program(desk.cast.cy)
    read = cy.get(f"/tickets/{ticket.pk}")["ETag"]
    note(desk, ticket)

    closed = cy.patch(f"/tickets/{ticket.pk}", {"status": "closed"}, {"If-Match": read})
    stale = cy.patch(f"/tickets/{ticket.pk}", {"status": "reopened"}, {"If-Match": read})

    assert (closed.status_code, stale.status_code) == (200, 412)


def test_a_customers_cursor_goes_by_what_they_may_know(desk: DeskAtWork) -> None:
    tickets = [desk.opened(subject=f"Printer {number}") for number in range(3)]
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        note(desk, tickets[0])

    first, further = found_page(desk.cast.cy, "", None, 2)
    second, _end = found_page(desk.cast.cy, "", further, 2)

    assert [one.pk for one in [*first, *second]] == [one.pk for one in reversed(tickets)]


def with_file_question(ticket_type: int, access: str) -> None:
    field = Field.objects.create(key=f"paper_{access}", kind="file", names={"en": "Paper"})
    FormField.objects.create(type_id=ticket_type, field=field, position=99, customer=access)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("access", ["staff", "edits"])
def test_names_of_files_that_only_staff_see_are_found_by_staff_alone(
    desk: DeskAtWork,
    access: str,
    later: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    kind = desk.made.types["functional"]
    with_file_question(kind.pk, access)
    answer = {f"paper_{access}": [upload(desk.cast.root, "blacklist.txt")]}
    asked: dict[str, Any] = {"actor": desk.cast.root, "requester_id": desk.cast.cy.person_id}
    if later:
        ticket = desk.opened(**asked, type_id=kind.pk, answers_later=True)
        change_ticket(actor=desk.cast.root, ticket_id=ticket.pk, changes=Changes(values=answer))
    else:
        ticket = desk.opened(**asked, type_id=kind.pk, values=answer, answers_later=True)

    def found(actor: Actor, *, as_customer: bool) -> list[int]:
        hits = search_tickets(actor, "blacklist", as_customer=as_customer).hits
        return [hit.ticket.row.pk for hit in hits]

    assert found(desk.cast.root, as_customer=False) == [ticket.pk]
    assert bool(found(desk.cast.cy, as_customer=True)) is (access != "staff")
    ticket.refresh_from_db()
    assert (ticket.has_files, ticket.has_public_files) == (True, access != "staff")


def test_names_of_a_notes_files_are_found_by_staff_alone(desk: DeskAtWork) -> None:
    ticket = desk.opened()
    note(desk, ticket)

    assert search_tickets(desk.cast.root, "dismissal").hits
    assert not search_tickets(desk.cast.cy, "dismissal", as_customer=True).hits
