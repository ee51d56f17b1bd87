"""How the pages of a ticket answer: a page, a fragment, or the way to the queue."""

import secrets
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.core.errors import DomainError, Invalid, NotFound, noted
from otklik.core.files import receive
from otklik.people.models import Actor
from otklik.tickets.actions import Words, confirm_copy, decline_copy, keep_uploads
from otklik.tickets.actions.answers import check_answers
from otklik.tickets.actions.talking import checked_body
from otklik.tickets.errors import SentBefore
from otklik.tickets.forms.asked import AskedForm
from otklik.tickets.forms.asked_widgets import SENT
from otklik.tickets.forms.composing import Composed, whole
from otklik.tickets.models import Ticket
from otklik.tickets.models.whole import completed, with_people
from otklik.tickets.policies import find_ticket, works_on
from otklik.tickets.selectors.shown import shown_ticket
from otklik.tickets.selectors.ticket_page import ticket_page
from otklik.tickets.selectors.timeline import LATEST, unsent_files
from otklik.tickets.views.drawing import draw_entry


def page_words(actor: Actor, ticket: Ticket, **more: Any) -> dict[str, Any]:
    """Return what the ticket's templates need."""
    typed: Composed | None = more.get("typed")
    tokens = typed.words.uploads if typed else ()
    return {
        "page": ticket_page(actor, ticket, more.get("stretch") or LATEST),
        "ticket": ticket,
        "once": key_after(typed.words.once if typed else "", more.get("error")),
        "typed": None,
        "error": None,
        "kept_files": unsent_files(actor, tokens) if tokens else [],
        "keeps_composer": False,
        "draw_entry": draw_entry,
        **more,
    }


def key_after(once: str, error: DomainError | None = None) -> str:
    """Return a page's key against repeats: its own, unless that has sent something else."""
    return secrets.token_hex(16) if not once or isinstance(error, SentBefore) else once


def shown(request: HttpRequest, actor: Actor, ticket: Ticket, **more: Any) -> HttpResponse:
    """Answer with the ticket: its fragment to htmx, the whole page otherwise."""
    shown_ticket.leave(request, ticket)
    if not request.headers.get("HX-Request"):
        return render(request, "tickets/ticket.html", page_words(actor, ticket, **more))
    words = page_words(actor, ticket, **{"keeps_composer": True, **more})
    return render(request, "tickets/_ticket.html", words)


def done(
    request: HttpRequest, actor: Actor, ticket_id: int, said: str = "", *, composed: bool = False
) -> HttpResponse:
    """Answer after a change: the ticket again, or the queue when it is out of sight now.

    What stands in the composer outlives the change unless it was `composed`: just sent.
    """
    ticket = completed(with_people(Ticket.objects.all()).get(pk=ticket_id))
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


def posted_or_refused(request: HttpRequest, actor: Actor) -> tuple[QueryDict, DomainError | None]:
    """Return a post as `posted` does, or what was typed and why its files cannot be kept."""
    try:
        return posted(request, actor), None
    except DomainError as error:
        return request.POST, error


def ensure_right(
    form: Form,
    actor: Actor,
    asked: AskedForm,
    words: Words,
    *,
    answers_later: bool = False,
) -> None:
    """Refuse a form of a new ticket with all that is wrong at once, its questions included.

    What a right form brings is for the action to check. Raises Invalid.
    """
    if form.is_valid():
        return
    wrong = {name: " ".join(map(str, why)) for name, why in form.errors.items()}
    with noted(wrong):
        checked_body(words)
    try:
        check_answers(
            asked.whole,
            asked.posted_values(),
            actor=actor,
            for_customer=asked.for_customer,
            kept={} if answers_later else None,
        )
    except Invalid as error:
        wrong |= {f"values.{name}": why for name, why in error.fields.items()}
    raise Invalid(fields=wrong)


def posted(request: HttpRequest, actor: Actor) -> QueryDict:
    """Return a post whose files, sent by a page without scripts, are kept and named by tokens.

    Raises TooLarge, TooMany; then no file is kept.
    """
    if not request.FILES:
        return request.POST
    post = request.POST.copy()
    places = [name for name, files in request.FILES.lists() for _file in files]
    sent = [
        (place, one)
        for place, one in zip(places, receive.received_files(request), strict=True)
        if place == "files" or place.endswith(SENT)
    ]
    kept = keep_uploads(actor=actor, received=[one for _place, one in sent])
    for (place, _one), file in zip(sent, kept, strict=True):
        name = "uploads" if place == "files" else place.removesuffix(SENT)
        post.appendlist(name, file.token)
    return post


def decide_copy(
    post: QueryDict, actor: Actor, ticket_id: int, *, as_customer: bool = False
) -> None:
    """Do what was pressed of somebody whom a letter named. Raises NotFound, NotAllowed."""
    for name, decide in (("confirm", confirm_copy), ("decline", decline_copy)):
        if copied_id := whole(post.get(name)):
            decide(actor=actor, ticket_id=ticket_id, copied_id=copied_id, as_customer=as_customer)
            return
    raise NotFound
