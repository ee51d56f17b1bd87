"""A call, taken down in twenty seconds: one field finds the person, the form fills itself."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.people.actions import register_person
from otklik.people.models import Actor, Person
from otklik.people.policies import find_person, staff_of
from otklik.people.selectors.look_up import look_up
from otklik.tickets import actions
from otklik.tickets.forms.asked import opening_form
from otklik.tickets.forms.calling import CallForm, NewCallerForm
from otklik.tickets.forms.composing import whole, words_from
from otklik.tickets.models import Ticket
from otklik.tickets.policies import works_on
from otklik.tickets.selectors.card import customer_card, request_counts
from otklik.tickets.selectors.ticket_page import options_for_new
from otklik.tickets.selectors.timeline import unsent_files
from otklik.tickets.views.answering import ensure_right, key_after, posted_or_refused

LONGEST = 100
MOST_CARRIED = 100
KEPT_AS = "call"  # the name under which the browser keeps what is typed


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


@require_POST
def questions(request: HttpRequest) -> HttpResponse:
    """Show what the chosen type asks, with all that was answered so far."""
    actor = staff_of(request)
    form = CallForm(options_for_new(), request.POST, is_asked=False)
    words = _questions(actor, form, request.POST)
    return render(request, "tickets/calls/_questions.html", words)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a call, or anything else that somebody takes down for a customer."""
    actor = staff_of(request)
    post, refusal = posted_or_refused(request, actor)
    words = _words(actor, post, request.GET)
    if request.method == "GET" or "switch" in post:
        return render(request, "tickets/calls/new.html", words)
    try:
        if refusal:
            raise refusal
        ticket = _register(actor, words, post)
    except DomainError as error:
        for form in (words["form"], words["newcomer"], words["asked"]):
            form.show(error)
        words |= {"error": error, "once": key_after(words["once"], error)}
        return render(request, "tickets/calls/new.html", words, status=error.status)
    said = _("%(number)s is registered.") % {"number": ticket.number}
    messages.success(request, said, extra_tags=KEPT_AS)
    return redirect("ticket", ticket.number) if works_on(actor, ticket) else redirect("queue")


def _words(actor: Actor, post: QueryDict, query: QueryDict) -> dict[str, Any]:
    """Return what the form needs, with all that was typed."""
    form = CallForm(options_for_new(), post or None, is_asked="switch" not in post)
    person_id = whole((post or query).get("person"))
    tokens = words_from(post).uploads if post else ()
    return {
        "form": form,
        "kept_as": KEPT_AS,
        "newcomer": NewCallerForm(post or None),
        "card": customer_card(actor, find_person(actor, person_id).pk) if person_id else None,
        "once": key_after(post.get("once", "")),
        "error": None,
        "typed": post.get("body", ""),
        "is_html": post.get("body_format") == "html",
        "who": post.get("who", ""),
        "kept_files": unsent_files(actor, tokens) if tokens else [],
        "takes": bool(post.get("take")),
        **_questions(actor, form, post),
    }


def _questions(actor: Actor, form: CallForm, post: QueryDict) -> dict[str, Any]:
    """Return what the chosen type asks; what was answered for another type is carried along."""
    kind = form.chosen_type()
    asked = opening_form(actor, kind, post or None)
    carried = [
        (name, value)
        for name, values in post.lists()
        if name.startswith("values.") and name not in asked.fields and len(name) <= LONGEST
        for value in values[:MOST_CARRIED]
    ]
    return {"type": kind, "asked": asked, "carried": carried[:MOST_CARRIED]}


@transaction.atomic
def _register(actor: Actor, words: dict[str, Any], post: QueryDict) -> Ticket:
    """Register the person if they are new, and open the ticket, both or neither."""
    form: CallForm = words["form"]
    later = "later" in post
    ensure_right(form, actor, words["asked"], words_from(post), answers_later=later)
    person_id = whole(post.get("person"))
    order = form.order(person_id or 0, words_from(post), words["asked"].posted_values())
    order = replace(order, sent=_sent(post))
    if opened := actions.opened_before(actor, order):
        return opened
    person: Person
    if person_id:
        person = find_person(actor, person_id)
    else:
        person = register_person(actor=actor, **words["newcomer"].order())
    ticket = actions.open_ticket(actor=actor, asked=replace(order, requester_id=person.pk))
    if post.get("take") and ticket.assignee_id is None:
        ticket = actions.take_ticket(actor=actor, ticket_id=ticket.pk)
    return ticket


def _sent(post: QueryDict) -> tuple[object, ...]:
    """Return all that was typed: who is new has a name here and no row yet."""
    own = ("once", "csrfmiddlewaretoken")
    return tuple((name, *values) for name, values in sorted(post.lists()) if name not in own)
