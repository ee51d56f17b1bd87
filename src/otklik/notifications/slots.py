from typing import Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots
from otklik.core.carried import Carried
from otklik.notifications import selectors
from otklik.notifications.actions import look
from otklik.people.models import Actor
from otklik.people.policies import asker_of

PAGES_OF_TICKETS = ("ticket", "request")  # by the names of their addresses
_NOW: Final = Carried[selectors.Standing]("told_now")


@slots.fill("rail_foot", order=10)
def bell(request: HttpRequest) -> Markup:
    """Show the bell in the rail."""
    return _bell(request)


@slots.fill("portal_person", order=10)
def portal_bell(request: HttpRequest) -> Markup:
    """Show the bell to a customer."""
    return _bell(request)


@slots.fill("live")
def pop_ups(request: HttpRequest) -> Markup:
    """Tell the page where its pop-ups come from, and what it need not tell any more."""
    actor = asker_of(request)
    if actor is None:
        return Markup("")
    return _rendered("notifications/_live.html", {"now": _now(request, actor)}, request)


def _bell(request: HttpRequest) -> Markup:
    actor = asker_of(request)
    if actor is None:
        return Markup("")
    words = {"unread": _now(request, actor).unread, "number": _number_shown(request)}
    return _rendered("notifications/_bell.html", words, request)


def _now(request: HttpRequest, actor: Actor) -> selectors.Standing:
    """Look once a page, after what this very page shows has been taken for read."""
    now = _NOW.found(request)
    return now or _NOW.leave(request, look(actor=actor, shown=_number_shown(request)))


def _number_shown(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None or match.url_name not in PAGES_OF_TICKETS:
        return ""
    number = str(match.kwargs["number"])
    return number if number.isprintable() else ""  # also the page of a refusal asks this


def _rendered(template: str, words: dict[str, object], request: HttpRequest) -> Markup:
    return Markup(render_to_string(template, words, request))  # noqa: S704  # our own template
