"""A filled desk is one that the actions could have written."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime

from otklik.core import clock
from otklik.core.richtext import clean_html, to_text
from otklik.people.models import Person, PhoneNumber
from otklik.people.models.contact import look_up_text, read_phone
from otklik.shell.demo import fill, filling
from otklik.shell.demo.filling import batches
from otklik.shell.demo.filling.copying import escaped
from otklik.shell.demo.filling.moments import YEARS, arrivals, open_ones
from otklik.tickets.models import (
    HistoryEntry,
    Message,
    Note,
    NumberCounter,
    Phase,
    Ticket,
    TicketText,
)
from otklik.tickets.selectors.finding import holds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Kind = HistoryEntry.Kind
COUNT = 600


@pytest.fixture(scope="module")
def filled(demo_desk: None) -> int:
    """Fill the demo desk; return how many tickets were there before."""
    before = Ticket.objects.count()
    fill(tickets=COUNT, seed=7)
    connection.check_constraints()
    return before


def test_filling_adds_what_was_asked_without_a_gap_in_numbers(filled: int) -> None:
    numbers = Ticket.objects.values_list("number", flat=True)

    assert len(numbers) == filled + COUNT
    by_prefix = Counter(number.partition("-")[0] for number in numbers)
    assert by_prefix == dict(NumberCounter.objects.values_list("prefix", "last"))
    for prefix, count in by_prefix.items():
        assert {f"{prefix}-{place}" for place in range(1, count + 1)} <= set(numbers)


def test_the_tickets_are_spread_as_a_desk_has_them(filled: int) -> None:
    tickets = list(Ticket.objects.order_by("pk"))[filled:]

    assert sum(ticket.phase != Phase.CLOSED for ticket in tickets) == pytest.approx(60, abs=1)
    languages = Counter(ticket.language for ticket in tickets)
    assert min(languages["en"], languages["ru"], languages["bg"]) > COUNT * 0.15
    assert {ticket.priority_id for ticket in tickets} == {1, 2, 3, 4, 5}
    assert len({ticket.department_id for ticket in tickets}) == 5
    said = Message.objects.filter(ticket__in=tickets).count()
    assert said / COUNT == pytest.approx(3.0, abs=0.3)
    assert max(t.updated_at for t in tickets) <= clock.now()
    assert min(t.created_at for t in tickets) < clock.now() - timedelta(days=900)
    moments = [ticket.created_at for ticket in tickets]
    assert moments == sorted(moments)


def test_each_row_is_what_the_actions_would_have_left(filled: int) -> None:
    history: dict[int, list[HistoryEntry]] = {}
    for entry in HistoryEntry.objects.order_by("pk"):
        history.setdefault(entry.ticket_id, []).append(entry)
    messages = set(Message.objects.values_list("pk", "ticket"))
    notes = set(Note.objects.values_list("pk", "ticket"))

    for ticket in Ticket.objects.order_by("pk")[filled:]:
        entries = history[ticket.pk]
        assert [entry.kind for entry in entries[:2]] == [Kind.OPENED, Kind.MESSAGE]
        versions = [entry.version for entry in entries]
        assert versions == sorted(versions)
        assert ticket.version == versions[-1]
        statuses = [key_of(entry) for entry in entries if entry.kind == Kind.STATUS]
        assert not statuses or statuses[-1] == ticket.status_id
        for entry in entries:
            if entry.kind == Kind.MESSAGE:
                assert (key_of(entry), ticket.pk) in messages
            if entry.kind == Kind.NOTE:
                assert (key_of(entry), ticket.pk) in notes
        moved = [entry for entry in entries if entry.field == "solve_due_at"]
        assert bool(moved) == bool(ticket.rested)
        assert all(entry.is_internal for entry in moved)
        assert not moved or parse_datetime(str(moved[-1].new)) == ticket.solve_due_at
        assert ticket.solve_due_at
        promised = ticket.solve_due_at - ticket.created_at - ticket.rested
        assert promised == ticket.priority.solve_within
        last = Message.objects.filter(ticket=ticket).last()
        assert last is not None
        assert to_text(last.body)[:40].split() == ticket.last_words[:40].split()


def key_of(entry: HistoryEntry) -> int:
    """Return the key of what a line of history tells."""
    assert entry.new is not None
    return int(entry.new["id"])


def test_letters_are_clean_and_seldom_alike(filled: int) -> None:
    openings = Message.objects.filter(created_at=F("ticket__created_at"), side="customer")
    pairs = list(openings.values_list("ticket__subject", "body"))

    assert len(set(pairs)) >= 0.97 * len(pairs)
    for body in Message.objects.order_by("-pk").values_list("body", flat=True)[:400]:
        assert clean_html(body) == body


def test_words_are_found_by_their_forms(filled: int) -> None:
    for asked in ("возврата", "плащания", "invoices"):
        assert TicketText.objects.filter(holds(asked, column="public")).exists(), asked
    assert TicketText.objects.count() == Ticket.objects.count()


def test_people_are_found_by_their_telephones(filled: int) -> None:
    for phone in PhoneNumber.objects.select_related("person").order_by("-pk")[:30]:
        person = phone.person
        read = read_phone(phone.number)
        assert (phone.number, phone.digits) == (read.number, read.digits)
        address = person.emails.get().address
        names = [person.surname, person.given_name, person.patronymic, address]
        assert person.look_up == look_up_text(names, [phone.number])


def test_the_same_seed_fills_alike_and_another_one_does_not(demo_desk: None) -> None:
    moment = datetime(2026, 6, 15, 12, tzinfo=UTC)

    once, again, other = (letters_of(seed, moment) for seed in (7, 7, 8))

    assert once == again
    assert once != other


def letters_of(seed: int, moment: datetime) -> list[tuple[str, str]]:
    """Fill, read, and forget."""
    with transaction.atomic(), clock.moved_to(moment):
        last = Message.objects.latest("pk").pk
        fill(tickets=80, seed=seed)
        new = Message.objects.filter(pk__gt=last).order_by("pk")
        letters = list(new.values_list("ticket__number", "body"))
        transaction.set_rollback(True)
    return letters


def test_people_may_be_more_than_tickets(demo_desk: None) -> None:
    before = Person.objects.count()

    with transaction.atomic():
        fill(tickets=10, people=300, open_share=1.0)
        after = Person.objects.count()
        telephones = PhoneNumber.objects.values("digits").distinct().count()
        transaction.set_rollback(True)

    assert after == before + 300
    assert telephones >= 300


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 1.0])
def test_as_many_stay_open_as_asked_and_mostly_late_ones(share: float) -> None:
    flags = open_ones(2_000, share)

    assert sum(flags) == pytest.approx(2_000 * share, abs=2)
    if share in (0.01, 0.1):
        assert sum(flags[1_000:]) > 0.8 * sum(flags)


def test_tickets_come_in_order_within_three_years() -> None:
    now = 1_800_000_000
    moments = arrivals(Random(1), 1_000, now)

    assert moments == sorted(moments)
    assert now - YEARS - 3 * 86_400 < moments[0]
    assert moments[-1] < now


def test_numbers_that_others_took_meanwhile_are_left_to_them(
    demo_desk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "last_numbers", dict)  # as read before all the others opened
    monkeypatch.setattr(filling, "WAVE", 15)

    with transaction.atomic():
        before = set(Ticket.objects.values_list("number", flat=True))
        fill(tickets=60)
        numbers = Counter(Ticket.objects.values_list("number", flat=True))
        told = {
            row.ticket.number: row.public for row in TicketText.objects.select_related("ticket")
        }
        last = dict(NumberCounter.objects.values_list("prefix", "last"))
        transaction.set_rollback(True)

    assert before <= set(numbers)
    assert len(numbers) == len(before) + 60
    assert Counter(number.partition("-")[0] for number in numbers) == last
    for number in set(numbers) - before:
        assert f"'{number.partition('-')[2]}':" in told[number]


def test_copy_text_is_escaped() -> None:
    assert escaped("a\\b\nc\td\re") == "a\\\\b\\nc de"
