"""From a session cookie to the actor, language and zone of a request."""

from collections.abc import Callable

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.middleware import SessionMiddleware as SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare

from otklik.people.models import Account
from otklik.people.models.session import SessionStore
from otklik.people.policies import actor_for

Handler = Callable[[HttpRequest], HttpResponseBase]


class ActorMiddleware:
    """Set `request.actor`: the signed-in person with their rights, or None."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        account = signed_in_account(request)
        request.actor = actor_for(account) if account else None  # type: ignore[attr-defined]
        return self.get_response(request)


def signed_in_account(request: HttpRequest) -> Account | None:
    """Return the account of the session unless it is blocked or its password has changed since."""
    session = request.session
    assert isinstance(session, SessionStore)  # noqa: S101 - settings.SESSION_ENGINE
    known_by = session.get(HASH_SESSION_KEY, "")  # loads the session
    account = session.row.account if session.row else None
    if account is None or not account.is_active:
        return None
    return account if constant_time_compare(known_by, account.get_session_auth_hash()) else None
