"""A call, taken down in twenty seconds: one field finds the person, the form fills itself."""

import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.core.errors import DomainError, Invalid
from otklik.people.actions import register_person
from otklik.people.models import Actor, Person
from otklik.people.policies import find_person, staff_of
from otklik.people.selectors.look_up import look_up
from otklik.tickets import actions
from otklik.tickets.forms.calling import CallForm, NewCallerForm
from otklik.tickets.forms.composing import whole, words_from
from otklik.tickets.models import Ticket
from otklik.tickets.policies import works_on
from otklik.tickets.selectors.card import customer_card, request_counts
from otklik.tickets.selectors.ticket_page import options_for_new

LONGEST = 100


@require_GET
def callers(request: HttpRequest) -> HttpResponse:
    """Find people while somebody types."""
    actor = staff_of(request)
    text = request.GET.get("who", "").replace("\0", "")[:LONGEST]
    found = look_up(actor=actor, text=text, limit=8) if text.strip() else []
    counts = request_counts([one.id for one in found], actor)
    words = {"found": found, "counts": counts, "text": text}
    return render(request, "tickets/calls/_callers.html", words)


@require_GET
def caller(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one person with their latest tickets."""
    actor = staff_of(request)
    card = customer_card(actor, find_person(actor, person_id).pk)
    return render(request, "tickets/calls/_caller.html", {"card": card})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a call, or anything else that somebody takes down for a customer."""
    actor = staff_of(request)
    post = request.POST or None
    form = CallForm(options_for_new(), post)
    newcomer = NewCallerForm(post)
    person_id = whole((request.POST or request.GET).get("person"))
    card = customer_card(actor, find_person(actor, person_id).pk) if person_id else None
    words: dict[str, Any] = {
        "form": form,
        "newcomer": newcomer,
        "card": card,
        "once": request.POST.get("once") or secrets.token_hex(16),
        "error": None,
    }
    if request.method == "GET":
        return render(request, "tickets/calls/new.html", words)
    try:
        ticket = _register(actor, form, newcomer, request.POST)
    except DomainError as error:
        form.show(error)
        words["error"] = error
        return render(request, "tickets/calls/new.html", words, status=error.status)
    messages.success(request, _("%(number)s is registered.") % {"number": ticket.number})
    return redirect("ticket", ticket.number) if works_on(actor, ticket) else redirect("queue")


@transaction.atomic
def _register(actor: Actor, form: CallForm, newcomer: NewCallerForm, post: QueryDict) -> Ticket:
    """Register the person if they are new, and open the ticket, both or neither."""
    if not form.is_valid():
        raise Invalid(fields={name: " ".join(map(str, why)) for name, why in form.errors.items()})
    if opened := actions.opened_before(actor, post.get("once", "")):
        return opened
    person_id = whole(post.get("person"))
    person: Person
    if person_id:
        person = find_person(actor, person_id)
    else:
        person = register_person(actor=actor, **newcomer.order())
    ticket = actions.open_ticket(actor=actor, asked=form.order(person.pk, words_from(post)))
    if post.get("take") and ticket.assignee_id is None:
        ticket = actions.take_ticket(actor=actor, ticket_id=ticket.pk)
    return ticket
