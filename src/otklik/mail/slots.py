"""What mail shows in the places of other pages."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots
from otklik.mail.policies import may_tend_letters
from otklik.mail.selectors.log import waiting_count
from otklik.people.models import Actor


@slots.fill("rail", order=50)
def rail(request: HttpRequest) -> Markup:
    """Show the way to letters that wait, to those who look after any."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not may_tend_letters(actor):
        return Markup()
    words = {"waiting": waiting_count(actor)}
    return Markup(render_to_string("mail/_rail.html", words, request))  # noqa: S704  # our own


@slots.fill("setup", order=30)
def setup_links(request: HttpRequest) -> Markup:
    return Markup(render_to_string("mail/_setup_links.html", {}, request))  # noqa: S704  # our own


@slots.fill("setup_index", order=30)
def setup_cards(request: HttpRequest) -> Markup:
    return Markup(render_to_string("mail/_setup_cards.html", {}, request))  # noqa: S704  # our own
