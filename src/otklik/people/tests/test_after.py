"""What follows from facts about people: closed sockets, letters, tidying."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from otklik.core import clock, live
from otklik.people import jobs
from otklik.people.actions import (
    block_account,
    change_organization,
    change_person,
    end_all_sessions,
    set_role,
    sign_out,
)
from otklik.people.actions.throttle import count_try
from otklik.people.models import PasswordLink, Role, Session, SignInFailure
from otklik.people.tests.factories import (
    Cast,
    account_of,
    make_account,
    make_organization,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the accounts whose sockets are closed."""
    seen: list[int] = []
    monkeypatch.setattr(live, "revoke", seen.append)
    return seen


@pytest.mark.parametrize(
    "act",
    [
        lambda cast: block_account(actor=cast.root, account_id=cast.ada.account_id),
        lambda cast: end_all_sessions(actor=cast.root, account_id=cast.ada.account_id),
        lambda cast: set_role(
            actor=cast.root,
            person_id=cast.ada.person_id,
            department_id=cast.it.pk,
            role=Role.SUPERVISOR,
        ),
    ],
)
def test_sockets_close_when_rights_change(
    cast: Cast, closed: list[int], act: Callable[[Cast], object]
) -> None:
    act(cast)
    assert set(closed) == {cast.ada.account_id}


def test_a_role_of_someone_without_an_account_closes_nothing(cast: Cast, closed: list[int]) -> None:
    set_role(
        actor=cast.root,
        person_id=make_person().pk,
        department_id=cast.it.pk,
        role=Role.AGENT,
    )
    assert closed == []


def test_sockets_close_when_a_person_moves_to_another_company(
    cast: Cast, closed: list[int]
) -> None:
    company = make_organization()
    for organization_id in (company.pk, company.pk, None):
        change_person(
            actor=cast.root,
            person_id=cast.cy.person_id,
            changes={"organization_id": organization_id, "office": f"Room {organization_id}"},
        )
    assert closed == [cast.cy.account_id] * 2


@pytest.mark.parametrize("shares", [True, False])
def test_sockets_of_a_company_close_when_its_sharing_changes(
    cast: Cast,
    closed: list[int],
    shares: bool,  # noqa: FBT001  # a parameter
) -> None:
    company = make_organization(shares_tickets=not shares)
    make_person(organization=company)
    insiders = [make_account(person=make_person(organization=company)).pk for _ in range(2)]
    for changes in ({"name": "Acme"}, {"shares_tickets": shares}, {"shares_tickets": shares}):
        change_organization(
            actor=cast.root,
            organization_id=company.pk,
            changes=changes,  # type: ignore[arg-type]  # each is right
        )
    assert sorted(closed) == insiders


def test_signing_out_closes_the_sockets_of_the_other_tabs(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, closed: list[int]
) -> None:
    ended: list[str] = []
    monkeypatch.setattr(live, "revoke_session", ended.append)
    sign_in(client, cast.ada)
    elsewhere = Client()
    sign_in(elsewhere, cast.ada)
    key = client.session.session_key or ""
    for _ in range(2):
        assert client.post(reverse("sign_out"))["Location"] == reverse("sign_in")
    assert ended == [live.session_hash(key)]
    assert closed == []  # the other browser hears on
    assert elsewhere.get(reverse("me")).status_code == 200
    assert not Session.objects.filter(session_key=key).exists()


def test_a_session_is_ended_by_its_owner_alone(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    sign_out(actor=cast.vi, session_key=client.session.session_key or "")
    assert client.get(reverse("me")).status_code == 200


def test_a_role_taken_away_counts_on_the_next_page(client: Client, cast: Cast) -> None:
    sign_in(client, cast.sam)
    assert client.get(reverse("palette")).status_code == 200
    set_role(actor=cast.root, person_id=cast.sam.person_id, department_id=cast.hr.pk, role=None)
    assert client.get(reverse("palette")).status_code == 404


def test_the_job_mails_a_link(cast: Cast, tmp_path: Path, settings: Settings) -> None:
    settings.OTKLIK_MAIL_FOLDER = tmp_path
    jobs.mail_password_link(name=account_of(cast.ada).login)
    assert "/password/link/" in next(tmp_path.glob("*.eml")).read_text()
    assert PasswordLink.objects.get().account_id == cast.ada.account_id


def test_what_ran_out_is_tidied_away(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    count_try("name:ada")
    with clock.moved_to(clock.now() + timedelta(days=30)):
        jobs.forget_what_ran_out(timestamp=0)
    assert not SignInFailure.objects.exists()
    assert not Session.objects.exists()


def test_a_session_in_use_is_seen_and_lives_on(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    before = Session.objects.get()
    with clock.moved_to(clock.now() + timedelta(days=1)):
        client.get(reverse("me"))
    after = Session.objects.get()
    assert after.seen_at > before.seen_at
    assert after.expire_date > before.expire_date


def test_the_cookie_of_a_session_in_use_lives_on_too(
    client: Client, cast: Cast, settings: Settings
) -> None:
    sign_in(client, cast.ada)
    name, key = settings.SESSION_COOKIE_NAME, client.session.session_key
    assert name not in client.get(reverse("me")).cookies  # seen this moment
    with clock.moved_to(clock.now() + timedelta(days=13)):
        answer = client.get(reverse("me"))
        cookie = answer.cookies[name]
        assert (cookie.value, cookie["max-age"]) == (key, settings.SESSION_COOKIE_AGE)
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert "Cookie" in answer["Vary"]
        assert name not in client.get(reverse("me")).cookies
    with clock.moved_to(clock.now() + timedelta(days=26)):
        assert client.get(reverse("me")).status_code == 200


def test_renewing_a_cookie_keeps_what_another_request_wrote_meanwhile(
    client: Client, cast: Cast
) -> None:
    sign_in(client, cast.ada)
    written = client.session
    written["undo"] = {"said": "Done.", "address": "/", "fields": {}}
    written.save()
    before = Session.objects.get().session_data
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        assert client.get(reverse("palette")).cookies
    assert Session.objects.get().session_data == before


def test_signing_out_leaves_no_cookie_however_old_the_session(
    client: Client, cast: Cast, settings: Settings
) -> None:
    sign_in(client, cast.ada)
    with clock.moved_to(clock.now() + timedelta(days=1)):
        answer = client.post(reverse("sign_out"))
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""
