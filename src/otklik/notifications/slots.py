from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots
from otklik.notifications.selectors import unread_count
from otklik.people.models import Actor


@slots.fill("rail_foot", order=10)
def bell(request: HttpRequest) -> Markup:
    """Show the bell in the rail."""
    return _bell(request)


@slots.fill("portal_person", order=10)
def portal_bell(request: HttpRequest) -> Markup:
    """Show the bell to a customer."""
    return _bell(request)


def _bell(request: HttpRequest) -> Markup:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return Markup("")
    words = {"unread": unread_count(actor)}
    return Markup(render_to_string("notifications/_bell.html", words, request))  # noqa: S704  # our own template
