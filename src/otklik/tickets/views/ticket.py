"""The page of one ticket, and what is said there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import DomainError, NotFound
from otklik.people.models import Actor
from otklik.people.policies import staff_of
from otklik.tickets.actions import (
    Move,
    edit_note,
    forget_draft,
    keep_draft,
    move_ticket,
    note_refusal,
    reply_to_customer,
    write_internal_note,
)
from otklik.tickets.forms.composing import (
    LONGEST_KEY,
    Composed,
    composed_from,
    whole,
    words_from,
)
from otklik.tickets.forms.stretch import stretch_from
from otklik.tickets.models import Ticket
from otklik.tickets.policies import find_own_note, find_ticket_numbered
from otklik.tickets.selectors.facts import asked_in, fact_lines, history_page
from otklik.tickets.selectors.sendings import find_sending
from otklik.tickets.selectors.shown import shown_ticket
from otklik.tickets.views.answering import done, page_words, posted, refused, shown

LONGEST_NUMBER = 40
PARTS = ("header", "thread", "side", "send")


@require_GET
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    actor = staff_of(request)
    found = find_ticket_numbered(actor, number)
    return shown(request, actor, found, stretch=stretch_from(request.GET))


@require_GET
def fragment(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One part of the page again, as a live hint asks for it."""
    actor = staff_of(request)
    if name not in PARTS:
        raise NotFound
    found = find_ticket_numbered(actor, number)
    shown_ticket.leave(request, found)
    words = page_words(actor, found, stretch=stretch_from(request.GET))
    return render(request, f"tickets/_ticket_{name}.html", words)


@require_POST
def messages(request: HttpRequest, number: str) -> HttpResponse:
    """Send what stands in the composer: a reply or a note, with a change of status if wanted."""
    actor = staff_of(request)
    found = find_ticket_numbered(actor, number)
    was_left = bool(request.headers.get("X-Left"))  # nobody reads the answer but its status
    typed = composed_from(request.POST)
    try:
        typed = composed_from(posted(request, actor))
        _send(actor, found, typed)
    except DomainError as error:
        if was_left:
            key = typed.words.once
            note_refusal(actor=actor, ticket_id=found.pk, key=key, why=error.message)
            return HttpResponse(status=error.status)
        return refused(request, actor, found, error, typed)
    forget_draft(actor=actor, ticket_id=found.pk)
    return HttpResponse(status=204) if was_left else done(request, actor, found.pk, composed=True)


@require_GET
def sendings(request: HttpRequest) -> HttpResponse:
    """Tell that a reply did not go which was sent as its page was left; 204: it went.

    202: so it seems by now, but it may still be on its way.
    """
    actor = staff_of(request)
    ticket_id = whole(request.GET.get("ticket")) or 0
    sending = find_sending(actor, ticket_id, request.GET.get("once", "")[:LONGEST_KEY])
    if sending.went:
        return HttpResponse(status=204)
    words = {"number": request.GET.get("number", "")[:LONGEST_NUMBER], "sending": sending}
    return render(request, "tickets/_unsent.html", words, status=200 if sending.is_known else 202)


@require_POST
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what stands in the composer, as somebody types."""
    actor = staff_of(request)
    found = find_ticket_numbered(actor, number)
    typed = composed_from(request.POST)
    kept = keep_draft(actor=actor, ticket_id=found.pk, words=typed.words, is_note=typed.is_note)
    return HttpResponse(status=204 if kept else 409)  # else the browser keeps it


def _send(actor: Actor, ticket: Ticket, typed: Composed) -> None:
    if typed.target_id is not None:
        words = None if typed.is_blank else typed.words
        move = Move(
            target_id=typed.target_id,
            reply=None if typed.is_note else words,
            note=words if typed.is_note else None,
            source_id=typed.source_id,
        )
        move_ticket(actor=actor, ticket_id=ticket.pk, move=move)
    elif typed.is_note:
        write_internal_note(actor=actor, ticket_id=ticket.pk, words=typed.words)
    else:
        reply_to_customer(actor=actor, ticket_id=ticket.pk, words=typed.words)


@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, number: str, note_id: int) -> HttpResponse:
    """Edit one's own internal note."""
    actor = staff_of(request)
    found = find_ticket_numbered(actor, number)
    mine = find_own_note(actor, note_id)
    words: dict[str, Any] = {"ticket": found, "note": mine, "error": None, "typed": None}
    if request.method == "GET":
        return render(request, "tickets/note_edit.html", words)
    try:
        edit_note(
            actor=actor,
            note_id=note_id,
            body=words_from(request.POST).body,
            seen_version=whole(request.POST.get("version")),
        )
    except DomainError as error:
        words |= {"error": error, "typed": composed_from(request.POST)}
        return render(request, "tickets/note_edit.html", words, status=error.status)
    return done(request, actor, found.pk)


@require_GET
def note_history(request: HttpRequest, number: str, note_id: int) -> HttpResponse:
    """What a note said before its edits."""
    actor = staff_of(request)
    found = find_ticket_numbered(actor, number)
    notes = found.notes.select_related("author").prefetch_related("revisions")
    kept = notes.filter(pk=note_id).first()
    if kept is None:
        raise NotFound
    words = {"ticket": found, "note": kept, "revisions": kept.revisions.all()}
    return render(request, "tickets/note_history.html", words)


@require_GET
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Lines of a ticket's history, unfolded; the oldest first, many at a time."""
    found = find_ticket_numbered(staff_of(request), number)
    after = whole(request.GET.get("after")) or 0
    rows, following = history_page(found, after=after)
    asked = asked_in(rows)
    lines = [line for row in rows for line in fact_lines(row, asked)]
    words = {"ticket": found, "lines": lines, "after": after, "following": following}
    return render(request, "tickets/history.html", words)
