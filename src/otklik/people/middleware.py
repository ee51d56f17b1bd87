"""From a session cookie to the actor, language and zone of a request."""

from collections.abc import Callable
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware as SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare

from otklik.core.carried import asker, theme
from otklik.core.configuration import read_with_asker
from otklik.core.errors import NotFound
from otklik.core.offered import asked_language, spoken_to
from otklik.core.refusals import refusal
from otklik.people.actions.sessions import note_session_seen
from otklik.people.models import Account, Role
from otklik.people.models.session import SessionStore
from otklik.people.policies import actor_for
from otklik.people.selectors.desk import desk_is_set_up

Handler = Callable[[HttpRequest], HttpResponseBase]

OPEN_TO_ALL = ("/welcome/", "/static/", "/healthz", "/readyz", "/metrics", "/language/")
OPEN_TO_OLD_PASSWORDS = ("/password/", "/sign-out/", "/language/")


class FirstRunMiddleware:
    """Lead everyone to the first page until the desk is set up."""

    is_set_up: ClassVar[bool] = False  # a desk never ceases to be one

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self.is_set_up and not request.path.startswith(OPEN_TO_ALL):
            if not desk_is_set_up():
                if request.path.startswith("/api/"):
                    return refusal(request, NotFound())
                return redirect("welcome")
            type(self).is_set_up = True
        return self.get_response(request)


class ActorMiddleware:
    """Find who asks, with their rights; None for a visitor. Speak their language."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        account = None if speaks_by_token(request) else signed_in_account(request)
        seen_key = note_session(request) if account else None
        actor = actor_for(account, roles=roles_of(request)) if account else None
        asker.leave(request, actor)
        theme.leave(request, account.theme if account else "")
        language = spoken_to(actor.language) if actor else asked_language(request)
        zone = ZoneInfo(actor.time_zone if actor else "UTC")
        with translation.override(language), timezone.override(zone):
            if account and account.must_change_password and _is_elsewhere(request):
                return redirect(reverse("own_password"))
            response = self.get_response(request)
            # the API learns only later who asks
            response.headers.setdefault("Content-Language", translation.get_language())
        if seen_key and request.session.session_key == seen_key:
            renew_cookie(response, seen_key)
        return response


def speaks_by_token(request: HttpRequest) -> bool:
    """Tell whether a program asks: its token says who it is, whatever session comes along."""
    said = request.META.get("HTTP_AUTHORIZATION", "")
    return request.path.startswith("/api/") and said[:7].lower() == "bearer "


def roles_of(request: HttpRequest) -> dict[int, Role]:
    """Return the roles of the account of a session that was loaded."""
    row = getattr(request.session, "row", None)
    roles: dict[str, str] = getattr(row, "roles", None) or {}
    return {int(pk): Role(role) for pk, role in roles.items()}


def signed_in_account(request: HttpRequest) -> Account | None:
    """Return the account of the session unless it is blocked or its password has changed since."""
    session = request.session
    assert isinstance(session, SessionStore)  # noqa: S101 - settings.SESSION_ENGINE
    known_by = session.get(HASH_SESSION_KEY, "")  # loads the session
    account = session.row.account if session.row else None
    if session.row is None or account is None or not account.is_active:
        return None
    if not constant_time_compare(known_by, account.get_session_auth_hash()):
        return None
    read_with_asker(session.stamp)
    return account


def note_session(request: HttpRequest) -> str | None:
    """Note that a session is in use; return its key if that made it live longer."""
    session = request.session
    assert isinstance(session, SessionStore)  # noqa: S101 - as above
    assert session.row is not None  # noqa: S101 - somebody is signed in
    return session.session_key if note_session_seen(session=session.row) else None


def renew_cookie(response: HttpResponseBase, session_key: str) -> None:
    """Let the browser keep its session as long as the desk does.

    The cookie alone: saving the session would undo what another request wrote to it meanwhile.
    """
    response.set_cookie(
        settings.SESSION_COOKIE_NAME,
        session_key,
        max_age=settings.SESSION_COOKIE_AGE,
        domain=settings.SESSION_COOKIE_DOMAIN,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=settings.SESSION_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def _is_elsewhere(request: HttpRequest) -> bool:
    return not request.path.startswith(OPEN_TO_OLD_PASSWORDS)
