"""Pictures and files of articles, given to who may read them at this very moment."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.core.errors import Invalid
from otklik.core.files import receive, serve
from otklik.core.files.scan import ensure_given
from otklik.knowledge.actions import drop_article_file, keep_article_file
from otklik.knowledge.policies import find_article_file
from otklik.people.policies import asker_of, staff_of


@require_POST
def uploads(request: HttpRequest) -> HttpResponse:
    """Keep one file that will stand in an article or under it."""
    actor = staff_of(request)
    received = receive.received_files(request)
    if len(received) != 1:
        raise Invalid(fields={"file": _("Send one file at a time.")})
    kept = keep_article_file(actor=actor, blob=received[0].blob, name=received[0].name)
    words = {
        "token": kept.token,
        "name": kept.name,
        "size": kept.blob.size,
        "type": kept.blob.media_type,
        "url": reverse("article_file", args=[kept.token]),
        "look": reverse("article_file_look", args=[kept.token]),
        "is_picture": serve.is_picture(kept.blob, kept.name),
    }
    return JsonResponse(words, status=201)


@require_POST
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """Forget a file that no article has yet."""
    drop_article_file(actor=staff_of(request), token=token)
    return HttpResponse(status=204)


@require_GET
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give a file; a download unless it is safe to show."""
    found = find_article_file(asker_of(request), token)
    return serve.respond(request, found.blob, found.name, wants_inline="show" in request.GET)


@require_GET
def look(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give a picture that stands in a text: its re-encoded copy as soon as there is one."""
    found = find_article_file(asker_of(request), token)
    return serve.respond(request, found.blob, found.name, wants_inline=True)


@require_GET
def thumbnail(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give the small re-encoded copy of a picture."""
    found = find_article_file(asker_of(request), token)
    ensure_given(found.blob)
    if found.blob.thumbnail is None:
        return redirect(f"{reverse('article_file', args=[token])}?show")
    return serve.respond(request, found.blob.thumbnail, found.name, wants_inline=True)


@require_GET
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show a file in a page of the desk: text as text, sound and film in players."""
    found = find_article_file(asker_of(request), token)
    ensure_given(found.blob)
    words = {"file": found, "kind": serve.preview_kind(found.blob, found.name), "text": ""}
    if words["kind"] == "text":
        words["text"] = serve.text_start(found.blob)
    return render(request, "tickets/file.html", words)
