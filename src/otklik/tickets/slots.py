"""What tickets show in the places of upper pages."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots


@slots.fill("setup", order=20)
def setup_links(request: HttpRequest) -> Markup:
    return _rendered("tickets/setup/_links.html", request)


@slots.fill("setup_index", order=20)
def setup_cards(request: HttpRequest) -> Markup:
    return _rendered("tickets/setup/_cards.html", request)


def _rendered(template: str, request: HttpRequest) -> Markup:
    return Markup(render_to_string(template, {}, request))  # noqa: S704  # our own template
