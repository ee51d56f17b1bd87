"""The request as our views know it: with htmx's details and whoever is asking."""

from typing import cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from otklik.core.errors import NotSignedIn


class Asked(HttpRequest):
    """A request that has passed the middleware."""

    htmx: HtmxDetails
    request_id: str
    actor: object | None


def signed_in(request: HttpRequest) -> object:
    """Return the actor of a request. Raises NotSignedIn."""
    actor = cast("Asked", request).actor
    if actor is None:
        raise NotSignedIn
    return actor
