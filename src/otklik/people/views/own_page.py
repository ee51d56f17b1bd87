"""One's own page: who I am, how my screen looks, what signs in as me."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.people.actions import (
    change_person,
    change_preferences,
    create_token,
    end_all_sessions,
    end_session,
    revoke_token,
)
from otklik.people.forms.own_page import (
    LookForm,
    NotificationsForm,
    ProfileForm,
    TokenForm,
    own_profile,
)
from otklik.people.models import Actor, Scope
from otklik.people.policies import actor_of, lock_person
from otklik.people.selectors.own import own_page_of
from otklik.people.views.answers import done, shown
from otklik.people.views.proving import with_proof


@require_http_methods(["GET", "POST"])
def own_page(request: HttpRequest) -> HttpResponse:
    """Show one's own page; a post changes the profile."""
    actor = actor_of(request)
    if request.method != "POST":
        return _page(request, actor)
    form = ProfileForm(request.POST)

    def act() -> None:
        change_person(actor=actor, person_id=actor.person_id, changes=form.changes())

    if form.does(act, now=lambda: own_profile(lock_person(actor, actor.person_id))):
        return done(request, "me", said=_("Saved."))
    return _page(request, actor, profile=form)


@require_POST
def own_look(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = LookForm(request.POST)
    if form.does(lambda: change_preferences(actor=actor, changes=form.changes())):
        return done(request, "me", said=_("Saved."))
    return _page(request, actor, look=form)


@require_POST
def own_notifications(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = NotificationsForm(request.POST)
    if form.does(lambda: change_preferences(actor=actor, changes=form.changes())):
        return done(request, "me", said=_("Saved."))
    return _page(request, actor, notifications=form)


@require_POST
def own_session_ending(request: HttpRequest, name: str) -> HttpResponse:
    """Sign one of one's browsers out."""
    end_session(actor=actor_of(request), name=name)
    return done(request, "me", said=_("That browser is signed out."))


@require_POST
def own_other_sessions_ending(request: HttpRequest) -> HttpResponse:
    """Sign all of one's browsers out but this one."""
    actor = actor_of(request)
    end_all_sessions(actor=actor, account_id=actor.account_id, but=request.session.session_key)
    return done(request, "me", said=_("Every other browser is signed out."))


def _asks_for_all(request: HttpRequest) -> bool:
    actor_of(request)
    return Scope.ALL in request.POST.getlist("scopes")


@require_POST
@with_proof(_asks_for_all)
def own_tokens(request: HttpRequest) -> HttpResponse:
    """Make a token, and show its secret this once."""
    actor = actor_of(request)
    form = TokenForm(request.POST)
    made: list[str] = []

    def act() -> None:
        _token, secret = create_token(
            actor=actor,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at(),
        )
        made.append(secret)

    if form.does(act):
        return _page(request, actor, secret=made[0])
    return _page(request, actor, token=form)


@require_POST
def own_token_revocation(request: HttpRequest, token_id: int) -> HttpResponse:
    revoke_token(actor=actor_of(request), token_id=token_id)
    return done(request, "me", said=_("The token is revoked."))


def _page(request: HttpRequest, actor: Actor, **changed: Any) -> HttpResponse:
    own = own_page_of(actor)
    words: dict[str, Any] = {
        "own": own,
        "profile": ProfileForm(initial=own_profile(own.person)),
        "look": LookForm(
            initial={
                name: getattr(own.account, name) for name in ("theme", "signature", "undo_seconds")
            }
        ),
        "notifications": NotificationsForm(
            initial={
                "plays_sound": own.account.plays_sound,
                "shows_pop_ups": own.account.shows_pop_ups,
            }
        ),
        "token": TokenForm(initial={"scopes": ["all"], "lifetime": "90"}),
        "secret": "",
        "present_session": request.session.session_key,
    }
    return shown(request, "people/own_page.html", **(words | changed))
