"""What tickets show in pages that are not their own."""

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
    q = getattr(request, "queue_query", None)
    words = rail_words(request, actor, q)
    return Markup(render_to_string("tickets/_rail_views.html", words, request))  # noqa: S704  # our own template
