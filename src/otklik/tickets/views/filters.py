"""All filters of the queue as controls, read only when somebody opens them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from otklik.core.errors import NotFound
from otklik.people.policies import staff_of
from otklik.tickets.forms.filtering import filtered_query
from otklik.tickets.forms.listing import LONGEST, Listing
from otklik.tickets.selectors.controls import controls_of, panel_of
from otklik.tickets.selectors.query import Key
from otklik.tickets.selectors.suggesting import NAMED, suggestions
from otklik.tickets.selectors.wordbook import wordbook

LONGEST_NAME = 100


@require_GET
def filters(request: HttpRequest) -> HttpResponse:
    """Show the controls for a query; when they are applied, lead to the list that they ask for."""
    staff_of(request)
    q = request.GET.get("q", "")[:LONGEST]
    sections = panel_of(q, wordbook())
    if "apply" in request.GET:
        asked = filtered_query(q, controls_of(sections), request.GET)
        return redirect(Listing(q=asked).address())
    return render(request, "tickets/filters.html", {"q": q, "sections": sections})


@require_GET
def names(request: HttpRequest, name: str) -> HttpResponse:
    """Suggest names while somebody types into a filter."""
    actor = staff_of(request)
    key = next((one for one in NAMED if one == name), None)
    if key is None:
        raise NotFound
    text = request.GET.get(key, "").replace("\0", "")[:LONGEST_NAME]
    words = {"found": suggestions(actor, Key(key), text)}
    return render(request, "tickets/_suggestions.html", words)
