"""What links in letters lead to: a page that shows, and a press that does.

Programs that look at letters open every link in them; so nothing is done by opening one.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.core.errors import DomainError, Invalid
from otklik.core.richtext import from_text
from otklik.mail.selectors.answered import Answered, answered_by
from otklik.people.models import Actor
from otklik.tickets.actions import Words, add_to_rating, confirm_solution, reject_solution
from otklik.tickets.forms.composing import thought_from


@require_http_methods(["GET", "POST"])
def mailed_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask who was written to whether it is solved, and how it was; a post is their answer."""
    actor, found = answered_by(token)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            said = _done(request, actor, found)
        except DomainError as error:
            refusal = error
        else:
            request.session["mailed_answer"] = said
            return redirect("mailed_answer", token)
    words = {
        "page": found,
        "token": token,
        "refusal": refusal,
        "typed": request.POST.get("body", ""),
        "said": request.session.pop("mailed_answer", ""),
        "is_asked": request.GET.get("is", ""),
    }
    return render(request, "mail/answer.html", words, status=refusal.status if refusal else 200)


def _done(request: HttpRequest, actor: Actor, found: Answered) -> str:
    """Do what was pressed and return what to say of it. Raises what the deeds raise."""
    match request.POST.get("deed"):
        case "solved":
            confirm_solution(actor=actor, ticket_id=found.ticket.pk)
            return _("Thank you. The request is closed.")
        case "unsolved":
            words = Words(body=_as_html(request.POST.get("body", "")))
            reject_solution(actor=actor, ticket_id=found.ticket.pk, words=words)
            return _("We are looking at it again.")
        case "rating":
            add_to_rating(
                actor=actor, ticket_id=found.ticket.pk, thought=thought_from(request.POST)
            )
            return _("Thank you for your word.")
        case _:
            raise Invalid(_("Press one of the buttons."))


def _as_html(typed: str) -> str:
    return str(from_text(typed))
