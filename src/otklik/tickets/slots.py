"""What tickets show in the places of upper pages."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots
from otklik.people.policies import actor_of, asker_of, find_organization, find_person
from otklik.tickets.selectors.dealings import dealings_with_organization, dealings_with_person
from otklik.tickets.selectors.query.editing import quoted
from otklik.tickets.selectors.shown import shown_query, shown_ticket
from otklik.tickets.views.queue import rail_words


@slots.fill("rail", order=10)
def rail(request: HttpRequest) -> Markup:
    """Show the views of the queue with their counts."""
    actor = asker_of(request)
    if actor is None or not actor.is_staff:
        return Markup()
    hears = shown_ticket.found(request) is not None  # its page is told when counts may change
    words = rail_words(request, actor, shown_query.found(request), beside=hears)
    return _rendered("tickets/_rail_views.html", request, words)


@slots.fill("person_page")
def person_tickets(request: HttpRequest) -> Markup:
    """Show what a person asked for, to a colleague who looks at them."""
    person = find_person(actor_of(request), _shown(request, "person_id"))
    found = dealings_with_person(actor_of(request), person.pk)
    mail = person.emails.values_list("address", flat=True).first()
    query = f"is:any requester:{quoted(mail or person.name)}"
    words = {"found": found, "query": query, "person": person}
    return _rendered("tickets/_dealings.html", request, words)


@slots.fill("organization_page")
def organization_tickets(request: HttpRequest) -> Markup:
    """Show what a company's people asked for."""
    company = find_organization(actor_of(request), _shown(request, "organization_id"))
    found = dealings_with_organization(actor_of(request), company.pk)
    query = f"is:any organization:{quoted(company.name)}"
    words = {"found": found, "query": query, "person": None}
    return _rendered("tickets/_dealings.html", request, words)


def _shown(request: HttpRequest, name: str) -> int:
    """Return what the page is about, as its address says."""
    assert request.resolver_match is not None  # noqa: S101  # a page has an address
    return int(request.resolver_match.kwargs[name])


@slots.fill("setup", order=20)
def setup_links(request: HttpRequest) -> Markup:
    return _rendered("tickets/setup/_links.html", request)


@slots.fill("setup_index", order=20)
def setup_cards(request: HttpRequest) -> Markup:
    return _rendered("tickets/setup/_cards.html", request)


def _rendered(template: str, request: HttpRequest, words: dict[str, Any] | None = None) -> Markup:
    return Markup(render_to_string(template, words or {}, request))  # noqa: S704  # our own template
