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
from otklik.people.actions import block_account, end_all_sessions, set_role
from otklik.people.actions.throttle import count_try
from otklik.people.models import PasswordLink, Role, Session, SignInFailure
from otklik.people.tests.factories import Cast, account_of, make_person, sign_in

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
