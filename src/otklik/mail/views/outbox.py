"""The outbox: what waits, what went, and what did not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.core.errors import DomainError
from otklik.mail.actions.outbox.retrying import send_again
from otklik.mail.models import Outgoing
from otklik.mail.policies import ensure_may_tend_letters
from otklik.mail.selectors.outgoing import FILTERS, MAY_GO_AGAIN, outbox, trouble_words
from otklik.people.policies import staff_of
from otklik.people.views.answers import here
from otklik.tickets.forms.composing import whole

LONGEST_TEXT = 254


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters that the actor looks after, those that did not leave first."""
    actor = staff_of(request)
    ensure_may_tend_letters(actor)
    asked = request.GET.get("state", "")
    state = asked if asked in FILTERS else "unsent"
    text = request.GET.get("q", "").strip()[:LONGEST_TEXT].replace("\0", "")
    found = outbox(actor, state=state, text=text, before=whole(request.GET.get("before")))
    words = {
        "found": found,
        "state": state,
        "text": text,
        "states": Outgoing.State.choices,
        "may_go_again": MAY_GO_AGAIN,
        "trouble_words": trouble_words,
    }
    return render(request, "mail/outbox.html", words)


@require_POST
def sending(request: HttpRequest, outgoing_id: int) -> HttpResponse:
    """Send a letter again, and go back to where that was pressed."""
    actor = staff_of(request)
    back = here(request.POST.get("back", ""))
    try:
        send_again(actor=actor, letter_id=outgoing_id, knowing="knowing" in request.POST)
    except DomainError as refusal:
        if refusal.status == 404:  # noqa: PLR2004  # nothing that the actor knows of
            raise
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The letter is sent again."))
    return redirect(back)
