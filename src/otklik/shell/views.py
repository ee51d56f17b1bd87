"""The way in: home for each kind of person, set-up's first page, the palette."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from otklik.people.policies import actor_of, administrator_of, asker_of, staff_of
from otklik.people.selectors.look_up import look_up
from otklik.shell.selectors import palette_actions, palette_tickets
from otklik.tickets.selectors.requests import my_requests, offered_types

LATEST = 5
LONGEST = 100


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the portal's first page; colleagues go to their queue."""
    actor = asker_of(request)
    if actor is None:
        return render(request, "shell/visitor.html", {"types": offered_types()})
    if actor.is_staff and "portal" not in request.GET:
        return redirect("queue")
    words = {"requests": my_requests(actor)[:LATEST], "types": offered_types()}
    return render(request, "shell/home.html", words)


@require_GET
def home_requests(request: HttpRequest) -> HttpResponse:
    """The latest requests of the first page again, as a live hint asks for them."""
    requests = my_requests(actor_of(request))[:LATEST]
    return render(request, "shell/_home_requests.html", {"requests": requests})


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """Show everything that an administrator may set."""
    administrator_of(request)
    return render(request, "shell/setup.html", {})


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """Find tickets, people and actions while typing (Ctrl-K)."""
    actor = staff_of(request)
    text = request.GET.get("q", "").replace("\0", "")[:LONGEST].strip()
    words = {
        "text": text,
        "actions": palette_actions(actor, text),
        "tickets": palette_tickets(actor, text),
        "people": look_up(actor=actor, text=text, limit=LATEST) if text else [],
    }
    return render(request, "shell/_palette.html", words)
