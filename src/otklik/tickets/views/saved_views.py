"""The views that a person keeps: made, named anew, put in order, deleted and brought back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.core.errors import DomainError, NotFound
from otklik.people.models import Actor
from otklik.people.policies import staff_of
from otklik.tickets import actions
from otklik.tickets.forms.composing import whole
from otklik.tickets.forms.listing import Listing
from otklik.tickets.models import SavedView
from otklik.tickets.selectors.queue import asking_of


@require_http_methods(["GET", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """Ask for a name for a query, and keep it."""
    actor = staff_of(request)
    given = request.POST if request.method == "POST" else request.GET
    q, name = given.get("q", "")[:500], given.get("name", "")[:500]
    words: dict[str, object] = {"q": q, "name": name, "error": None}
    if request.method == "GET":
        return render(request, "tickets/view_new.html", words)
    try:
        view = actions.save_view(asking=asking_of(actor), name=name, query=q)
    except DomainError as error:
        words["error"] = error
        return render(request, "tickets/view_new.html", words, status=error.status)
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return _to(Listing(view=str(view.pk)).address())


@require_http_methods(["GET", "POST"])
def view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Show what can be changed of a view; give it another name."""
    actor = staff_of(request)
    mine = list(SavedView.objects.filter(account=actor.account_id))
    found = next((one for one in mine if one.pk == view_id), None)
    if found is None:
        raise NotFound
    words: dict[str, object] = {"view": found, "views": mine, "name": found.name, "error": None}
    if request.method == "GET":
        return render(request, "tickets/view.html", words)
    try:
        name = request.POST.get("name", "")[:500]
        actions.rename_view(actor=actor, view_id=view_id, name=name)
    except DomainError as error:
        words |= {"name": name, "error": error}
        return render(request, "tickets/view.html", words, status=error.status)
    return _to(Listing(view=str(view_id)).address())


@require_POST
def removal(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete a view, and offer to bring it back."""
    actor = staff_of(request)
    gone = actions.delete_view(actor=actor, view_id=view_id)
    return render(request, "tickets/view_gone.html", {"view": gone})


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Move a view one place up or down."""
    actor = staff_of(request)
    moved, down = whole(request.POST.get("view")), request.POST.get("down") == "1"
    actions.order_views(actor=actor, order=_moved(actor, moved, down=down))
    return _to(Listing(view=str(moved or "")).address())


def _moved(actor: Actor, moved: int | None, *, down: bool) -> list[int]:
    order = [one.pk for one in SavedView.objects.filter(account=actor.account_id)]
    if moved in order:
        place = order.index(moved)
        order.insert(max(0, place + (1 if down else -1)), order.pop(place))
    return order


def _to(address: str) -> HttpResponse:
    return redirect(address)
