"""How the pages of a ticket answer: a page, a fragment, or the way to the queue."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.core.errors import DomainError
from otklik.core.files import receive
from otklik.people.models import Actor
from otklik.tickets.actions import keep_upload
from otklik.tickets.forms.composing import Composed
from otklik.tickets.models import Ticket
from otklik.tickets.policies import JOINS, find_ticket, works_on
from otklik.tickets.selectors.ticket_page import ticket_page
from otklik.tickets.selectors.timeline import unsent_files


def page_words(actor: Actor, ticket: Ticket, **more: Any) -> dict[str, Any]:
    """Return what the ticket's templates need."""
    typed: Composed | None = more.get("typed")
    tokens = typed.words.uploads if typed else ()
    return {
        "page": ticket_page(actor, ticket),
        "ticket": ticket,
        "once": secrets.token_hex(16),
        "typed": None,
        "error": None,
        "kept_files": unsent_files(actor, tokens) if tokens else [],
        "keeps_composer": False,
        **more,
    }


def shown(request: HttpRequest, actor: Actor, ticket: Ticket, **more: Any) -> HttpResponse:
    """Answer with the ticket: its fragment to htmx, the whole page otherwise."""
    if not request.headers.get("HX-Request"):
        request.shown_ticket = ticket  # type: ignore[attr-defined]  # read by `handlers`
        return render(request, "tickets/ticket.html", page_words(actor, ticket, **more))
    words = page_words(actor, ticket, **{"keeps_composer": True, **more})
    return render(request, "tickets/_ticket.html", words)


def done(
    request: HttpRequest, actor: Actor, ticket_id: int, said: str = "", *, composed: bool = False
) -> HttpResponse:
    """Answer after a change: the ticket again, or the queue when it is out of sight now.

    What stands in the composer outlives the change unless it was `composed`: just sent.
    """
    ticket = Ticket.objects.select_related(*JOINS).get(pk=ticket_id)
    fragment = bool(request.headers.get("HX-Request"))
    if works_on(actor, ticket):
        if fragment:
            return shown(request, actor, ticket, keeps_composer=not composed)
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
    """Show the ticket as it is now, with what was refused and everything that was typed.

    Raises NotFound when it is out of sight by now.
    """
    ticket = find_ticket(actor, ticket.pk)
    more: dict[str, Any] = {"error": error, "typed": typed, "keeps_composer": typed is None}
    answer = shown(request, actor, ticket, **more)
    answer.status_code = error.status
    return answer


def posted(request: HttpRequest, actor: Actor) -> QueryDict:
    """Return a post whose files, sent by a page without scripts, are kept and named by tokens.

    Raises TooLarge; then no file is kept.
    """
    if not request.FILES:
        return request.POST
    post = request.POST.copy()
    for one in receive.received_files(request, "files"):
        kept = keep_upload(actor=actor, blob=one.blob, name=one.name)
        post.appendlist("uploads", kept.token)
    return post
