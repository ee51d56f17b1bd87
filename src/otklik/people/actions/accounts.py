"""The right to sign in: opened, blocked, raised to administrator."""

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid
from otklik.core.events import publish
from otklik.people.actions.checks import Checks
from otklik.people.actions.look_up import refresh_look_up
from otklik.people.actions.passwords import ensure_good_password
from otklik.people.actions.sessions import drop_sessions
from otklik.people.actions.tokens import drop_tokens
from otklik.people.events import AccountOpened, PasswordLinkAsked, RightsChanged
from otklik.people.models import Account, Actor, Person
from otklik.people.policies import (
    ensure_administrator,
    ensure_full_scope,
    lock_account,
    lock_person,
)

LOGIN = re.compile(r"[\w][\w.+-]*")
LONGEST_LOGIN = 64


@transaction.atomic
def open_account(
    *, actor: Actor, person_id: int, login: str, password: str | None = None
) -> Account:
    """Let a person sign in: by a password that they must change, or (None) by a mailed link.

    Publishes AccountOpened, and PasswordLinkAsked for the link. Raises NotFound, NotAllowed,
    Invalid, Conflict when they have an account or the login is taken.
    """
    ensure_administrator(actor)
    ensure_full_scope(actor)
    person = lock_person(actor, person_id)
    account = new_account(person=person, login=login, password=password)
    if password is None:
        publish_link_asked(account)
    else:
        account.must_change_password = True
        account.save(update_fields=["must_change_password"])
    return account


@transaction.atomic
def change_login(*, actor: Actor, account_id: int, login: str) -> Account:
    """Give an account another login. Raises NotFound, NotAllowed, Invalid, Conflict."""
    account = lock_account(actor, account_id)
    account.login = _login(login)
    _save(account, "login")
    refresh_look_up(account.person)
    return account


@transaction.atomic
def block_account(*, actor: Actor, account_id: int) -> Account:
    """Keep a person out: every session ends now, every socket within a second.

    Their tokens are revoked for good. Blocking again does nothing. Publishes RightsChanged,
    SessionsEnded. Raises NotFound, NotAllowed, Conflict for oneself and the last administrator.
    """
    _hold_administrators(actor)
    account = lock_account(actor, account_id)
    if not account.is_active:
        return account
    if account.pk == actor.account_id:
        raise Conflict(_("You cannot block yourself."))
    if account.is_administrator:
        _ensure_another_administrator(account)
    account.is_active = False
    _save(account, "is_active")
    drop_sessions(account.pk)
    drop_tokens(account.pk)
    account.password_links.all().delete()
    publish(RightsChanged(person_id=account.person_id, account_id=account.pk))
    return account


@transaction.atomic
def unblock_account(*, actor: Actor, account_id: int) -> Account:
    """Let a blocked person sign in again. Raises NotFound, NotAllowed."""
    account = lock_account(actor, account_id)
    if not account.is_active:
        account.is_active = True
        _save(account, "is_active")
        publish(RightsChanged(person_id=account.person_id, account_id=account.pk))
    return account


@transaction.atomic
def set_administrator(*, actor: Actor, account_id: int, is_administrator: bool) -> Account:
    """Make someone an administrator, or no longer one; there is always one left.

    Publishes RightsChanged. Raises NotFound, NotAllowed, Conflict.
    """
    _hold_administrators(actor)
    account = lock_account(actor, account_id)
    if account.is_administrator == is_administrator:
        return account
    if not is_administrator:
        _ensure_another_administrator(account)
    account.is_administrator = is_administrator
    _save(account, "is_administrator")
    publish(RightsChanged(person_id=account.person_id, account_id=account.pk))
    return account


@transaction.atomic
def force_password_change(*, actor: Actor, account_id: int) -> Account:
    """Ask for a new password on the person's next page. Raises NotFound, NotAllowed."""
    account = lock_account(actor, account_id)
    account.must_change_password = True
    _save(account, "must_change_password")
    return account


@transaction.atomic
def mail_password_link(*, actor: Actor, account_id: int) -> None:
    """Send a person a link to set a password.

    Publishes PasswordLinkAsked. Raises NotFound, NotAllowed, Conflict without an address or
    while blocked.
    """
    account = lock_account(actor, account_id)
    if not account.is_active:
        raise Conflict(_("This account is blocked. Let the person in first."))
    publish_link_asked(account)


def new_account(*, person: Person, login: str, password: str | None) -> Account:
    """Write an account. Rights are the caller's to check."""
    account = Account(person=person, login=_login(login), created_at=clock.now())
    if password is None:
        account.set_unusable_password()
    else:
        ensure_good_password(account, password)
        account.set_password(password)
    if Account.objects.filter(person=person).exists():
        raise Conflict(_("This person has an account already."))
    _save(account)
    refresh_look_up(person)
    publish(AccountOpened(account_id=account.pk))
    return account


def publish_link_asked(account: Account) -> None:
    if not account.person.emails.exists():
        raise Conflict(_("There is no e-mail address to send the link to. Add one first."))
    publish(PasswordLinkAsked(name=account.login))


def _login(text: str) -> str:
    checks = Checks()
    login = checks.line("login", text, limit=LONGEST_LOGIN, required=True).lower()
    checks.finish()
    if not LOGIN.fullmatch(login):
        why = _("Letters, digits, dots, dashes and underscores, beginning with a letter or digit.")
        raise Invalid(fields={"login": why})
    return login


def _hold_administrators(actor: Actor) -> None:
    """Hold every administrator, in one order, so that two who act on each other take turns."""
    ensure_administrator(actor)
    held = Account.objects.select_for_update().filter(is_administrator=True).order_by("pk")
    list(held.values_list("pk"))


def _ensure_another_administrator(account: Account) -> None:
    others = Account.objects.filter(is_administrator=True, is_active=True).exclude(pk=account.pk)
    if not others.exists():
        raise Conflict(_("This is the last administrator, and a desk needs one."))


def _save(account: Account, *columns: str) -> None:
    try:
        with transaction.atomic():
            account.save(update_fields=columns or None)
    except IntegrityError as error:
        why = _("This login is taken.")
        raise Conflict(why, field="login") from error
