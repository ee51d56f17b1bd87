"""Notifications over the API: one's own, of tickets that one may still see."""

import pytest

from otklik.notifications.actions import tell_waiting_news
from otklik.notifications.models import Notification
from otklik.people.models import Actor, Membership
from otklik.people.tests.program import Program
from otklik.tickets.actions import Words, reply_to_customer, reply_to_desk
from otklik.tickets.models import Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk: DeskAtWork) -> Ticket:
    """Tell Ada of three messages, and Cy of one."""
    ticket = desk.taken()
    for words in ("One.", "Two.", "Three."):
        reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=Words(body=words))
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=Words(body="Yes."))
    while tell_waiting_news():
        pass
    return ticket


def listed(actor: Actor, asked: str = "") -> list[int]:
    answer = Program(actor).get(f"/notifications{asked}")
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["items"]]


def test_people_read_what_they_were_told_and_where_it_leads(
    desk: DeskAtWork, ticket: Ticket
) -> None:
    of_ada = Program(desk.cast.ada).get("/notifications").json()["items"]
    of_cy = Program(desk.cast.cy).get("/notifications").json()["items"]

    newest = of_ada[0]
    assert (newest["kind"], newest["words"]) == ("message", "Cy Customer wrote")
    assert (newest["ticket_id"], newest["number"]) == (ticket.pk, ticket.number)
    assert newest["url"].endswith(f"/tickets/{ticket.number}/")
    assert {one["url"].rpartition("/requests/")[2] for one in of_cy} == {f"{ticket.number}/"}
    assert {one["id"] for one in of_ada}.isdisjoint(one["id"] for one in of_cy)
    assert listed(desk.cast.sam) == []


def test_pages_of_notifications_meet_without_gap_or_overlap(
    desk: DeskAtWork, ticket: Ticket
) -> None:
    ada, seen = Program(desk.cast.ada), list[int]()
    cursor: str | None = ""
    while cursor is not None:
        page = ada.get(f"/notifications?limit=1&cursor={cursor}").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]

    assert len(seen) >= 3
    assert seen == listed(desk.cast.ada) == sorted(seen, reverse=True)
    assert ada.get("/notifications?cursor=odd").status_code == 422


def test_some_are_marked_read_then_all_and_never_those_of_others(
    desk: DeskAtWork, ticket: Ticket
) -> None:
    ada = Program(desk.cast.ada)
    every = listed(desk.cast.ada)
    first, *others = listed(desk.cast.ada, "?unread=true")
    others_own = listed(desk.cast.cy)

    some = ada.post("/notifications/reading", {"ids": [first, *others_own, 2**62]})
    assert some.json() == {"read": 1}
    assert listed(desk.cast.ada, "?unread=true") == others
    assert ada.post("/notifications/reading", {"ids": [first]}).json() == {"read": 0}
    assert ada.post("/notifications/reading", {"ids": []}).json() == {"read": 0}
    assert ada.post("/notifications/reading", {"ids": None}).json() == {"read": len(others)}
    assert listed(desk.cast.ada, "?unread=true") == []
    assert listed(desk.cast.ada) == every
    assert listed(desk.cast.cy, "?unread=true") == others_own


def test_what_may_not_be_seen_any_more_is_not_told(desk: DeskAtWork, ticket: Ticket) -> None:
    assert listed(desk.cast.ada)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=desk.cast.vi.person_id)
    Membership.objects.filter(person=desk.cast.ada.person_id).update(department=desk.cast.hr)

    assert listed(desk.cast.ada) == []


@pytest.mark.parametrize("body", [{}, {"ids": 1}, {"ids": ["one"]}, {"ids": [0]}, {"ids": [2**63]}])
def test_what_names_no_notifications_is_refused(
    desk: DeskAtWork, ticket: Ticket, body: object
) -> None:
    unread = Notification.objects.filter(read_at__isnull=True).count()
    assert unread
    refused = Program(desk.cast.ada).post("/notifications/reading", body)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith("ids")
    assert Notification.objects.filter(read_at__isnull=True).count() == unread


def test_reading_and_marking_need_their_scopes(desk: DeskAtWork) -> None:
    everything = {"ids": None}
    people, reader = (Program(desk.cast.ada, scope) for scope in ("people:read", "tickets:read"))

    assert people.get("/notifications").status_code == 403
    assert reader.get("/notifications").status_code == 200
    assert reader.post("/notifications/reading", everything).status_code == 403


def test_a_repeated_marking_counts_once(desk: DeskAtWork, ticket: Ticket) -> None:
    ada, key = Program(desk.cast.ada), {"Idempotency-Key": "read-1"}

    first = ada.post("/notifications/reading", {"ids": None}, key)
    again = ada.post("/notifications/reading", {"ids": None}, key)

    assert first.json()["read"] > 0
    assert again.json() == first.json()
