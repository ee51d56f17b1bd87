"""One change for many tickets: each on its own, each result told, safe to repeat."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from otklik.people.tests.factories import Cast, make_cast, make_desk, sign_in
from otklik.tickets.actions import Changes, change_each, change_ticket, retag
from otklik.tickets.models import HistoryEntry, Note, Ticket
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    make_desk()
    make_configuration()
    return make_cast()


def make_three(cast: Cast) -> list[Ticket]:
    """Make one that Ada can change, one that is closed, one that is not hers to see."""
    return [
        make_ticket(department=cast.it, requester=cast.cy, subject="fine"),
        make_ticket(
            department=cast.it, requester=cast.cy, subject="shut", status="closed", turn=""
        ),
        make_ticket(department=cast.hr, requester=cast.cy, subject="foreign"),
    ]


def send(client: Client, kind: str, tickets: list[Ticket], **more: str) -> tuple[int, str]:
    chosen = [str(ticket.pk) for ticket in tickets]
    answer = client.post(f"/queue/bulk/{kind}/", {"ticket": chosen, "sure": "1", **more})
    return answer.status_code, answer.content.decode()


def test_each_result_is_told_and_a_refusal_stops_no_other(cast: Cast, client: Client) -> None:
    fine, shut, foreign = tickets = make_three(cast)
    sign_in(client, cast.ada)
    status, page = send(client, "take", tickets)
    assert status == 409
    assert fine.number in page
    assert shut.number in page
    assert "closed. Reopen it first" in page
    assert foreign.number not in page
    fine.refresh_from_db()
    foreign.refresh_from_db()
    assert (fine.assignee_id, foreign.assignee_id) == (cast.ada.person_id, None)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("take", {}),
        ("assignee", {"assignee": "me"}),
        ("priority", {"priority": "5"}),
        ("tags", {"add": "Late, VIP", "remove": "x"}),
    ],
)
def test_ten_identical_posts_change_once(
    cast: Cast, client: Client, kind: str, more: dict[str, str]
) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy, tags=["x", "keep"])
    sign_in(client, cast.ada)
    assert {send(client, kind, [ticket], **more)[0] for _ in range(10)} == {302}
    ticket.refresh_from_db()
    written = HistoryEntry.objects.filter(ticket=ticket, actor=cast.ada.person_id)
    assert written.filter(kind__in=["assigned", "changed"]).count() == 1
    if kind == "tags":
        assert ticket.tags == ["keep", "late", "vip"]


def test_a_passing_on_leaves_one_note_however_often_it_is_sent(cast: Cast, client: Client) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    sign_in(client, cast.vi)
    place = str(cast.hr.pk)
    first = send(client, "department", [ticket], department=place, body="yours")
    again = send(client, "department", [ticket], department=place, body="yours")
    assert (first[0], again[0]) == (302, 302)
    ticket.refresh_from_db()
    assert ticket.department_id == cast.hr.pk
    assert Note.objects.filter(ticket=ticket).count() == 1


def test_a_status_is_found_in_the_flow_of_each_ticket(cast: Cast, client: Client) -> None:
    taken = make_ticket(department=cast.it, requester=cast.cy, assignee=cast.ada, status="assigned")
    free = make_ticket(department=cast.it, requester=cast.cy)
    sign_in(client, cast.ada)
    status, page = send(client, "status", [taken, free], status="progress")
    taken.refresh_from_db()
    free.refresh_from_db()
    assert (status, taken.phase, free.phase) == (409, "progress", "new")
    assert "Choose who works on it first." in page
    assert send(client, "status", [taken], status="pending")[0] == 409
    assert send(client, "status", [taken], status="pending", body="Which one?")[0] == 302


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("assignee", {"assignee": "x"}),
        ("department", {"department": "", "body": "a"}),
        ("department", {"department": "1", "body": " "}),
        ("status", {}),
        ("priority", {"priority": "-1"}),
        ("tags", {"add": " , "}),
    ],
)
def test_a_form_that_says_too_little_is_shown_again(
    cast: Cast, client: Client, kind: str, more: dict[str, str]
) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    sign_in(client, cast.ada)
    status, page = send(client, kind, [ticket], **more)
    assert status == 422
    assert f'name="ticket" value="{ticket.pk}"' in page


@pytest.mark.parametrize("kind", ["assignee", "department", "status", "priority", "tags"])
def test_what_is_to_be_done_is_asked_first(cast: Cast, client: Client, kind: str) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    sign_in(client, cast.ada)
    asked = client.get(f"/queue/bulk/{kind}/", {"ticket": ticket.pk})
    posted = client.post(f"/queue/bulk/{kind}/", {"ticket": ticket.pk})
    assert (asked.status_code, posted.status_code) == (200, 200)
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


def test_only_colleagues_and_only_known_changes(cast: Cast, client: Client) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    sign_in(client, cast.cy)
    assert send(client, "take", [ticket])[0] == 404
    sign_in(client, cast.ada)
    assert send(client, "deletion", [ticket])[0] == 404
    assert send(client, "take", [])[0] == 302
    foreign = {"ticket": ticket.pk, "back": "https://evil.example/"}
    assert client.post("/queue/bulk/take/", foreign)["Location"] == "/queue/"


@pytest.mark.django_db(transaction=True)
def test_ten_posts_at_once_take_a_ticket_once(cast: Cast) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)

    def post(_number: int) -> int:
        client = Client()
        try:
            sign_in(client, cast.ada)
            return send(client, "take", [ticket])[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(post, range(10))) == {302}
    written = HistoryEntry.objects.filter(ticket=ticket, kind="assigned")
    assert written.count() == 1


def test_a_colleagues_tag_of_this_moment_stays(cast: Cast) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    first = Changes(fields={"tags": ["old", "vip"]})
    seen = change_ticket(actor=cast.ada, ticket_id=ticket.pk, changes=first)
    change_ticket(
        actor=cast.vi, ticket_id=ticket.pk, changes=Changes(fields={"tags": ["old", "theirs"]})
    )

    retag(cast.ada, seen, ["Mine"], ["old"])

    ticket.refresh_from_db()
    assert ticket.tags == ["theirs", "mine"]


@pytest.mark.django_db(transaction=True)
def test_colleagues_who_tag_at_once_keep_each_others_tags(cast: Cast) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)

    def tag(word: str) -> None:
        try:
            change_each(
                actor=cast.ada,
                ticket_ids=[ticket.pk],
                change=lambda one: retag(cast.ada, one, [word], []),
            )
        finally:
            connections.close_all()

    words = {f"tag-{number}" for number in range(8)}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tag, words))
    ticket.refresh_from_db()
    assert set(ticket.tags) == words
