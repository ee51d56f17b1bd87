"""From a session cookie to the actor, language and zone of a request."""

from collections.abc import Callable

from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware as SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from otklik.people.models import Account
from otklik.people.policies import actor_for

Handler = Callable[[HttpRequest], HttpResponseBase]


class ActorMiddleware:
    """Set `request.actor`: the signed-in person with their rights, or None."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        account = get_user(request)
        actor = actor_for(account) if isinstance(account, Account) else None
        request.actor = actor  # type: ignore[attr-defined]  # read by views through Asked
        return self.get_response(request)
