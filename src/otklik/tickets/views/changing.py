"""Changes of a ticket by staff: each noun of the page is an address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.people.policies import staff_of
from otklik.tickets import actions
from otklik.tickets.forms.asked import staff_form
from otklik.tickets.forms.composing import move_from, whole, words_from
from otklik.tickets.forms.fields import FieldForms
from otklik.tickets.models import Message, Note, TicketLink
from otklik.tickets.policies import find_ticket, find_ticket_numbered, staff_moves
from otklik.tickets.selectors.ticket_page import (
    assignable_people,
    field_options,
    open_departments,
)
from otklik.tickets.selectors.timeline import last_message_key
from otklik.tickets.views.answering import decide_copy, done, posted_or_refused, refused

NOBODY = "nobody"


@require_http_methods(["GET", "POST"])
def assignee(request: HttpRequest, number: str) -> HttpResponse:
    """Choose who works on it: oneself, a colleague, or nobody."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    if request.method == "GET":
        people = assignable_people(actor, ticket)
        return render(request, "tickets/assignee.html", {"ticket": ticket, "people": people})
    wanted = request.POST.get("assignee", "")
    try:
        if wanted == "me":
            actions.take_ticket(actor=actor, ticket_id=ticket.pk)
        else:
            seen = request.POST.get("seen")
            actions.assign_ticket(
                actor=actor,
                ticket_id=ticket.pk,
                assignee_id=None if wanted == NOBODY else whole(wanted) or 0,
                **({} if seen is None else {"seen_id": whole(seen)}),
            )
    except DomainError as error:
        return refused(request, actor, ticket, error)
    return done(request, actor, ticket.pk)


@require_http_methods(["GET", "POST"])
def department(request: HttpRequest, number: str) -> HttpResponse:
    """Pass the ticket to another department, with a note."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    chosen = whole(request.POST.get("department"))
    words = {"ticket": ticket, "departments": open_departments(), "chosen": chosen}
    words |= {"error": None, "typed": ""}
    if request.method == "GET":
        return render(request, "tickets/department.html", words)
    try:
        actions.transfer_ticket(
            actor=actor,
            ticket_id=ticket.pk,
            department_id=chosen or 0,
            note=words_from(request.POST),
        )
    except DomainError as error:
        words |= {"error": error, "typed": request.POST.get("body", "")}
        return render(request, "tickets/department.html", words, status=error.status)
    return done(request, actor, ticket.pk, _("%(number)s was passed on.") % {"number": number})


@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, number: str, status_id: int) -> HttpResponse:
    """Go to another status, giving what the way demands."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    way = next((one for one in staff_moves(actor, ticket) if one.target_id == status_id), None)
    post, refusal = posted_or_refused(request, actor)
    form = staff_form(ticket, post or None, only_for=way.target if way else None)
    words: dict[str, Any] = {"ticket": ticket, "way": way, "form": form, "error": None}
    words |= {"reply": post.get("body", ""), "note": post.get("note", "")}
    words["seen_message"] = last_message_key(ticket) if way and way.demands_message else 0
    if request.method == "GET":
        return render(request, "tickets/status.html", words)
    try:
        if refusal:
            raise refusal
        actions.move_ticket(actor=actor, ticket_id=ticket.pk, move=move_from(post, form, status_id))
    except DomainError as error:
        if way is None or request.POST.get("at_once"):
            return refused(request, actor, ticket, error)
        form.show(error)
        return render(
            request, "tickets/status.html", {**words, "error": error}, status=error.status
        )
    return done(request, actor, ticket.pk)


@require_http_methods(["GET", "POST"])
def escalation(request: HttpRequest, number: str) -> HttpResponse:
    """Raise the ticket to the heads of its department, with a reason, or take it back."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    reason = request.POST.get("reason", "")
    words = {"ticket": ticket, "reason": reason, "limit": actions.REASON_LIMIT, "error": None}
    if request.method == "GET":
        return render(request, "tickets/escalation.html", words)
    if request.POST.get("on") == "0":
        actions.end_escalation(actor=actor, ticket_id=ticket.pk)
        return done(request, actor, ticket.pk)
    try:
        actions.escalate_ticket(actor=actor, ticket_id=ticket.pk, reason=reason)
    except DomainError as error:
        words["error"] = error
        return render(request, "tickets/escalation.html", words, status=error.status)
    return done(request, actor, ticket.pk)


@require_http_methods(["GET", "POST"])
def fields(request: HttpRequest, number: str) -> HttpResponse:
    """Change the ticket's own and custom fields."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    options = field_options(ticket)
    post, refusal = posted_or_refused(request, actor)
    forms = FieldForms(ticket, options, post or None)
    if request.method == "GET":
        return render(request, "tickets/fields.html", {"ticket": ticket, "forms": forms})
    try:
        if refusal:
            raise refusal
        actions.change_ticket(actor=actor, ticket_id=ticket.pk, changes=forms.changes())
    except DomainError as error:
        shown = forms.after(error, find_ticket(actor, ticket.pk))
        words = {"ticket": ticket, "forms": shown}
        return render(request, "tickets/fields.html", words, status=error.status)
    return done(request, actor, ticket.pk)


@require_POST
def followers(request: HttpRequest, number: str) -> HttpResponse:
    """Begin or stop to hear of the ticket."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    if request.POST.get("on") == "0":
        actions.unfollow_ticket(actor=actor, ticket_id=ticket.pk)
    else:
        actions.follow_ticket(actor=actor, ticket_id=ticket.pk)
    return done(request, actor, ticket.pk)


@require_POST
def copies(request: HttpRequest, number: str) -> HttpResponse:
    """Let somebody whom a letter named get copies, or not."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    try:
        decide_copy(request.POST, actor, ticket.pk)
    except DomainError as error:
        return refused(request, actor, ticket, error)
    return done(request, actor, ticket.pk)


@require_POST
def links(request: HttpRequest, number: str) -> HttpResponse:
    """Link another ticket, or take a link away."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    kind = request.POST.get("kind", TicketLink.Kind.RELATED)
    try:
        if gone := whole(request.POST.get("remove")):
            actions.unlink_tickets(actor=actor, ticket_id=ticket.pk, link_id=gone)
        else:
            known = kind in TicketLink.Kind.values
            actions.link_tickets(
                actor=actor,
                ticket_id=ticket.pk,
                other_number=request.POST.get("number", "")[:40],
                kind=TicketLink.Kind(kind) if known else TicketLink.Kind.RELATED,
            )
    except DomainError as error:
        return refused(request, actor, ticket, error)
    return done(request, actor, ticket.pk)


@require_POST
def message_pictures(request: HttpRequest, number: str, message_id: int) -> HttpResponse:
    """Have the pictures fetched that a message names elsewhere."""
    return _pictures(request, number, Message, message_id)


@require_POST
def note_pictures(request: HttpRequest, number: str, note_id: int) -> HttpResponse:
    """Do the same for an internal note."""
    return _pictures(request, number, Note, note_id)


def _pictures(
    request: HttpRequest, number: str, said: type[Message | Note], pk: int
) -> HttpResponse:
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    actions.ask_for_pictures(actor=actor, number=number, said=said, pk=pk)
    return done(request, actor, ticket.pk)
