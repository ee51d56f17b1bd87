"""Accounts, roles and who may give them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed
from otklik.core.events import Event
from otklik.people.actions import (
    block_account,
    change_login,
    end_all_sessions,
    end_session,
    force_password_change,
    mail_password_link,
    open_account,
    set_administrator,
    set_role,
    set_roles,
    unblock_account,
)
from otklik.people.events import PasswordLinkAsked, RightsChanged, SessionsEnded
from otklik.people.models import Account, Membership, Person, Role, Session
from otklik.people.tests.factories import (
    PASSWORD,
    Cast,
    account_of,
    make_account,
    make_actor,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db


def test_an_administrator_opens_an_account_with_a_password_to_be_changed(cast: Cast) -> None:
    person = make_person(name="New Colleague")
    account = open_account(
        actor=cast.root, person_id=person.pk, login="New.Colleague", password=PASSWORD
    )
    assert account.login == "new.colleague"
    assert account.check_password(PASSWORD)
    assert account.must_change_password
    person.refresh_from_db()
    assert " new.colleague" in person.look_up


def test_an_account_without_a_password_gets_a_link(cast: Cast, published: list[Event]) -> None:
    account = open_account(actor=cast.root, person_id=make_person().pk, login="newcomer")
    assert not account.has_usable_password()
    assert PasswordLinkAsked(name="newcomer") in published


def test_a_link_needs_an_address_to_go_to(cast: Cast) -> None:
    person = make_person()
    person.emails.all().delete()
    with pytest.raises(Conflict):
        open_account(actor=cast.root, person_id=person.pk, login="newcomer")
    assert not Account.objects.filter(person=person).exists()


def test_a_person_has_one_account_and_a_login_one_person(cast: Cast) -> None:
    person, other = make_person(), make_person()
    open_account(actor=cast.root, person_id=person.pk, login="one", password=PASSWORD)
    with pytest.raises(Conflict):
        open_account(actor=cast.root, person_id=person.pk, login="two", password=PASSWORD)
    with pytest.raises(Conflict):
        open_account(actor=cast.root, person_id=other.pk, login="ONE", password=PASSWORD)


@pytest.mark.parametrize("login", ["", " ", "a@b", "a b", "-a", "a" * 65, "a\x00", "<b>", "a/b"])
def test_a_login_is_a_plain_word(cast: Cast, login: str) -> None:
    account = make_account()
    with pytest.raises(Invalid):
        change_login(actor=cast.root, account_id=account.pk, login=login)


@pytest.mark.parametrize(
    "password",
    ["", "short12", "x" * 1025, "password1", "12345678", "pass\x00word-long", "same.login"],
)
def test_a_bad_password_is_refused(cast: Cast, password: str) -> None:
    with pytest.raises(Invalid):
        open_account(
            actor=cast.root, person_id=make_person().pk, login="same.login", password=password
        )


def test_accounts_and_roles_are_the_administrators_alone(cast: Cast) -> None:
    account = make_account()
    every: dict[str, Callable[..., object]] = {
        "open": lambda actor: open_account(
            actor=actor, person_id=make_person().pk, login="newlogin", password=PASSWORD
        ),
        "block": lambda actor: block_account(actor=actor, account_id=account.pk),
        "unblock": lambda actor: unblock_account(actor=actor, account_id=account.pk),
        "login": lambda actor: change_login(actor=actor, account_id=account.pk, login="other"),
        "link": lambda actor: mail_password_link(actor=actor, account_id=account.pk),
        "force": lambda actor: force_password_change(actor=actor, account_id=account.pk),
        "role": lambda actor: set_role(
            actor=actor, person_id=actor.person_id, department_id=cast.it.pk, role=Role.SUPERVISOR
        ),
        "administrator": lambda actor: set_administrator(
            actor=actor, account_id=actor.account_id, is_administrator=True
        ),
        "sessions": lambda actor: end_all_sessions(actor=actor, account_id=account.pk),
    }
    for name, act in every.items():
        for who, actor in cast.everyone.items():
            try:
                act(actor)
                answer = "yes"
            except DomainError as error:
                answer = type(error).__name__
            expected = {"root": "yes", "cy": "NotFound"}.get(who, "NotAllowed")
            assert answer == expected, (name, who)


def test_blocking_ends_every_session_and_says_so(
    cast: Cast, client: Client, published: list[Event]
) -> None:
    account = account_of(cast.ada)
    sign_in(client, account)
    block_account(actor=cast.root, account_id=account.pk)
    block_account(actor=cast.root, account_id=account.pk)

    assert not Session.objects.filter(account=account).exists()
    assert published == [
        SessionsEnded(account_id=account.pk),
        RightsChanged(person_id=account.person_id, account_id=account.pk),
    ]


def test_there_is_always_an_administrator_left(cast: Cast) -> None:
    with pytest.raises(Conflict):
        set_administrator(actor=cast.root, account_id=cast.root.account_id, is_administrator=False)
    with pytest.raises(Conflict):
        block_account(actor=cast.root, account_id=cast.root.account_id)

    second = make_actor(name="Rosa Second", is_administrator=True)
    block_account(actor=cast.root, account_id=second.account_id)
    with pytest.raises(Conflict):
        set_administrator(actor=cast.root, account_id=cast.root.account_id, is_administrator=False)
    unblock_account(actor=cast.root, account_id=second.account_id)
    set_administrator(actor=cast.root, account_id=cast.root.account_id, is_administrator=False)


def test_roles_that_were_seen_otherwise_are_not_set_and_what_they_were_is_told(cast: Cast) -> None:
    it, hr = cast.it.pk, cast.hr.pk
    ada: Any = {"actor": cast.root, "person_id": cast.ada.person_id}
    with pytest.raises(Conflict, match="Somebody changed these roles"):
        set_roles(**ada, roles={hr: Role.COORDINATOR, it: Role.SUPERVISOR}, seen={it: None})

    assert set_roles(**ada, roles={it: Role.SUPERVISOR, hr: None}, seen={it: Role.AGENT}) == {
        it: Role.AGENT
    }
    rows = Membership.objects.filter(person=cast.ada.person_id)
    assert list(rows.values_list("department", "role")) == [(it, Role.SUPERVISOR)]


def test_roles_are_set_changed_and_taken_away(cast: Cast, published: list[Event]) -> None:
    person = Person.objects.get(pk=cast.ada.person_id)
    for _ in range(2):
        set_roles(
            actor=cast.root,
            person_id=person.pk,
            roles={cast.it.pk: None, cast.hr.pk: Role.COORDINATOR},
        )
    assert list(Membership.objects.filter(person=person).values_list("department", "role")) == [
        (cast.hr.pk, "coordinator")
    ]
    assert published == [RightsChanged(person_id=person.pk, account_id=cast.ada.account_id)]


def test_one_ends_ones_own_sessions_by_name_only(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    session = Session.objects.get(account=cast.ada.account_id)
    end_session(actor=cast.cy, name=session.name)
    end_session(actor=cast.ada, name=session.session_key)
    assert Session.objects.filter(pk=session.pk).exists()
    end_session(actor=cast.ada, name=session.name)
    assert not Session.objects.filter(pk=session.pk).exists()


def test_a_colleague_cannot_end_anothers_sessions(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        end_all_sessions(actor=cast.ada, account_id=cast.vi.account_id)
