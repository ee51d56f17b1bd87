"""What an action says to open pages, and what a page may ask to hear."""

import contextlib
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from conftest import SaidLive
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from otklik.core import live, views
from otklik.core.errors import NotFound, NotSignedIn
from otklik.core.grants import Face, unseal


@pytest.fixture
def shown_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a desk whose one ticket is IT-1."""
    monkeypatch.setattr(live, "_resolvers", {})
    live.register_topics("ticket", topics_of_ticket)
    live.register_topics("queue", topics_of_queue)


def topics_of_queue(request: HttpRequest, name: str) -> list[str]:
    return []


def topics_of_ticket(request: HttpRequest, name: str) -> list[str]:
    if name != "IT-1":
        raise NotFound
    return ["ticket:17"]


def request_of_ada(
    page: str = "", *, signed_in: bool = True, site: str = "same-origin"
) -> HttpRequest:
    headers = {"Sec-Fetch-Site": site}
    request = RequestFactory().get("/live-token/", {"page": page}, headers=headers)
    asked = cast("Any", request)
    asked.actor = SimpleNamespace(account_id=7, name="Ада Климова") if signed_in else None
    asked.session = SimpleNamespace(session_key="the key of Ada's session")
    return request


@pytest.mark.django_db(transaction=True)
def test_a_hint_leaves_after_the_commit_and_not_before(said_live: SaidLive) -> None:
    with transaction.atomic():
        live.hint("ticket:17", version=42)
        with transaction.atomic():
            live.hint("department:3", ticket=17)
        assert said_live.hints == []
    assert said_live.hints == [
        {"topic": "ticket:17", "version": 42},
        {"topic": "department:3", "ticket": 17},
    ]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_said_of_what_was_rolled_back(said_live: SaidLive) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        live.hint("ticket:17", version=42)
        live.revoke(7)
        raise ZeroDivisionError
    with transaction.atomic():
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            live.hint("ticket:18", version=1)
            raise ZeroDivisionError
        live.hint("ticket:19", version=1)
    assert said_live.hints == [{"topic": "ticket:19", "version": 1}]
    assert said_live.orders == []


@pytest.mark.django_db(transaction=True)
def test_rights_are_taken_back_by_account_session_or_topic(said_live: SaidLive) -> None:
    with transaction.atomic():
        live.revoke(7)
        live.revoke_session(live.session_hash("key"))
        live.recheck("ticket:17")
    assert said_live.orders == [
        ("account", "7"),
        ("session", live.session_hash("key")),
        ("topic", "ticket:17"),
    ]
    assert "key" not in said_live.orders[1][1]


@pytest.mark.parametrize("topic", ["", "ticket:", "Ticket:1", "ticket:1:2", "ticket:*", "t" * 99])
def test_a_malformed_topic_is_a_mistake_in_the_code(topic: str) -> None:
    with pytest.raises(ValueError, match="topic"):
        live.hint(topic)


def test_a_hint_is_no_message() -> None:
    with pytest.raises(ValueError, match="no message"):
        live.hint("ticket:17", body="x" * 101)


@pytest.mark.usefixtures("shown_pages")
def test_a_page_is_granted_its_topics_its_persons_and_the_desks() -> None:
    grant = unseal(live.page_token(request_of_ada(), "ticket:IT-1"), settings.SECRET_KEY)
    assert grant.topics == ("ticket:17", "account:7", "desk")
    assert (grant.account_id, grant.session) == (7, live.session_hash("the key of Ada's session"))


@pytest.mark.usefixtures("shown_pages")
def test_only_where_people_meet_does_a_grant_carry_a_face() -> None:
    live.register_topics("room", lambda _request, _name: ["ticket:17", "department:5"], meet=True)
    token = live.page_token(request_of_ada("room"), "room:IT-1")
    assert unseal(token, settings.SECRET_KEY).face == Face("ticket:17", "Ада Климова", "АК")
    plain = live.page_token(request_of_ada("ticket:IT-1"), "ticket:IT-1")
    assert unseal(plain, settings.SECRET_KEY).face is None


@pytest.mark.usefixtures("shown_pages")
@pytest.mark.parametrize("page", ["ticket:IT-2", "ticket", "ticket:"])
def test_a_page_that_is_not_for_this_person_is_not_found(page: str) -> None:
    with pytest.raises(NotFound):
        views.live_token(request_of_ada(page))


@pytest.mark.usefixtures("shown_pages")
@pytest.mark.parametrize("page", ["", "me", "nothing:IT-1", "ticket17", "TICKET:IT-1"])
def test_a_page_of_no_known_kind_hears_of_its_person_and_the_desk(page: str) -> None:
    grant = unseal(live.page_token(request_of_ada(), page), settings.SECRET_KEY)
    assert grant.topics == ("account:7", "desk")


@pytest.mark.usefixtures("shown_pages")
def test_nobody_hears_without_signing_in() -> None:
    with pytest.raises(NotSignedIn):
        views.live_token(request_of_ada("ticket:IT-1", signed_in=False))


@pytest.mark.usefixtures("shown_pages")
def test_a_grant_is_renewed_for_the_desks_own_page_and_never_kept() -> None:
    answer = views.live_token(request_of_ada("ticket:IT-1"))
    assert "no-store" in answer.headers["Cache-Control"]
    assert isinstance(answer, HttpResponse)
    assert unseal(json.loads(answer.content)["token"], settings.SECRET_KEY).account_id == 7
    with pytest.raises(NotFound):
        views.live_token(request_of_ada("ticket:IT-1", site="cross-site"))


@pytest.mark.usefixtures("shown_pages")
def test_a_kind_of_page_has_one_resolver() -> None:
    with pytest.raises(ValueError, match="already"):
        live.register_topics("queue", topics_of_ticket)


def test_a_policys_own_topics_can_be_signed() -> None:
    token = live.grant(7, "session", ["ticket:1", "ticket:1"])
    assert unseal(token, settings.SECRET_KEY).topics == ("ticket:1",)
    with pytest.raises(ValueError, match="more than"):
        live.grant(7, "session", [f"ticket:{number}" for number in range(65)])
