from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from otklik.notifications import selectors
from otklik.notifications.actions import mark_read
from otklik.people.policies import actor_of


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
    after = request.GET.get("after", "0")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0  # noqa: PLR2004  # bigint
    words = {"told": selectors.fresh(actor, number), "unread": selectors.unread_count(actor)}
    return render(request, "notifications/_fresh.html", words)


@require_GET
def badge(request: HttpRequest) -> HttpResponse:
    """Give the bell with its count again."""
    actor = actor_of(request)
    return render(request, "notifications/_bell.html", {"unread": selectors.unread_count(actor)})
