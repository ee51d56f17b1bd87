"""What the shell shows in every page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots


def _rendered(template: str, request: HttpRequest) -> Markup:
    return Markup(render_to_string(template, {}, request))  # noqa: S704  # our own template


@slots.fill("rail_foot", order=90)
def rail_foot(request: HttpRequest) -> Markup:
    return _rendered("shell/_rail_foot.html", request)


@slots.fill("setup", order=90)
def setup_links(request: HttpRequest) -> Markup:
    return _rendered("shell/_setup_links.html", request)


@slots.fill("setup_index", order=90)
def setup_cards(request: HttpRequest) -> Markup:
    return _rendered("shell/_setup_cards.html", request)


@slots.fill("dock")
def dock(request: HttpRequest) -> Markup:
    return _rendered("shell/_dock.html", request)


@slots.fill("portal_nav")
def portal_nav(request: HttpRequest) -> Markup:
    return _rendered("shell/_portal_nav.html", request)


@slots.fill("portal_person")
def portal_person(request: HttpRequest) -> Markup:
    return _rendered("shell/_portal_person.html", request)
