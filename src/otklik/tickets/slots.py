"""What tickets show in the places of upper pages."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots
from otklik.people.models import Actor
from otklik.tickets.views.queue import rail_words


@slots.fill("rail", order=10)
def rail(request: HttpRequest) -> Markup:
    """Show the views of the queue with their counts."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not actor.is_staff:
        return Markup()
    words = rail_words(request, actor, getattr(request, "queue_query", None))
    return _rendered("tickets/_rail_views.html", request, words)


@slots.fill("setup", order=20)
def setup_links(request: HttpRequest) -> Markup:
    return _rendered("tickets/setup/_links.html", request)


@slots.fill("setup_index", order=20)
def setup_cards(request: HttpRequest) -> Markup:
    return _rendered("tickets/setup/_cards.html", request)


def _rendered(template: str, request: HttpRequest, words: dict[str, Any] | None = None) -> Markup:
    return Markup(render_to_string(template, words or {}, request))  # noqa: S704  # our own template
