"""Who may sign in, over the API: for administrators, by tokens of the scope `all`."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema, Status
from pydantic import ConfigDict

from otklik.core.api import REFUSALS, Strict, created, ensure_matches, ensure_scope, tagged
from otklik.core.errors import NotFound
from otklik.people import actions
from otklik.people.actions.accounts import LONGEST_LOGIN
from otklik.people.actions.passwords import LONGEST, SHORTEST
from otklik.people.api import schemas
from otklik.people.api.router import new_router
from otklik.people.models import Account, Actor
from otklik.people.policies import actor_of, ensure_administrator, find_person, lock_account

router = new_router()
Login = Annotated[str, Field(min_length=1, max_length=LONGEST_LOGIN)]
Password = Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)]


class AccountOut(Schema):
    """The right of one person to sign in."""

    login: str
    is_active: bool = Field(description="False: blocked")
    is_administrator: bool
    must_change_password: bool
    created_at: datetime


class AccountIn(Strict):
    """An account to open; without a password a link to set one is mailed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"login": "maria"}]})

    login: Login
    password: Password | None = None


class AccountPatch(Strict):
    """Changes to an account; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_active": False}]})

    login: Login = "-"
    is_active: bool = True
    is_administrator: bool = False
    must_change_password: Literal[True] = True


@router.get(
    "/people/{person_id}/account",
    response={200: AccountOut, **REFUSALS},
    summary="Read an account",
)
def get_account(request: HttpRequest, response: HttpResponse, person_id: schemas.Key) -> Any:
    """Read a person's account. For administrators, as all of accounts."""
    actor = actor_of(request)
    ensure_scope(actor, "people:read")
    ensure_administrator(actor)
    return tagged(response, _out(_find(actor, person_id)))


@router.post(
    "/people/{person_id}/account",
    response={201: AccountOut, **REFUSALS},
    summary="Open an account",
)
def open_account(
    request: HttpRequest, response: HttpResponse, person_id: schemas.Key, payload: AccountIn
) -> Any:
    """Let a person sign in: by a password that they must change, or by a mailed link."""
    made = actions.open_account(
        actor=_keeper(request), person_id=person_id, login=payload.login, password=payload.password
    )
    return created(response, f"/people/{person_id}/account", _out(made))


@router.patch(
    "/people/{person_id}/account",
    response={200: AccountOut, **REFUSALS},
    summary="Change an account",
)
@transaction.atomic
def change_account(
    request: HttpRequest, response: HttpResponse, person_id: schemas.Key, payload: AccountPatch
) -> Any:
    """Change the login, block or let in, give or take administration, ask for a new password.

    Blocking signs the person out everywhere and revokes their tokens.
    """
    actor = _keeper(request)
    ensure_administrator(actor)
    account = lock_account(actor, _find(actor, person_id).pk)
    ensure_matches(request, _out(account))
    said = payload.dict(exclude_unset=True)
    if "login" in said:
        actions.change_login(actor=actor, account_id=account.pk, login=said["login"])
    if "is_administrator" in said:
        actions.set_administrator(
            actor=actor, account_id=account.pk, is_administrator=said["is_administrator"]
        )
    if "must_change_password" in said:
        actions.force_password_change(actor=actor, account_id=account.pk)
    if "is_active" in said:
        act = actions.unblock_account if said["is_active"] else actions.block_account
        act(actor=actor, account_id=account.pk)
    return tagged(response, _out(_find(actor, person_id)))


@router.post(
    "/people/{person_id}/account/password-links",
    response={204: None, **REFUSALS},
    summary="Mail a link to set a password",
)
def mail_password_link(request: HttpRequest, person_id: schemas.Key) -> Any:
    """Mail a link to set a password; those that were mailed before stop working."""
    actor = _keeper(request)
    ensure_administrator(actor)
    actions.mail_password_link(actor=actor, account_id=_find(actor, person_id).pk)
    return Status(204, None)


@router.delete(
    "/people/{person_id}/account/sessions",
    response={204: None, **REFUSALS},
    summary="Sign a person out everywhere",
)
def end_sessions(request: HttpRequest, person_id: schemas.Key) -> Any:
    """Sign a person out of all their browsers. Again does nothing."""
    actor = _keeper(request)
    ensure_administrator(actor)
    account = lock_account(actor, _find(actor, person_id).pk)
    actions.end_all_sessions(actor=actor, account_id=account.pk)
    return Status(204, None)


def _keeper(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    return actor


def _find(actor: Actor, person_id: int) -> Account:
    account = Account.objects.filter(person=find_person(actor, person_id).pk).first()
    if account is None:
        raise NotFound
    return account


def _out(account: Account) -> AccountOut:
    return AccountOut(
        login=account.login,
        is_active=account.is_active,
        is_administrator=account.is_administrator,
        must_change_password=account.must_change_password,
        created_at=account.created_at,
    )
