"""How a refusal looks: a page for people, problem JSON (RFC 9457) for programs."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import escape_leading_slashes, urlencode
from django.utils.translation import gettext as _

from otklik.core.carried import asker, has_failed, request_id
from otklik.core.errors import (
    Away,
    DomainError,
    Failed,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OutOfSight,
    TooMany,
)

WORTH_ANOTHER_TRY = frozenset({429, 500, 503})
LOST_DATABASE = (OperationalError, InterfaceError)
PROBLEM = "application/problem+json"
AWAY_SECONDS = 30  # how long a program waits before it asks again


def problem(error: DomainError) -> dict[str, object]:
    """Say a refusal as RFC 9457 members."""
    body: dict[str, object] = {
        "type": f"urn:otklik:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.message or str(title(error.status)),
    }
    if isinstance(error, Invalid):
        body["errors"] = [{"field": name, "detail": why} for name, why in error.fields.items()]
    return body


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a request that a DomainError ended."""
    if request.path.startswith("/api/") or request.headers.get("Accept") == PROBLEM:
        answer: HttpResponse = JsonResponse(
            problem(error), status=error.status, content_type=PROBLEM
        )
    elif isinstance(error, NotSignedIn) and not request.headers.get("HX-Request"):
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
    else:
        template = "out_of_sight" if isinstance(error, OutOfSight) else "refusal"
        answer = page(request, error.status, error.message, template)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Away):
        answer.headers["Retry-After"] = str(AWAY_SECONDS)
    return answer


def page(
    request: HttpRequest, status: int, message: str = "", template: str = "refusal"
) -> HttpResponse:
    """Render the page of a refusal: what happened, that nothing was lost, what to do."""
    fragment = bool(request.headers.get("HX-Request"))
    if status >= Failed.status:  # ask nothing more of what has failed
        asker.leave(request, None)
        has_failed.leave(request, thing=True)
    words = {
        "status": status,
        "title": title(status),
        "message": message,
        "again": _again(request, status),
        "reference": request_id.found(request) if status == Failed.status else "",
    }
    name = "_refusal" if fragment else template
    answer = render(request, f"core/errors/{name}.html", words, status=status)
    if fragment:  # said beside the page, never in place of what was asked for
        answer.headers["HX-Retarget"] = "#toasts"
        answer.headers["HX-Reswap"] = "afterbegin"
    return answer


def _again(request: HttpRequest, status: int) -> str:
    """Return the address that may answer if asked once more."""
    asked = request.method == "GET" and status in WORTH_ANOTHER_TRY
    return escape_leading_slashes(request.get_full_path()) if asked else ""


def title(status: int) -> str:
    """Say a status in the person's words."""
    return {
        400: _("This could not be understood"),
        401: _("Please sign in"),
        403: _("You may not do this"),
        404: _("There is nothing here that you can see"),
        405: _("This address only takes what a form sends"),
        409: _("Someone changed this meanwhile"),
        412: _("Someone changed this meanwhile"),
        413: _("This is too large"),
        422: _("Something needs another look"),
        429: _("Too many tries; please wait a little"),
        503: _("The desk is being looked after"),
    }.get(status, _("Something went wrong on our side"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or old."""
    return refusal(
        request, NotAllowed(_("This page was open for too long. Load it again and repeat."))
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, DomainError())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected; while the database is away, say that it will be back."""
    if isinstance(sys.exception(), LOST_DATABASE):
        return refusal(request, Away(_("It will be back in a minute or two. Please try again.")))
    return refusal(request, Failed())
