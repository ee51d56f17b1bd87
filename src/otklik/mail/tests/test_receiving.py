import hashlib

import pytest
from django.db import IntegrityError, transaction

from otklik.core import clock
from otklik.mail.actions.intake.receiving import MOST_IN_ROW, Arrival, Kept, receive
from otklik.mail.models import Letter, Place, RawLetter
from otklik.mail.selectors.raw import raw_of
from otklik.mail.tests.factories import make_mailbox
from otklik.tickets.tests.desk import DeskAtWork, at_once

RAW = b"From: cy@example.com\r\nSubject: Printer\r\n\r\nIt jams.\r\n"


@pytest.mark.parametrize("raw", [RAW, b"", b"\0\xff" * 9, b"x" * (MOST_IN_ROW + 1)])
def test_the_bytes_are_kept_as_they_came(desk: DeskAtWork, raw: bytes) -> None:
    mailbox = make_mailbox(department=desk.cast.it)

    kept = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=raw))

    letter = Letter.objects.get(pk=kept.letter_id)
    assert raw_of(letter.pk) == raw
    assert (letter.sha256, letter.size) == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert (letter.state, letter.outcome) == (Letter.State.KEPT, "")


def test_a_large_letter_lies_among_the_files_alone(desk: DeskAtWork) -> None:
    mailbox = make_mailbox(department=desk.cast.it)

    kept = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=b"y" * (MOST_IN_ROW + 1)))

    row = RawLetter.objects.get(pk=kept.letter_id)
    assert row.content is None
    assert row.blob is not None


def test_the_same_letter_thrice_is_one_letter_in_three_places(desk: DeskAtWork) -> None:
    mailbox = make_mailbox(department=desk.cast.it)

    kept = [
        receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=RAW, place=place))
        for place in [(1, 10), (1, 10), (1, 11), (2, 1)]
    ]

    assert [one.is_new for one in kept] == [True, False, False, False]
    assert len({one.letter_id for one in kept}) == 1
    places = Place.objects.order_by("uidvalidity", "uid").values_list("uidvalidity", "uid")
    assert list(places) == [(1, 10), (1, 11), (2, 1)]


def test_the_same_bytes_in_two_mailboxes_are_two_letters(desk: DeskAtWork) -> None:
    boxes = [make_mailbox(department=place) for place in (desk.cast.it, desk.cast.hr)]

    for box in boxes:
        assert receive(mailbox_id=box.pk, arrival=Arrival(raw=RAW)).is_new

    assert Letter.objects.count() == 2


def test_several_at_once_keep_one_letter(open_desk: DeskAtWork) -> None:
    mailbox = make_mailbox(department=open_desk.cast.it)

    def keep() -> Kept:
        return receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=RAW, place=(1, 7)))

    kept = at_once(*[keep] * 6)

    assert all(isinstance(one, Kept) for one in kept), kept
    assert sum(isinstance(one, Kept) and one.is_new for one in kept) == 1
    assert (Letter.objects.count(), Place.objects.count()) == (1, 1)


def test_it_refuses_to_be_undone_by_a_transaction_around_it(open_desk: DeskAtWork) -> None:
    mailbox = make_mailbox(department=open_desk.cast.it)

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=RAW))


def test_what_an_envelope_says_fits_its_column(desk: DeskAtWork) -> None:
    mailbox = make_mailbox(department=desk.cast.it)
    arrival = Arrival(raw=RAW, envelope_from="\0a\n" * 300, envelope_to=("b@c.example", "\0"))

    letter = Letter.objects.get(pk=receive(mailbox_id=mailbox.pk, arrival=arrival).letter_id)

    assert letter.envelope_from == "a" * 254
    assert letter.envelope_to == ["b@c.example", ""]


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "done"},
        {"state": "done", "outcome": "ticket", "done_at": clock.now()},
        {"state": "done", "outcome": "note", "done_at": clock.now()},
        {"state": "done", "outcome": "dropped", "done_at": clock.now()},
        {"state": "quarantined"},
        {"state": "quarantined", "reason": "empty", "outcome": "dropped"},
        {"outcome": "machine"},
        {"state": "lost"},
    ],
)
def test_the_database_refuses_a_letter_without_exactly_one_end(
    desk: DeskAtWork, columns: dict[str, object]
) -> None:
    mailbox = make_mailbox(department=desk.cast.it)
    kept = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=RAW))

    with pytest.raises(IntegrityError, match="letter_ends_in_one_outcome"):
        Letter.objects.filter(pk=kept.letter_id).update(**columns)
