"""What was changed behind the desk's back is found."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from otklik.tickets.actions import Words, reply_to_customer, sealing
from otklik.tickets.actions.sealing import seal_lines, sealing_waits, verify_seals
from otklik.tickets.models import HistoryEntry, Message, Seal
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> DeskAtWork:
    monkeypatch.setattr(sealing, "MOST", 5)  # lines under one seal
    monkeypatch.setattr(sealing, "PATIENCE", 0.5)
    monkeypatch.setattr(sealing, "SETTLING", 0.0)
    return make_desk_at_work()


@pytest.fixture
def sealed(desk: DeskAtWork) -> DeskAtWork:
    for _ in range(4):
        ticket = desk.taken()
        reply_to_customer(
            actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="<p>Is the cable in?</p>")
        )
    assert seal_lines() == HistoryEntry.objects.count() + Message.objects.count()
    return desk


def broken() -> dict[str, list[tuple[int, int]]]:
    return {
        one.of: [(seal.after, seal.last) for seal in one.broken]
        for one in verify_seals()
        if one.broken
    }


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Be the owner of the database, who can take the triggers away."""
    tables = ("tickets_historyentry", "tickets_message", "tickets_seal")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_what_nobody_touched_is_whole_and_sealed_once(sealed: DeskAtWork) -> None:
    verdicts = {one.of: one for one in verify_seals()}

    assert broken() == {}
    assert verdicts["history"].lines == HistoryEntry.objects.count()
    assert verdicts["messages"].lines == Message.objects.count() == 8
    assert verdicts["messages"].seals == 2
    assert seal_lines() == 0


def test_new_lines_get_seals_of_their_own(sealed: DeskAtWork) -> None:
    before = Seal.objects.count()

    sealed.opened()
    assert seal_lines() == 3

    assert Seal.objects.count() == before + 2
    assert broken() == {}


def test_one_changed_letter_is_found(sealed: DeskAtWork, unguarded: None) -> None:
    line = HistoryEntry.objects.order_by("pk")[6]
    HistoryEntry.objects.filter(pk=line.pk).update(actor_name=f"{line.actor_name}.")

    ((after, last),) = broken()["history"]
    assert after < line.pk <= last
    HistoryEntry.objects.filter(pk=line.pk).update(actor_name=line.actor_name)
    assert broken() == {}


def test_a_line_taken_away_or_added_is_found(sealed: DeskAtWork, unguarded: None) -> None:
    message = Message.objects.order_by("pk")[0]
    Message.objects.filter(pk=message.pk).delete()
    assert list(broken()) == ["messages"]

    message.save(force_insert=True)
    assert broken() == {}

    message.pk = Message.objects.order_by("pk")[0].pk - 1
    message.save(force_insert=True)
    assert list(broken()) == ["messages"]


def test_a_seal_made_anew_breaks_the_next(sealed: DeskAtWork, unguarded: None) -> None:
    seals = Seal.objects.filter(of="history")
    old = {seal.last: seal.digest for seal in seals}
    first = HistoryEntry.objects.order_by("pk")[0]
    HistoryEntry.objects.filter(pk=first.pk).update(actor_name="Nobody")
    seals.delete()
    seal_lines()
    assert broken() == {}  # only the digests in the log tell now

    for seal in seals[1:]:
        Seal.objects.filter(pk=seal.pk).update(digest=old[seal.last])

    assert broken() == {"history": [(seals[1].after, seals[1].last)]}


def test_a_seal_is_never_changed(sealed: DeskAtWork) -> None:
    with pytest.raises(IntegrityError, match="tickets_seal is only added to"):
        Seal.objects.update(digest="0" * 64)
    with pytest.raises(IntegrityError, match="tickets_seal is only added to"):
        Seal.objects.all().delete()


def test_a_line_that_is_still_being_written_is_waited_for(desk: DeskAtWork) -> None:
    written, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            desk.opened()
            written.set()
            may_end.wait(20)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(20)
        assert seal_lines() == 0
    finally:
        may_end.set()
        writer.join()

    assert seal_lines() == 3
    assert broken() == {}


def test_nothing_is_sealed_while_the_demo_is_filled(desk: DeskAtWork) -> None:
    desk.opened()
    counts: list[int] = []

    def seal() -> None:
        counts.append(seal_lines())
        connection.close()

    with sealing_waits():
        other = threading.Thread(target=seal)
        other.start()
        other.join()

    assert counts == [0]
    assert seal_lines() == 3
