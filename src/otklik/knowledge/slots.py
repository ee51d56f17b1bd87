"""What the knowledge base shows in the places of other pages."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots
from otklik.people.policies import asker_of


@slots.fill("rail", order=40)
def rail(request: HttpRequest) -> Markup:
    """Show colleagues the way to the articles."""
    actor = asker_of(request)
    if actor is None or not actor.is_staff:
        return Markup()
    return _rendered("knowledge/_rail.html", request)


@slots.fill("portal_nav", order=10)
def portal_nav(request: HttpRequest) -> Markup:
    return _rendered("knowledge/_portal_nav.html", request)


def _rendered(template: str, request: HttpRequest) -> Markup:
    return Markup(render_to_string(template, {}, request))  # noqa: S704  # our own template
