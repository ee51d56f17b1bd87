"""One change for many tickets: chosen in a list, made one by one, each result told."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from otklik.core.errors import Invalid, NotFound
from otklik.people.policies import staff_of
from otklik.tickets.actions import Outcome, change_each
from otklik.tickets.forms.bulk import KINDS, change_from, chosen_tickets
from otklik.tickets.selectors.colleagues import colleagues
from otklik.tickets.selectors.wordbook import wordbook

REFUSED_SOME = 409  # so that a dialog shows the list of results instead of closing


@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask what to change, or change it and tell what became of each ticket."""
    actor = staff_of(request)
    if kind not in KINDS:
        raise NotFound
    given = request.POST if request.method == "POST" else request.GET
    chosen, back = chosen_tickets(given), _back(given.get("back", ""))
    if not chosen:
        messages.info(request, _("Choose tickets in the list first."))
        return redirect(back)
    words = {"kind": kind, "chosen": chosen, "back": back, "error": None}
    if request.method == "GET" or (kind != "take" and "sure" not in request.POST):
        return _asked(request, words)
    try:
        change = change_from(actor, kind, request.POST)
    except Invalid as error:
        return _asked(request, words | {"error": error}, status=error.status)
    return _told(request, change_each(actor=actor, ticket_ids=chosen, change=change), back)


def _asked(request: HttpRequest, words: dict[str, Any], status: int = 200) -> HttpResponse:
    book = wordbook()
    by_key = {one.key: one for one in reversed(book.statuses.values())}
    words |= {
        "title": _title(str(words["kind"])),
        "departments": [one for one in book.departments.values() if one.is_active],
        "statuses": list(reversed(by_key.values())),
        "priorities": list(book.priorities.values()),
        "colleagues": colleagues() if words["kind"] == "assignee" else [],
        "typed": request.POST,
    }
    return render(request, "tickets/bulk.html", words, status=status)


def _told(request: HttpRequest, outcomes: list[Outcome], back: str) -> HttpResponse:
    refused = [one for one in outcomes if one.refusal]
    done = len(outcomes) - len(refused)
    said = ngettext("%(count)d ticket changed.", "%(count)d tickets changed.", done)
    if not refused:
        messages.success(request, said % {"count": done})
        return redirect(back)
    words = {"outcomes": outcomes, "refused": refused, "said": said % {"count": done}, "back": back}
    return render(request, "tickets/bulk_told.html", words, status=REFUSED_SOME)


def _title(kind: str) -> str:
    return {
        "take": _("Take the chosen"),
        "assignee": _("Assign the chosen"),
        "department": _("Pass the chosen on"),
        "status": _("Change the status of the chosen"),
        "priority": _("Change the priority of the chosen"),
        "tags": _("Change the tags of the chosen"),
    }[kind]


def _back(address: str) -> str:
    """Return where the list was; only on this site."""
    own = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if own else reverse("queue")
