"""A ticket that is spam, and one that is none after all: a press each."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.mail.actions.spam import call_ticket_no_spam, call_ticket_spam
from otklik.people.policies import staff_of
from otklik.people.views.answers import done


@require_POST
def ticket_spam(request: HttpRequest, number: str) -> HttpResponse:
    """Close a ticket as spam, which the filter learns."""
    ticket = call_ticket_spam(actor=staff_of(request), number=number)
    said = _("Closed as spam. No letter goes to the customer.")
    return done(request, "ticket", ticket.number, said=said)


@require_POST
def ticket_no_spam(request: HttpRequest, number: str) -> HttpResponse:
    """Bring a ticket back that is no spam, which the filter learns."""
    ticket = call_ticket_no_spam(actor=staff_of(request), number=number)
    return done(request, "ticket", ticket.number, said=_("Brought back. It is no spam."))
