"""Files: received in a stream, read with the rights of this very moment."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import Invalid
from otklik.core.files import receive, serve
from otklik.core.files.scan import ensure_given
from otklik.people.policies import actor_of
from otklik.tickets.actions import drop_upload, keep_upload
from otklik.tickets.actions.attaching import tokens
from otklik.tickets.forms.composing import MOST_UPLOADS, whole
from otklik.tickets.models import Attachment
from otklik.tickets.policies import find_attachment
from otklik.tickets.selectors.attached import type_file_limit
from otklik.tickets.selectors.timeline import unsent_files


@require_http_methods(["GET", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """Keep one file that will be sent with a message, or say which of those named still wait.

    A form that knows the `type` of its ticket says so, for a type may take less than the desk.
    """
    actor = actor_of(request)
    if request.method == "GET":
        named = tokens(request.GET.getlist("token")[:MOST_UPLOADS])
        return JsonResponse({"waiting": [one.token for one in unsent_files(actor, named)]})
    smaller = type_file_limit(whole(request.POST.get("type")))
    received = receive.received_files(request, smaller=smaller)
    if len(received) != 1:
        raise Invalid(fields={"file": _("Send one file at a time.")})
    kept = keep_upload(actor=actor, blob=received[0].blob, name=received[0].name)
    return JsonResponse(upload_words(kept), status=201)


@require_POST
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """Forget a file that was not sent."""
    drop_upload(actor=actor_of(request), token=token)
    return HttpResponse(status=204)


def upload_words(kept: Attachment) -> dict[str, object]:
    """Say a kept file as the composer's script needs it."""
    return {
        "token": kept.token,
        "name": kept.name,
        "size": kept.blob.size,
        "type": kept.blob.media_type,
        "url": reverse("file", args=[kept.token]),
        "look": reverse("file_look", args=[kept.token]),
        "is_picture": serve.is_picture(kept.blob, kept.name),
    }


@require_GET
def file(request: HttpRequest, token: str, name: str = "") -> HttpResponseBase:
    """Give a file to who may read it now; a download unless it is safe to show."""
    found = find_attachment(actor_of(request), token)
    return serve.respond(request, found.blob, found.name, wants_inline="show" in request.GET)


@require_GET
def look(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give a picture that stands in a text: its re-encoded copy as soon as there is one."""
    found = find_attachment(actor_of(request), token)
    return serve.respond(request, found.blob, found.name, wants_inline=True)


@require_GET
def thumbnail(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give the small re-encoded copy of a picture."""
    found = find_attachment(actor_of(request), token)
    ensure_given(found.blob)
    if found.blob.thumbnail is None:
        return redirect(f"{reverse('file', args=[token])}?show")
    return serve.respond(request, found.blob.thumbnail, found.name, wants_inline=True)


@require_GET
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show a file in a page of the desk: text as text, sound and film in players."""
    found = find_attachment(actor_of(request), token)
    ensure_given(found.blob)
    words = {"file": found, "kind": serve.preview_kind(found.blob, found.name), "text": ""}
    if words["kind"] == "text":
        words["text"] = serve.text_start(found.blob)
    return render(request, "tickets/file.html", words)
