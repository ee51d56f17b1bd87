"""Who hears of what happens to a ticket, once, and who never does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from otklik.notifications import handlers
from otklik.notifications.actions import News, tell_people
from otklik.notifications.models import Notification
from otklik.people.tests.factories import account_of, sign_in
from otklik.tickets.actions import (
    Move,
    Words,
    assign_ticket,
    escalate_ticket,
    move_ticket,
    rate_ticket,
    reject_solution,
    reply_to_customer,
    reply_to_desk,
    transfer_ticket,
    write_internal_note,
)
from otklik.tickets.models import Follow, HistoryEntry, Rating, Ticket
from otklik.tickets.tests.desk import DeskAtWork

pytestmark = pytest.mark.django_db

WORDS = Words(body="<p>Hello.</p>")


class AtOnce:
    """A job that runs as soon as it is put off."""

    def __init__(self) -> None:
        self.jobs: list[News] = []

    def defer(self, **words: object) -> None:
        news = News(**words)  # type: ignore[arg-type]
        self.jobs.append(news)
        tell_people(news=news)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> AtOnce:
    made = AtOnce()
    monkeypatch.setattr(handlers, "tell", made)
    return made


Heard = Callable[[], set[str]]


@pytest.fixture
def heard(desk: DeskAtWork, jobs: AtOnce) -> Heard:
    """Tell who heard since the last question, by name and kind."""
    names = {actor.account_id: name for name, actor in desk.cast.everyone.items()}

    def said() -> set[str]:
        rows = list(Notification.objects.all())
        Notification.objects.all().delete()
        return {f"{names[row.account_id]}:{row.kind}" for row in rows}

    return said


def test_a_new_request_is_told_to_its_department_only(desk: DeskAtWork, heard: Heard) -> None:
    desk.opened()
    assert heard() == {"ada:new_ticket", "vi:new_ticket", "cora:new_ticket"}


def test_one_is_never_told_what_one_did(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.opened(actor=desk.cast.ada, requester_id=desk.cast.cy.person_id)
    assert "ada:new_ticket" not in heard()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=WORDS)
    assert not {one for one in heard() if one.startswith("cy:")}


def test_messages_go_to_the_other_side_and_notes_stay_inside(
    desk: DeskAtWork, heard: Heard
) -> None:
    ticket = desk.taken()
    heard()
    reply_to_customer(actor=desk.cast.ada, ticket_id=ticket.pk, words=WORDS)
    assert "cy:message" in heard()
    reply_to_desk(actor=desk.cast.cy, ticket_id=ticket.pk, words=WORDS)
    assert "ada:message" in heard()
    write_internal_note(actor=desk.cast.vi, ticket_id=ticket.pk, words=WORDS)
    assert heard() == {"ada:note"}


def test_who_is_given_a_ticket_hears_of_it(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.opened()
    heard()
    ada = desk.cast.ada
    assign_ticket(actor=desk.cast.cora, ticket_id=ticket.pk, assignee_id=ada.person_id)
    assert "ada:assigned" in heard()


def test_an_escalation_reaches_the_heads(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.taken()
    heard()
    escalate_ticket(actor=desk.cast.ada, ticket_id=ticket.pk)
    assert {"vi:escalated", "cora:escalated", "root:escalated"} <= heard()


def test_a_follower_who_may_not_look_any_more_hears_nothing(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.taken()
    Follow.objects.create(ticket=ticket, person_id=desk.cast.sam.person_id)
    heard()
    write_internal_note(actor=desk.cast.vi, ticket_id=ticket.pk, words=WORDS)
    assert "sam:note" not in heard()


def test_what_is_muted_is_not_told(desk: DeskAtWork, heard: Heard) -> None:
    account = account_of(desk.cast.ada)
    account.muted_kinds = ["new_ticket"]
    account.save()
    desk.opened()
    assert heard() == {"vi:new_ticket", "cora:new_ticket"}


def test_a_job_run_twice_tells_once(desk: DeskAtWork, jobs: AtOnce) -> None:
    desk.opened()
    many = Notification.objects.count()
    assert many == 3
    assert tell_people(news=jobs.jobs[0]) == []
    assert Notification.objects.count() == many


def test_news_of_a_ticket_that_is_gone_is_no_fault(db: None) -> None:
    news = News(kind="message", ticket_id=404, cause="message:1:s", actor_id=None)
    assert tell_people(news=news) == []


def moved(desk: DeskAtWork, *keys: str, **said: Any) -> Ticket:
    ticket = desk.moved(*keys[:-1])
    Notification.objects.all().delete()
    move = Move(target_id=desk.made.statuses[keys[-1]].pk, **said)
    return move_ticket(actor=desk.cast.root, ticket_id=ticket.pk, move=move)


def times(desk: DeskAtWork, name: str) -> list[str]:
    rows = Notification.objects.filter(account=desk.cast.everyone[name].account_id)
    return [row.kind for row in rows]


def test_a_solution_with_words_is_told_to_the_customer_once(desk: DeskAtWork, jobs: AtOnce) -> None:
    moved(desk, "progress", "resolved", reply=WORDS, note=WORDS)
    assert times(desk, "cy") == ["message"]


def test_who_wants_to_hear_of_the_status_alone_does(desk: DeskAtWork, jobs: AtOnce) -> None:
    account = account_of(desk.cast.cy)
    account.muted_kinds = ["message"]
    account.save()
    moved(desk, "progress", "resolved", reply=WORDS, note=WORDS)
    assert times(desk, "cy") == ["status"]


def test_a_status_without_words_is_told_with_its_name(
    desk: DeskAtWork, jobs: AtOnce, client: Client
) -> None:
    ticket = moved(desk, "progress", "pending", reply=WORDS, note=WORDS)
    Notification.objects.all().delete()
    move = Move(target_id=desk.made.statuses["progress"].pk)
    move_ticket(actor=desk.cast.root, ticket_id=ticket.pk, move=move)
    assert times(desk, "cy") == ["status"]
    sign_in(client, desk.cast.cy)
    assert ticket.status.label in client.get("/notifications/fresh/?after=0").text


def test_a_customer_who_is_not_satisfied_is_heard_once(desk: DeskAtWork, jobs: AtOnce) -> None:
    ticket = desk.moved("progress", "resolved")
    Notification.objects.all().delete()
    reject_solution(actor=desk.cast.cy, ticket_id=ticket.pk, words=WORDS)
    assert times(desk, "ada") == ["message"]


def test_a_transfer_with_its_note_is_told_once_also_to_followers(
    desk: DeskAtWork, jobs: AtOnce
) -> None:
    ticket = desk.taken()
    Follow.objects.create(ticket=ticket, person_id=desk.cast.vi.person_id)
    Notification.objects.all().delete()
    transfer_ticket(
        actor=desk.cast.ada, ticket_id=ticket.pk, department_id=desk.cast.hr.pk, note=WORDS
    )
    assert times(desk, "sam") == ["transferred"]
    assert len(times(desk, "vi")) <= 1
    assign_ticket(actor=desk.cast.root, ticket_id=ticket.pk, assignee_id=desk.cast.sam.person_id)
    assert times(desk, "sam") == ["assigned", "transferred"]


def test_an_escalation_with_its_note_is_told_once_and_a_second_note_again(
    desk: DeskAtWork, jobs: AtOnce
) -> None:
    ticket = desk.taken(desk.cast.vi)
    Notification.objects.all().delete()
    escalate_ticket(actor=desk.cast.root, ticket_id=ticket.pk, note=WORDS)
    assert times(desk, "vi") == ["escalated"]
    escalate_ticket(actor=desk.cast.root, ticket_id=ticket.pk, note=Words(body="<p>Still.</p>"))
    assert times(desk, "vi") == ["note", "escalated"]


def test_a_changed_rating_is_told_once_for_each_change(desk: DeskAtWork, heard: Heard) -> None:
    ticket = desk.moved("progress", "resolved")
    heard()

    def rate(solution: int, comment: str = "") -> set[str]:
        given = Rating(solution=solution, comment=comment)
        rate_ticket(actor=desk.cast.cy, ticket_id=ticket.pk, rating=given)
        return heard()

    assert rate(5) == {"ada:rated"}
    assert rate(5) == set()
    assert rate(1) == {"ada:rated"}
    assert rate(1, "It broke again") == {"ada:rated"}
    assert rate(5) == {"ada:rated"}
    entries = HistoryEntry.objects.filter(ticket=ticket, kind="rated")
    assert list(entries.values_list("old", "new")) == [(None, 5), (5, 1), (1, 1), (1, 5)]
