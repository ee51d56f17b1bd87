"""Forgotten, mailed and changed passwords."""

from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from otklik.core.errors import NotFound
from otklik.people.actions import (
    change_password,
    find_password_link,
    request_password_link,
    use_password_link,
)
from otklik.people.forms.signing_in import ChangePasswordForm, LinkRequestForm, NewPasswordForm
from otklik.people.models import Account
from otklik.people.policies import actor_of
from otklik.people.selectors.own import tokens_of
from otklik.people.views.answers import address_of, done, posted, shown
from otklik.people.views.proving import note_proof


@require_http_methods(["GET", "POST"])
def password_link_request(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether anyone has the name."""
    form = LinkRequestForm(posted(request))

    def act() -> None:
        request_password_link(name=form.cleaned_data["name"], address=address_of(request))

    sent = request.method == "POST" and form.does(act)
    return shown(request, "people/password_link_request.html", form=form, sent=sent)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Set a password by a mailed link."""
    try:
        found = find_password_link(secret=secret)
    except NotFound as error:
        return render(
            request, "people/password_link_gone.html", {"said": error.message}, status=404
        )
    form = NewPasswordForm(posted(request))

    def act() -> None:
        use_password_link(secret=secret, password=form.cleaned_data["password"])

    if request.method == "POST" and form.does(act):
        return done(
            request,
            "sign_in",
            said=_(
                "Your password is set, and nobody is signed in by the old one. Sign in with it."
            ),
        )
    login = found.account.login
    return shown(request, "people/password_link.html", form=form, login=login)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password, of one's own will or because it was asked for."""
    actor = actor_of(request)
    form = ChangePasswordForm(posted(request))
    changed: list[Account] = []

    def act() -> None:
        account = change_password(
            actor=actor,
            present=form.cleaned_data["present"],
            new=form.cleaned_data["password"],
            session_key=request.session.session_key,
            ends_tokens=form.cleaned_data["ends_tokens"],
        )
        changed.append(account)

    if request.method == "POST" and form.does(act):
        request.session.cycle_key()
        request.session[HASH_SESSION_KEY] = changed[0].get_session_auth_hash()
        note_proof(request)
        said = _("Your password is changed. Every other browser was signed out.")
        return done(request, "me", said=said)
    return shown(
        request,
        "people/own_password.html",
        form=form,
        forced=Account.objects.filter(pk=actor.account_id, must_change_password=True).exists(),
        has_tokens=tokens_of(actor.account_id).exists(),
    )
