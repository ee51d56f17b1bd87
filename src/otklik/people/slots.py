"""What the people's pages show in places of others."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots


@slots.fill("setup", order=10)
def setup_links(request: HttpRequest) -> Markup:
    return _rendered("people/_setup_links.html", request)


@slots.fill("setup_index", order=10)
def setup_cards(request: HttpRequest) -> Markup:
    return _rendered("people/_setup_cards.html", request)


def _rendered(template: str, request: HttpRequest) -> Markup:
    return Markup(render_to_string(template, {}, request))  # noqa: S704 - our own template
