"""The search page: one box, everything the person may see, best first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.people.models import Actor
from otklik.people.policies import actor_of
from otklik.people.selectors.look_up import look_up
from otklik.tickets.errors import QueryRefused
from otklik.tickets.forms.listing import LONGEST
from otklik.tickets.selectors.query import Query
from otklik.tickets.selectors.query.editing import mended
from otklik.tickets.selectors.search import search_tickets

PEOPLE = 5


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show what a query finds: tickets and people to staff, their own requests to customers."""
    actor = actor_of(request)
    q = request.GET.get("q", "")[:LONGEST]
    words: dict[str, Any] = {"q": q, "found": None, "fault": None, "people": []}
    status = 200
    if q.strip():
        try:
            words["found"] = search_tickets(actor, q, as_customer=not actor.is_staff)
            words["people"] = _people(actor, words["found"].query)
        except QueryRefused as fault:
            words |= {"fault": fault, "mends": mended(q, fault)}
            status = fault.status
    return render(request, "tickets/search.html", words, status=status)


def _people(actor: Actor, query: Query) -> list[Any]:
    text = " ".join(one.text for one in query.words if not one.is_negated)
    if not actor.is_staff or not text or query.filters:
        return []
    return list(look_up(actor=actor, text=text.replace("\0", ""), limit=PEOPLE))
