"""What ends news by letter: a page that asks and a press that does, or that of a mail program.

Programs that look at letters open every link in them; so nothing is done by opening one.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from otklik.core.errors import Invalid
from otklik.mail.actions.wanting import want_news_at
from otklik.mail.selectors.wanted import address_held_by, is_unwanted


@csrf_exempt  # mail programs press without the page (RFC 8058); the token is the right
@require_http_methods(["GET", "POST"])
def mailed_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether news by letter are to end; a post ends them, or has them again."""
    address = address_held_by(token)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        want_news_at(token=token, is_wanted=False)
        said = _("No more news will be sent.")
        return HttpResponse(said, content_type="text/plain; charset=utf-8")
    return _asked(request, token, address)


@csrf_protect
def _asked(request: HttpRequest, token: str, address: str) -> HttpResponse:
    if request.method == "POST":
        deed = request.POST.get("deed")
        if deed not in {"stop", "again"}:
            raise Invalid(_("Press one of the buttons."))
        want_news_at(token=token, is_wanted=deed == "again")
        return redirect("mailed_stop", token)
    words = {"address": address, "is_stopped": is_unwanted(address)}
    return render(request, "mail/stop.html", words)
