"""How the pages of a ticket answer: a page, a fragment, or the way to the queue."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.core.errors import DomainError
from otklik.people.models import Actor
from otklik.tickets.forms.composing import Composed
from otklik.tickets.models import Ticket
from otklik.tickets.policies import works_on
from otklik.tickets.selectors.ticket_page import ticket_page


def page_words(actor: Actor, ticket: Ticket, **more: Any) -> dict[str, Any]:
    """Return what the ticket's templates need."""
    return {
        "page": ticket_page(actor, ticket),
        "ticket": ticket,
        "once": secrets.token_hex(16),
        "typed": None,
        "error": None,
        **more,
    }


def shown(request: HttpRequest, actor: Actor, ticket: Ticket, **more: Any) -> HttpResponse:
    """Answer with the ticket: its fragment to htmx, the whole page otherwise."""
    fragment = bool(request.headers.get("HX-Request"))
    name = "tickets/_ticket.html" if fragment else "tickets/ticket.html"
    return render(request, name, page_words(actor, ticket, **more))


def done(request: HttpRequest, actor: Actor, ticket_id: int, said: str = "") -> HttpResponse:
    """Answer after a change: the ticket again, or the queue when it is out of sight now."""
    ticket = Ticket.objects.get(pk=ticket_id)
    fragment = bool(request.headers.get("HX-Request"))
    if works_on(actor, ticket):
        if fragment:
            return shown(request, actor, ticket)
        if said:
            messages.success(request, said)
        return redirect("ticket", ticket.number)
    messages.success(
        request, said or _("%(number)s is with others now.") % {"number": ticket.number}
    )
    if not fragment:
        return redirect("queue")
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("queue")})


def refused(
    request: HttpRequest,
    actor: Actor,
    ticket: Ticket,
    error: DomainError,
    typed: Composed | None = None,
) -> HttpResponse:
    """Show the ticket with what was refused and everything that was typed."""
    answer = shown(request, actor, ticket, error=error, typed=typed)
    answer.status_code = error.status
    return answer
