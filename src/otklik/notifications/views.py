import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from otklik.notifications import selectors
from otklik.notifications.actions import look, mark_read
from otklik.people.policies import actor_of

DIGITS: Final = re.compile("[0-9]{1,18}")


@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """List what one should hear of; a post marks all of it as read."""
    actor = actor_of(request)
    if request.method == "POST":
        mark_read(actor=actor)
        return redirect("notifications")
    layout = "layout/workspace.html" if actor.is_staff else "layout/portal.html"
    words = {"told": selectors.latest(actor), "layout": layout}
    return render(request, "notifications/list.html", words)


@require_GET
def fresh(request: HttpRequest) -> HttpResponse:
    """Give the pop-ups that an open page has not shown yet."""
    actor = actor_of(request)
    after = request.GET.get("after", "")
    number = int(after) if DIGITS.fullmatch(after) else 0
    now = selectors.standing(actor)
    told = selectors.fresh(actor, number, now.newest) if now.shows_pop_ups else []
    words = {"now": now, "told": told}
    return render(request, "notifications/_fresh.html", words)


@require_GET
def badge(request: HttpRequest) -> HttpResponse:
    """Give the bell with its count again; the ticket that the page shows counts as looked at."""
    actor = actor_of(request)
    number = request.GET.get("seen", "").replace("\0", "")
    words = {"unread": look(actor=actor, shown=number).unread, "number": number}
    return render(request, "notifications/_bell.html", words)
