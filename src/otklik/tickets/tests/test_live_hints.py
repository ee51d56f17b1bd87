"""What open pages hear of tickets, and what they may not."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from otklik.core import live
from otklik.core.filters import initials
from otklik.core.grants import Face, Grant, unseal
from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, make_cast, sign_in
from otklik.tickets import handlers
from otklik.tickets.actions import (
    Words,
    assign_ticket,
    reply_to_customer,
    transfer_ticket,
    write_internal_note,
)
from otklik.tickets.events import TicketEvent
from otklik.tickets.tests.factories import make_configuration, make_ticket

pytestmark = pytest.mark.django_db

Said = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def cast() -> Cast:
    make_configuration()
    return make_cast()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """Collect hints as they are given, before any commit."""
    heard: Said = []
    monkeypatch.setattr(live, "hint", lambda topic, **data: heard.append((topic, data)))
    monkeypatch.setattr(live, "recheck", lambda topic: heard.append((topic, {"recheck": True})))
    return heard


def topics(said: Said) -> set[str]:
    """Name what pages were told of; the rings for the workers are not theirs."""
    return {topic for topic, _data in said if not topic.startswith("round:")}


def test_every_kind_of_fact_is_told() -> None:
    assert set(handlers.KINDS) == set(TicketEvent.__subclasses__())


def test_an_opened_ticket_is_told_to_its_place_and_its_customer(cast: Cast, said: Said) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    assert topics(said) == {
        "tickets",
        f"ticket:{ticket.pk}",
        f"department:{cast.it.pk}",
        f"person:{cast.cy.person_id}",
        f"request:{ticket.pk}",
    }
    news = {"ticket": ticket.pk, "version": ticket.version, "kind": "opened"}
    assert (f"department:{cast.it.pk}", news) in said


def test_a_note_is_not_told_to_the_customer(cast: Cast, said: Said) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    said.clear()
    write_internal_note(actor=cast.ada, ticket_id=ticket.pk, words=Words(body="<p>hm</p>"))
    assert topics(said) == {"tickets", f"ticket:{ticket.pk}", f"department:{cast.it.pk}"}
    said.clear()
    reply_to_customer(actor=cast.ada, ticket_id=ticket.pk, words=Words(body="<p>hm</p>"))
    assert {f"request:{ticket.pk}", f"person:{cast.cy.person_id}"} <= topics(said)


def test_who_loses_sight_of_a_ticket_is_told_and_proves_themselves_again(
    cast: Cast, said: Said
) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    assign_ticket(actor=cast.vi, ticket_id=ticket.pk, assignee_id=cast.ada.person_id)
    said.clear()
    assign_ticket(actor=cast.vi, ticket_id=ticket.pk, assignee_id=cast.cora.person_id)
    both = {f"person:{cast.ada.person_id}", f"person:{cast.cora.person_id}"}
    assert both <= topics(said)
    assert (f"ticket:{ticket.pk}", {"recheck": True}) in said
    said.clear()
    note = Words(body="<p>yours</p>")
    transfer_ticket(actor=cast.vi, ticket_id=ticket.pk, department_id=cast.hr.pk, note=note)
    assert {f"department:{cast.it.pk}", f"department:{cast.hr.pk}"} <= topics(said)


def token_at(page: str, actor: Actor | None) -> Any:
    """Ask for a page's token as the page does."""
    client = Client()
    if actor is not None:
        sign_in(client, actor)
    return client.get("/live-token/", {"page": page})


def granted(page: str, actor: Actor) -> Grant:
    return unseal(token_at(page, actor).json()["token"], settings.SECRET_KEY)


def heard(page: str, actor: Actor) -> list[str]:
    """Return what a page hears beyond what all pages do."""
    everywhere = {f"account:{actor.account_id}", live.EVERYONE}
    return [topic for topic in granted(page, actor).topics if topic not in everywhere]


def test_a_list_hears_the_places_of_ones_work(cast: Cast) -> None:
    own = f"person:{cast.ada.person_id}"
    assert heard("queue", cast.ada) == [f"department:{cast.it.pk}", own]
    assert heard("queue", cast.root) == ["tickets", f"person:{cast.root.person_id}"]
    assert token_at("queue", cast.cy).status_code == 404
    assert token_at("queue", None)["Location"].startswith("/sign-in/")


def test_a_page_hears_only_a_ticket_that_the_person_sees(cast: Cast) -> None:
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    assert f"ticket:{ticket.pk}" in heard(f"ticket:{ticket.number}", cast.ada)
    assert heard(f"request:{ticket.number}", cast.cy) == [f"request:{ticket.pk}"]
    for page, actor in (("ticket", cast.sam), ("ticket", cast.cy), ("request", cast.sam)):
        assert token_at(f"{page}:{ticket.number}", actor).status_code == 404
    assert heard("portal", cast.cy) == [f"person:{cast.cy.person_id}"]


def test_colleagues_meet_at_a_ticket_and_nobody_anywhere_else(cast: Cast) -> None:
    """Their face is in what the policy signed, so it goes where and when the right goes."""
    ticket = make_ticket(department=cast.it, requester=cast.cy)
    met = granted(f"ticket:{ticket.number}", cast.ada).face
    assert met == Face(f"ticket:{ticket.pk}", cast.ada.name, initials(cast.ada.name))
    for page, actor in (("queue", cast.ada), (f"request:{ticket.number}", cast.cy)):
        assert granted(page, actor).face is None
