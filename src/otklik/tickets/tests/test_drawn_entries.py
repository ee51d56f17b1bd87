"""What is drawn once is shown to nobody who would be shown something else."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from otklik.core import clock
from otklik.core.files.receive import keep_content
from otklik.core.models import Blob
from otklik.core.models.blob import Scan
from otklik.people.models import Actor, Person
from otklik.people.tests.factories import make_desk, sign_in
from otklik.tickets.actions import (
    Words,
    edit_note,
    keep_upload,
    reply_to_customer,
    reply_to_desk,
    write_internal_note,
)
from otklik.tickets.models import HistoryEntry, Ticket
from otklik.tickets.tests.desk import DeskAtWork
from otklik.tickets.views.drawing import FRAME_OF_FACT, LONGEST_ENTRY, kept_entry

SECRET = "Between us alone"


@pytest.fixture(autouse=True)
def set_up(desk: DeskAtWork) -> None:
    make_desk()
    kept_entry.cache_clear()


def seen_by(client: Client, actor: Actor, ticket: Ticket) -> str:
    """Load the conversation twice: drawn, and as it was kept."""
    sign_in(client, actor)
    staff, own = "/tickets/{}/parts/thread/", "/requests/{}/conversation/"
    place = (staff if actor.is_staff else own).format(ticket.number)
    first, again = (client.get(place) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    return first.content.decode()


def test_a_note_is_drawn_again_when_it_is_edited(desk: DeskAtWork, client: Client) -> None:
    ada, ticket = desk.cast.ada, desk.opened()
    note = write_internal_note(actor=ada, ticket_id=ticket.pk, words=Words(body="<p>First.</p>"))
    assert "First." in seen_by(client, ada, ticket)
    edit_note(actor=ada, note_id=note.pk, body="<p>Second.</p>")
    page = seen_by(client, ada, ticket)
    assert "Second." in page
    assert "First." not in page
    assert "edited" in page


def test_each_reads_it_in_their_language_and_zone(desk: DeskAtWork, client: Client) -> None:
    ada, vi, ticket = desk.cast.ada, desk.cast.vi, desk.opened()
    write_internal_note(actor=ada, ticket_id=ticket.pk, words=Words(body="<p>Hm.</p>"))
    ours = seen_by(client, ada, ticket)
    Person.objects.filter(pk=vi.person_id).update(language="ru", time_zone="Asia/Kathmandu")
    theirs = seen_by(client, vi, ticket)
    assert "Internal note, the customer does not see it" in ours
    assert "Internal note, the customer does not see it" not in theirs
    assert "Внутренняя заметка" in theirs
    assert clocks(ours).isdisjoint(clocks(theirs))


def clocks(page: str) -> set[str]:
    return {part.split("</time>")[0][-5:] for part in page.split("<time ")[1:]}


def test_only_the_author_may_edit_whoever_looked_first(desk: DeskAtWork, client: Client) -> None:
    ada, vi, ticket = desk.cast.ada, desk.cast.vi, desk.opened()
    note = write_internal_note(actor=ada, ticket_id=ticket.pk, words=Words(body="<p>Hm.</p>"))
    way = f"/notes/{note.pk}/"
    assert [way in seen_by(client, who, ticket) for who in (ada, vi, ada)] == [True, False, True]


def test_a_customer_is_shown_no_note_that_was_drawn_for_colleagues(
    desk: DeskAtWork, client: Client
) -> None:
    ticket = desk.opened()
    words = Words(body=f"<p>{SECRET}</p>")
    write_internal_note(actor=desk.cast.ada, ticket_id=ticket.pk, words=words)
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="<p>Done.</p>"))
    assert SECRET in seen_by(client, desk.cast.ada, ticket)
    page = seen_by(client, desk.cast.cy, ticket)
    assert "Done." in page
    assert SECRET not in page


def test_two_messages_of_one_text_stay_two(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.opened()
    for _ in range(2):
        reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="<p>And?</p>"))
    page = seen_by(client, desk.cast.ada, ticket)
    assert page.count("<p>And?</p>") == 2
    assert len({part.split('"')[0] for part in page.split(' id="message-')[1:]}) == 3


def test_a_file_is_shown_as_soon_as_the_scanner_lets_it(
    desk: DeskAtWork, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.OTKLIK_FILES = tmp_path
    ada, ticket = desk.cast.ada, desk.opened()
    blob = keep_content(b"A letter of ours.")
    Blob.objects.filter(pk=blob.pk).update(scan=Scan.WAITING)
    file = keep_upload(actor=ada, blob=blob, name="letter.txt")
    reply_to_customer(actor=ada, ticket_id=ticket.pk, words=Words(uploads=(file.token,)))
    assert "Being scanned" in seen_by(client, ada, ticket)
    Blob.objects.filter(pk=blob.pk).update(scan=Scan.INFECTED, threat="Own.Test")
    assert "Withheld: Own.Test" in seen_by(client, ada, ticket)
    Blob.objects.filter(pk=blob.pk).update(scan=Scan.CLEAN, threat="")
    assert f"/files/{file.token}/preview/" in seen_by(client, ada, ticket)


def test_what_is_long_is_not_kept(desk: DeskAtWork, client: Client) -> None:
    ticket = desk.opened(body="<p>Short.</p>")
    seen_by(client, desk.cast.ada, ticket)
    kept = kept_entry.cache_info().currsize
    assert kept > 0
    long = Words(body=f"<p>{'a' * LONGEST_ENTRY}</p>")
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=long)
    assert "a" * LONGEST_ENTRY in seen_by(client, desk.cast.ada, ticket)
    assert kept_entry.cache_info().currsize == kept


def add_facts(ticket: Ticket, number: int, new: str) -> None:
    """Put facts of one subject after all that a ticket tells."""
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            ticket=ticket,
            at=clock.now(),
            kind=HistoryEntry.Kind.CHANGED,
            field="subject",
            version=1,
            new=new,
        )
        for _ in range(number)
    )


@pytest.mark.parametrize(
    ("number", "new"), [(LONGEST_ENTRY // FRAME_OF_FACT, "x"), (1, "x" * LONGEST_ENTRY)]
)
def test_neither_many_facts_in_a_row_nor_long_ones_are_kept(
    desk: DeskAtWork, client: Client, number: int, new: str
) -> None:
    ticket = desk.opened()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body="<p>And?</p>"))
    seen_by(client, desk.cast.ada, ticket)
    before = kept_entry.cache_info().currsize
    add_facts(ticket, 1, "Lamp")
    seen_by(client, desk.cast.ada, ticket)
    kept = kept_entry.cache_info().currsize
    assert kept == before + 1

    add_facts(ticket, number, new)

    assert seen_by(client, desk.cast.ada, ticket).count(f'<ins dir="auto">{new}</ins>') == number
    assert kept_entry.cache_info().currsize == kept
