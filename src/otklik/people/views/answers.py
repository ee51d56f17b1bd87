"""How the pages about people answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from otklik.core.errors import DomainError
from otklik.people.forms.base import Form

BROWSER_LENGTH = 200


def shown(request: HttpRequest, template: str, **words: Any) -> HttpResponse:
    """Render a page, with what can be undone on top; 422 when a form of it was refused."""
    refused = any(_is_refusal(word) for word in words.values())
    undo = request.session.pop("undo") if "undo" in request.session else None
    return render(request, template, {"undo": undo, **words}, status=422 if refused else 200)


def _is_refusal(word: object) -> bool:
    return isinstance(word, DomainError) or bool(isinstance(word, Form) and word.errors)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was filled with; None when it is only to be shown."""
    return request.POST if request.method == "POST" else None


def done(request: HttpRequest, name: str, *args: object, said: str = "") -> HttpResponse:
    """Go to a page after a change, which says what was done."""
    if said:
        messages.success(request, said)
    return redirect(name, *args)


def undoable(
    request: HttpRequest,
    said: str,
    undo: str,
    fields: Mapping[str, str | Sequence[str]] | None = None,
) -> None:
    """Say on the next page what was done, with a button that posts `fields` to `undo`."""
    request.session["undo"] = {"said": said, "address": undo, "fields": dict(fields or {})}


def own_path(text: str) -> str:
    """Return the place to go to once signed in, if it is one of ours, else the first page."""
    return "/" if text.startswith("/sign-") else here(text)


def here(text: str) -> str:
    """Return an address if it is one of ours, else the first page."""
    ours = text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if ours else "/"


def address_of(request: HttpRequest) -> str:
    """Return the network address of who asks; the server has looked behind trusted proxies."""
    return str(request.META.get("REMOTE_ADDR", ""))
