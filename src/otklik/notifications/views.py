import re
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.notifications import selectors
from otklik.notifications.actions import look, mark_read
from otklik.notifications.actions.choosing import (
    choose_as_department,
    choose_for_department,
    choose_letters,
    choose_usual_for_department,
)
from otklik.notifications.forms import DepartmentLettersForm, LettersForm
from otklik.people.policies import actor_of, administrator_of

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


@require_http_methods(["GET", "POST"])
def own_letters(request: HttpRequest) -> HttpResponse:
    """Show what comes to oneself by letter; a post changes it."""
    actor = actor_of(request)
    page = selectors.letters_page(actor)
    form = LettersForm(page, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(
        lambda: choose_letters(actor=actor, changes=form.changes())
    ):
        messages.success(request, _("Saved."))
        return redirect("me")
    words = {"page": page, "form": form}
    return render(request, "notifications/letters.html", words, status=422 if form.errors else 200)


@require_POST
def own_letters_as_department(request: HttpRequest) -> HttpResponse:
    """Have letters come to oneself as one's department says."""
    choose_as_department(actor=actor_of(request))
    messages.success(request, _("Saved."))
    return redirect("me")


@require_http_methods(["GET", "POST"])
def department_letters(request: HttpRequest, department_id: int) -> HttpResponse:
    """Show what a department says of letters; a post changes it."""
    actor = administrator_of(request)
    page = selectors.department_letters_page(actor, department_id)
    form = DepartmentLettersForm(page, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(
        lambda: choose_for_department(
            actor=actor, department_id=department_id, changes=form.changes()
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("setup_department", department_id)
    words = {"page": page, "form": form}
    status = 422 if form.errors else 200
    return render(request, "notifications/department_letters.html", words, status=status)


@require_POST
def department_letters_removal(request: HttpRequest, department_id: int) -> HttpResponse:
    """Have a department say nothing of letters."""
    choose_usual_for_department(actor=administrator_of(request), department_id=department_id)
    messages.success(request, _("Saved."))
    return redirect("setup_department", department_id)


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
