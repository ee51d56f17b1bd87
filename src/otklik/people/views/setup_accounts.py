"""Accounts in the set-up: opened, blocked, raised to administrator."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from otklik.core.errors import Conflict, NotFound
from otklik.people.actions import (
    block_account,
    change_login,
    end_all_sessions,
    force_password_change,
    mail_password_link,
    open_account,
    set_administrator,
    unblock_account,
)
from otklik.people.forms.people import AccountForm, LoginForm
from otklik.people.models import Account, Actor
from otklik.people.policies import administrator_of
from otklik.people.selectors.persons import person_card
from otklik.people.views.answers import done, undoable
from otklik.people.views.proving import by_administrator, with_proof
from otklik.people.views.setup_people import page_of_person


@sensitive_post_parameters("password")
@require_POST
def person_account(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open an account."""
    actor = administrator_of(request)
    form = AccountForm(request.POST)

    def act() -> None:
        password = form.cleaned_data["password"] or None
        login = form.cleaned_data["login"]
        open_account(actor=actor, person_id=person_id, login=login, password=password)

    if form.does(act):
        return done(request, "setup_person", person_id, said=_("The account is open."))
    return page_of_person(request, actor, person_id, account=form)


@require_POST
@with_proof(by_administrator)
def person_login(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change the login."""
    actor = administrator_of(request)
    form = LoginForm(request.POST)
    account = account_of(actor, person_id)

    def act() -> None:
        change_login(actor=actor, account_id=account.pk, login=form.cleaned_data["login"])

    if form.does(act):
        return done(request, "setup_person", person_id, said=_("Saved."))
    return page_of_person(request, actor, person_id, login=form)


@require_POST
def person_block(request: HttpRequest, person_id: int) -> HttpResponse:
    """Keep a person out."""

    def act(actor: Actor, account: Account) -> None:
        block_account(actor=actor, account_id=account.pk)
        undo = reverse("setup_person_release", args=[person_id])
        undoable(
            request,
            _("The account is blocked and signed out everywhere; its API tokens are revoked."),
            undo,
        )

    return _acted(request, person_id, act)


@require_POST
def person_release(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let a blocked person in again."""

    def act(actor: Actor, account: Account) -> None:
        unblock_account(actor=actor, account_id=account.pk)

    return _acted(request, person_id, act, said=_("The person may sign in again."))


@require_POST
def person_password_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Mail a link to set a password."""

    def act(actor: Actor, account: Account) -> None:
        mail_password_link(actor=actor, account_id=account.pk)

    said = _(
        "The letter with the link is written. Until this desk sends mail, it lies in the "
        "folder “mail” of its data, and on its console: hand the link on."
    )
    return _acted(request, person_id, act, said=said)


@require_POST
def person_password_change(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask for a new password on the person's next page."""

    def act(actor: Actor, account: Account) -> None:
        force_password_change(actor=actor, account_id=account.pk)

    return _acted(request, person_id, act, said=_("They will be asked for a new password."))


@require_POST
@with_proof(by_administrator)
def person_administration(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a person an administrator (`is_administrator=1`), or no longer one."""
    wanted = request.POST.get("is_administrator") == "1"

    def act(actor: Actor, account: Account) -> None:
        before = account.is_administrator
        set_administrator(actor=actor, account_id=account.pk, is_administrator=wanted)
        said = _("They are an administrator now.") if wanted else _("They are none any more.")
        if account.person_id != actor.person_id:
            undoable(request, said, request.path, {"is_administrator": str(int(before))})

    return _acted(request, person_id, act)


@require_POST
def person_sessions_ending(request: HttpRequest, person_id: int) -> HttpResponse:
    """Sign a person out everywhere."""

    def act(actor: Actor, account: Account) -> None:
        end_all_sessions(actor=actor, account_id=account.pk)

    return _acted(request, person_id, act, said=_("They are signed out everywhere."))


def account_of(actor: Actor, person_id: int) -> Account:
    """Return the account of a person. Raises NotFound."""
    account = person_card(actor=actor, person_id=person_id).account
    if account is None:
        raise NotFound
    return account


def _acted(
    request: HttpRequest,
    person_id: int,
    act: Callable[[Actor, Account], None],
    said: str = "",
) -> HttpResponse:
    """Do something to an account and go back to its person; a conflict is said there."""
    actor = administrator_of(request)
    try:
        act(actor, account_of(actor, person_id))
    except Conflict as refusal:
        return page_of_person(request, actor, person_id, refusal=refusal)
    return done(request, "setup_person", person_id, said=said)
