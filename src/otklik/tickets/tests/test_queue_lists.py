"""What a list of tickets holds, for whom, in which order, page by page."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from otklik.core import clock
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, make_cast, make_person
from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import SavedView, Ticket
from otklik.tickets.selectors.queue import Asked, asking_of, count_asked, queue_page
from otklik.tickets.selectors.sorting import SORTS, open_place
from otklik.tickets.selectors.views import BUILT_IN, rail
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    make_configuration()
    return make_cast()


def listed(actor: Actor, q: str = "", cursor: str = "") -> list[str]:
    return [row.subject for row in queue_page(actor, Asked(q=q, cursor=cursor)).rows]


def every(actor: Actor, q: str = "") -> set[str]:
    return set(listed(actor, q))


def make_desk_of_tickets(cast: Cast) -> None:
    make_ticket(department=cast.it, requester=cast.cy, subject="whole it")
    make_ticket(department=cast.it, requester=cast.cy, subject="ada's", assignee=cast.ada)
    make_ticket(department=cast.it, requester=cast.cy, subject="cora's", assignee=cast.cora)
    make_ticket(department=cast.hr, requester=cast.cy, subject="whole hr")
    make_ticket(department=cast.hr, requester=cast.cy, subject="lent", assignee=cast.ada)


def test_each_sees_the_tickets_of_their_rights_and_no_others(cast: Cast) -> None:
    make_desk_of_tickets(cast)
    assert every(cast.ada) == {"whole it", "ada's", "lent"}
    assert every(cast.vi) == every(cast.cora) == {"whole it", "ada's", "cora's"}
    assert every(cast.sam) == {"whole hr"}
    assert every(cast.root) == {"whole it", "ada's", "cora's", "whole hr", "lent"}
    assert every(cast.cy) == set()


@pytest.mark.parametrize("who", ["ada", "vi", "sam", "root", "cy"])
def test_no_query_shows_more_than_the_plain_list(cast: Cast, who: str) -> None:
    make_desk_of_tickets(cast)
    actor = getattr(cast, who)
    for q in ("is:any", "assignee:cora,ada,nobody", "-tag:x", "turn:ours,theirs,nobody"):
        try:
            assert every(actor, q) <= every(actor, "is:any")
        except QueryRefused:
            assert who == "cy"


def test_closed_tickets_come_only_when_asked_for(cast: Cast) -> None:
    make_ticket(department=cast.it, requester=cast.cy, subject="shut", status="closed", turn="")
    make_ticket(department=cast.it, requester=cast.cy, subject="open")
    assert every(cast.ada) == every(cast.ada, "is:open") == {"open"}
    assert every(cast.ada, "is:closed") == every(cast.ada, "status:closed") == {"shut"}
    assert every(cast.ada, "is:any") == every(cast.ada, "closed:<1d,>1d is:any") | {"open"}


@pytest.mark.parametrize(
    "q",
    [
        "status:pending",
        "статус:pending",
        "status:pending -status:new",
        "priority:5",
        "priority:>=4",
        'priority:"critical"',
        "assignee:ada",
        "assignee:me",
        "department:it -tag:spam assignee:me",
        "tag:vip",
        "метка:VIP",
        "type:equipment",
        "category:technical",
        "category:technical-api",
        "turn:theirs",
        "has:category has:tags has:assignee",
        "source:phone",
        "language:bg",
        "requester:cy is:any assignee:me",
        "due:<4h -is:overdue assignee:me",
        "created:today assignee:me",
        "created:<1h updated:<=now assignee:me",
        "tag:vip number:D",
        "owner:nobody tag:vip",
        "field.place:2",
        'field.place:"FLOOR 2"',
        "is:escalated",
    ],
)
def test_a_condition_finds_what_it_says(cast: Cast, q: str) -> None:
    made = make_configuration()
    make_ticket(department=cast.it, requester=cast.cy, subject="plain", language="en")
    make_ticket(
        department=cast.it,
        requester=cast.cy,
        subject="wanted",
        assignee=cast.ada,
        status="pending",
        type=made.types["equipment"],
        category=made.categories["technical-api"],
        priority_id=5,
        turn="theirs",
        source="phone",
        language="bg",
        tags=["vip"],
        values={"place": "floor 2"},
        solve_due_at=clock.now() + timedelta(hours=2),
        escalated_at=clock.now(),
        escalated_by_id=cast.vi.person_id,
    )
    Ticket.objects.filter(subject="plain").update(type=made.types["hr"], number="X-1")
    found = every(cast.ada, q)
    assert found == {"wanted"}, q
    assert "wanted" not in every(cast.ada, f"{q} -tag:vip")


@pytest.mark.parametrize(
    ("q", "place"),
    [
        ("status:opne", "opne"),
        ("department:Marketing", "Marketing"),
        ("assignee:zzz", "zzz"),
        ("created:soonish", "soonish"),
        ("priority:9", "9"),
        ("field.nothing:1", "field.nothing:1"),
        ("category:chemistry", "chemistry"),
        ("created:2026-13-45", "2026-13-45"),
        ("due:9999-01-01", "9999-01-01"),
    ],
)
def test_a_name_that_means_nothing_is_pointed_at(cast: Cast, q: str, place: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        queue_page(cast.ada, Asked(q=f"words {q} more"))
    at = refused.value.position
    assert f"words {q} more"[at : at + refused.value.length] == place


def test_a_mistyped_name_is_guessed(cast: Cast) -> None:
    with pytest.raises(QueryRefused) as refused:
        queue_page(cast.ada, Asked(q="type:equipmint"))
    assert "equipment" in [word.lower() for word in refused.value.nearest]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_ticket_once_while_others_come(cast: Cast, sort: str) -> None:
    now = clock.now()
    for number in range(11):
        make_ticket(
            department=cast.it,
            requester=cast.cy,
            subject=f"old {number}",
            priority_id=1 + number % 3,
            updated_at=now - timedelta(hours=number % 4),
            created_at=now - timedelta(hours=number % 4),
            solve_due_at=None if number % 3 == 0 else now + timedelta(hours=number % 2),
        )
    seen: list[str] = []
    cursor = ""
    for step in range(10):
        page = queue_page(cast.ada, Asked(q=f"sort:{sort}", cursor=cursor, limit=3))
        seen += [row.subject for row in page.rows]
        make_ticket(department=cast.it, requester=cast.cy, subject=f"new {step}")
        cursor = page.next_cursor
        if not cursor:
            break
    old = [subject for subject in seen if subject.startswith("old")]
    assert sorted(old) == sorted(f"old {number}" for number in range(11))
    assert len(set(seen)) == len(seen)


def test_an_order_turned_is_the_same_order_backwards(cast: Cast) -> None:
    for number in range(5):
        due = None if number == 2 else clock.now() + timedelta(hours=number % 2)
        make_ticket(department=cast.it, requester=cast.cy, subject=f"{number}", solve_due_at=due)
    for sort in SORTS:
        if not sort.startswith("-"):
            assert listed(cast.ada, f"sort:{sort}") == listed(cast.ada, f"sort:-{sort}")[::-1]


@pytest.mark.parametrize(
    "cursor", ["", "x", "0", "W10", "WyItdXBkYXRlZCIsbnVsbF0", "🐈", "W" * 400, "\x00"]
)
def test_a_place_that_is_none_begins_at_the_beginning(cast: Cast, cursor: str) -> None:
    make_ticket(department=cast.it, requester=cast.cy)
    assert open_place("-updated", cursor) is None
    assert listed(cast.ada, cursor=cursor) == ["Printer"]


def test_counts_say_what_the_lists_hold(cast: Cast) -> None:
    make_desk_of_tickets(cast)
    now = clock.now()
    make_ticket(
        department=cast.it, requester=cast.cy, subject="late", solve_due_at=now - timedelta(hours=1)
    )
    make_ticket(
        department=cast.it, requester=cast.cy, subject="soon", solve_due_at=now + timedelta(hours=1)
    )
    make_ticket(
        department=cast.it,
        requester=cast.cy,
        subject="paused",
        status="pending",
        turn="theirs",
        solve_due_at=now - timedelta(hours=1),
    )
    make_ticket(department=cast.it, requester=cast.cy, status="closed", turn="")
    make_ticket(
        department=cast.it,
        requester=cast.cy,
        status="resolved",
        turn="theirs",
        escalated_at=now,
        escalated_by_id=cast.vi.person_id,
    )
    for actor in (cast.ada, cast.vi, cast.sam, cast.root):
        SavedView.objects.create(account_id=actor.account_id, name="mine", query="-turn:ours")
        views = rail(asking_of(actor))
        for view in [*views.built_in, *views.departments, *views.saved]:
            assert view.count == count_asked(actor, view.query), (actor.name, view)
    assert [view.count for view in views.built_in if view.key == "overdue"] == [1]
    assert [view.count for view in views.built_in if view.key == "resolved"] == [2]
    assert len(views.built_in) == len(BUILT_IN)


def test_departments_in_the_rail_are_those_of_ones_work(cast: Cast) -> None:
    make_desk_of_tickets(cast)
    assert [view.code for view in rail(asking_of(cast.sam)).departments] == [cast.hr.prefix]
    assert len(rail(asking_of(cast.root)).departments) == 2


pieces = st.sampled_from(
    [
        *("status:new", "-status:new,closed", "priority:<3", "assignee:me", "owner:nobody", "x"),
        *("tag:a", "-tag:none", "created:<7d", "due:2026-11..2027", "updated:>=yesterday", "-y"),
        *("is:closed", "is:any,open", "has:rating", "-has:tags", "language:ru", '"a b"', "%_'\""),
        *("department:it", "sort:-due", "sort:relevance", "turn:nobody", "number:'; drop", "\\"),
        *("requester:me", "organization:%", "created:-9999d", "due:>9999w", "category:nobody"),
    ]
)


class AnyQuery(TestCase):
    """Whatever is asked is answered by rows or by a refusal that points at its place."""

    @given(st.lists(pieces | st.text(max_size=12), max_size=8).map(" ".join))
    @settings(max_examples=60, deadline=None)
    def test_any_query_is_answered(self, q: str) -> None:
        actor = Actor(account_id=0, person_id=0, name="Root", is_administrator=True)
        place = 0
        try:
            queue_page(actor, Asked(q=q))
        except QueryRefused as error:
            place = error.position
        assert 0 <= place <= len(q)


def test_a_name_that_very_many_bear_is_refused_and_not_cut(cast: Cast) -> None:
    for number in range(201):
        make_person(name=f"Ivan Ivanov{number}")

    with pytest.raises(QueryRefused, match="More than 200"):
        queue_page(cast.root, Asked(q="requester:ivan"))
    assert queue_page(cast.root, Asked(q="requester:ivanov200")).rows == []


def test_a_number_is_found_by_its_beginning_in_any_case(cast: Cast) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy, subject="of this number")

    assert every(cast.root, f"number:{ticket.number.lower()[:-1]}") == {"of this number"}
    assert every(cast.root, "number:no-such-number") == set()
