"""The customer's side: ask, follow, answer, confirm, rate."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import DomainError, NotAllowed, NotFound
from otklik.people.models import Actor
from otklik.people.policies import actor_of
from otklik.tickets import actions
from otklik.tickets.forms.asked import customer_form
from otklik.tickets.forms.asking import AskForm
from otklik.tickets.forms.composing import thought_from, words_from
from otklik.tickets.forms.stretch import stretch_from
from otklik.tickets.models import Ticket, TicketType, TypicalProblem
from otklik.tickets.policies import find_request
from otklik.tickets.selectors import requests as selectors
from otklik.tickets.selectors.problems import offered_problem, offered_problems
from otklik.tickets.selectors.timeline import LATEST, Stretch, unsent_files
from otklik.tickets.views.answering import (
    decide_copy,
    ensure_right,
    key_after,
    posted_or_refused,
)
from otklik.tickets.views.drawing import draw_entry

LONGEST_NAME = 100
PARTS = ("verdict", "copies", "send", "end")


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """List one's requests."""
    actor = actor_of(request)
    asked = {
        "shown": request.GET.get("shown", "open"),
        "sort": request.GET.get("sort", "news"),
        "text": request.GET.get("text", ""),
    }
    rows = Paginator(selectors.my_requests(actor, **asked), selectors.PAGE)
    page = rows.get_page(request.GET.get("page"))
    name = "_requests.html" if request.headers.get("HX-Request") else "requests.html"
    return render(request, f"tickets/portal/{name}", {"page": page, **asked})


@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """Choose what kind of help is needed."""
    actor_of(request)
    types, problems = selectors.offered_types(), list(offered_problems())
    if len(types) == 1 and not problems:
        return redirect("request_new", types[0].key)
    words = {"types": types, "problems": problems}
    return render(request, "tickets/portal/kinds.html", words)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask, with the questions of the chosen type."""
    actor = actor_of(request)
    found = next((one for one in selectors.offered_types() if one.key == kind), None)
    if found is None:
        raise NotFound(_("There is no such form any more."))
    if request.method == "GET":
        problem = offered_problem(kind, request.GET.get("problem", ""))
        return render(request, "tickets/portal/new.html", _asking(actor, found, problem=problem))
    post, refusal = posted_or_refused(request, actor)
    try:
        if refusal:
            raise refusal
        ticket = _asked(actor, _asking(actor, found, post), post)
    except DomainError as error:
        words = _asking(actor, found, post)
        for form in (words["form"], words["asked"]):
            form.show(error)
        words |= {"error": error, "once": key_after(words["once"], error)}
        return render(request, "tickets/portal/new.html", words, status=error.status)
    said = _("Your request is %(number)s.") % {"number": ticket.number}
    messages.success(request, said, extra_tags=_kept_as(found, post))
    return redirect("request", ticket.number)


def _kept_as(kind: TicketType, post: QueryDict) -> str:
    """Return the name under which the browser keeps what is typed in the form that was sent."""
    return post.get("kept_as", "")[:LONGEST_NAME] or f"new-{kind.key}"


def _asking(
    actor: Actor,
    kind: TicketType,
    post: QueryDict | None = None,
    *,
    problem: TypicalProblem | None = None,
) -> dict[str, Any]:
    """Return what the form of a type needs, with all that was typed or half written for it."""
    typed = words_from(post) if post is not None else None
    kept_as = f"new-{kind.key}-{problem.key}" if problem else _kept_as(kind, post or QueryDict())
    return {
        "type": kind,
        "problem": problem,
        "kept_as": kept_as,
        "form": AskForm(kind, post, problem=problem),
        "asked": customer_form(actor, kind, post),
        "typed": post.get("body", "") if post is not None else problem.text if problem else "",
        "is_html": post is not None and post.get("body_format") == "html",
        "once": key_after(typed.once if typed else ""),
        "kept_files": unsent_files(actor, typed.uploads) if typed and typed.uploads else [],
        "error": None,
    }


def _asked(actor: Actor, words: dict[str, Any], post: QueryDict) -> Ticket:
    form: AskForm = words["form"]
    ensure_right(form, actor, words["asked"], words_from(post))
    order = form.order(actor, words_from(post), words["asked"].posted_values())
    return actions.open_ticket(actor=actor, asked=order)


@require_GET
def one(request: HttpRequest, number: str) -> HttpResponse:
    """A request as a conversation."""
    actor = actor_of(request)
    found = find_request(actor, number)
    return _shown(request, actor, found, stretch_from(request.GET))


@require_GET
def thread(request: HttpRequest, number: str) -> HttpResponse:
    """The conversation again, as a live hint asks for it."""
    actor = actor_of(request)
    words = _words(actor, find_request(actor, number), stretch_from(request.GET))
    return render(request, "tickets/portal/_conversation.html", words)


@require_GET
def part(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One of the places beside the conversation again, as a live hint asks for it."""
    actor = actor_of(request)
    if name not in PARTS:
        raise NotFound
    words = _words(actor, find_request(actor, number))
    return render(request, f"tickets/portal/_request_{name}.html", words)


def _words(
    actor: Actor, ticket: Ticket, stretch: Stretch = LATEST, **more: Any
) -> dict[str, object]:
    page = selectors.request_page(actor, ticket, stretch)
    words = {"page": page, "ticket": ticket, "once": key_after(""), "error": None, "kept_files": []}
    own: dict[str, object] = {
        "typed": "",
        "is_html": None,
        "thought": {},
        "draw_entry": draw_entry,
    }
    return {**words, **own, **more}


def _shown(
    request: HttpRequest, actor: Actor, ticket: Ticket, stretch: Stretch = LATEST, **more: Any
) -> HttpResponse:
    words = _words(actor, ticket, stretch, **more)
    if "typed" not in more:
        draft = selectors.own_draft(actor, ticket)
        files = unsent_files(actor, draft.uploads) if draft.uploads else []
        words |= {"typed": draft.body, "is_html": True, "kept_files": files}
    return render(request, "tickets/portal/request.html", words)


def _refused(
    request: HttpRequest,
    actor: Actor,
    ticket: Ticket,
    error: DomainError,
    post: QueryDict | None = None,
    **more: Any,
) -> HttpResponse:
    """Show the request as it is now, with all that was typed and the files that came with it."""
    sent = words_from(request.POST if post is None else post)
    answer = _shown(
        request,
        actor,
        find_request(actor, ticket.number),
        error=error,
        typed=request.POST.get("body", ""),
        is_html=request.POST.get("body_format") == "html",
        once=key_after(sent.once, error),
        kept_files=unsent_files(actor, sent.uploads) if sent.uploads else [],
        **more,
    )
    answer.status_code = error.status
    return answer


@require_POST
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Add to the conversation."""
    actor = actor_of(request)
    ticket = find_request(actor, number)
    post, refusal = posted_or_refused(request, actor)
    try:
        if refusal:
            raise refusal
        actions.reply_to_desk(actor=actor, ticket_id=ticket.pk, words=words_from(post))
    except DomainError as error:
        return _refused(request, actor, ticket, error, post)
    actions.forget_draft(actor=actor, ticket_id=ticket.pk, as_customer=True)
    return redirect(f"{reverse('request', args=[ticket.number])}?sent")


@require_POST
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what stands in the composer, as somebody types."""
    actor = actor_of(request)
    ticket = find_request(actor, number)
    words = words_from(request.POST)
    kept = actions.keep_draft(actor=actor, ticket_id=ticket.pk, words=words, as_customer=True)
    return HttpResponse(status=204 if kept else 409)  # else the browser keeps it


@require_POST
def solution(request: HttpRequest, number: str) -> HttpResponse:
    """Say whether it is solved."""
    actor = actor_of(request)
    ticket = find_request(actor, number)
    try:
        if request.POST.get("solved") == "yes":
            actions.confirm_solution(actor=actor, ticket_id=ticket.pk)
            messages.success(request, _("Thank you. The request is closed."))
        else:
            words = words_from(request.POST)
            actions.reject_solution(actor=actor, ticket_id=ticket.pk, words=words)
            messages.success(request, _("We are looking at it again."))
    except DomainError as error:
        return _refused(request, actor, ticket, error, wrong_place=_why_not(actor, ticket))
    return redirect("request", ticket.number)


def _why_not(actor: Actor, ticket: Ticket) -> str:
    """Say where the words of a refusal go on: why it is not solved, or a message by now."""
    now = selectors.request_page(actor, find_request(actor, ticket.number))
    return "why-not" if now.may_reject else "body-box"


@require_POST
def closing(request: HttpRequest, number: str) -> HttpResponse:
    """Close a request that is not needed any more."""
    actor = actor_of(request)
    ticket = find_request(actor, number)
    try:
        actions.close_request(actor=actor, ticket_id=ticket.pk)
    except DomainError as error:
        return _refused(request, actor, ticket, error)
    messages.success(request, _("The request is closed. You can reopen it by writing to it."))
    return redirect("request", ticket.number)


@require_POST
def copies(request: HttpRequest, number: str) -> HttpResponse:
    """Let somebody whom a letter named get copies, or not."""
    actor = actor_of(request)
    ticket = find_request(actor, number)
    try:
        decide_copy(request.POST, actor, ticket.pk, as_customer=True)
    except NotAllowed as error:
        return _refused(request, actor, ticket, error)
    return redirect(f"{reverse('request', args=[ticket.number])}#request-copies")


@require_POST
def rating(request: HttpRequest, number: str) -> HttpResponse:
    """Say what one thinks of the solution and the work."""
    actor = actor_of(request)
    ticket = find_request(actor, number)
    thought = thought_from(request.POST)
    try:
        actions.add_to_rating(actor=actor, ticket_id=ticket.pk, thought=thought)
    except DomainError as error:
        return _refused(request, actor, ticket, error, thought=thought)
    messages.success(request, _("Thank you for your word."))
    return redirect(f"{reverse('request', args=[ticket.number])}#rating")
