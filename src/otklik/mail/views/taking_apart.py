"""The page on which a letter that was passed on is taken apart."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.core.errors import DomainError
from otklik.mail.actions.taking_apart import parted, take_apart
from otklik.mail.policies import find_forward
from otklik.people.policies import staff_of
from otklik.people.views.answers import done


@require_http_methods(["GET", "POST"])
def apart(request: HttpRequest, number: str) -> HttpResponse:
    """Show both halves of the letter, and open the request of who wrote what it passes on."""
    actor = staff_of(request)
    ticket, letter = find_forward(actor, number)
    if letter.apart is not None:
        return redirect("ticket", letter.apart.number)
    refused: DomainError | None = None
    typed = request.POST.get("requester", "")
    if request.method == "POST":
        try:
            opened = take_apart(actor=actor, number=number, requester=typed)
        except DomainError as error:
            refused = error
        else:
            said = _("Opened for %(name)s. The ticket before is closed.")
            return done(
                request, "ticket", opened.number, said=said % {"name": opened.requester.name}
            )
    halves = parted(letter)
    words = {
        "ticket": ticket,
        "halves": halves,
        "writer": halves.asked.sender,
        "typed": typed or (halves.asked.sender.address if halves.asked.sender else ""),
        "error": refused,
    }
    return render(request, "mail/apart.html", words, status=refused.status if refused else 200)
