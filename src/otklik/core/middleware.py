"""What every answer passes through, whoever asks."""

import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, ClassVar, Final, Protocol

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.core import accent, repeats
from otklik.core.carried import Carried, request_id, told_once
from otklik.core.configuration import one_request, read_with_asker
from otklik.core.errors import DomainError, Invalid, NotFound, WrongMethod
from otklik.core.offered import first_language
from otklik.core.ratelimit import Allowance
from otklik.core.refusals import refusal

SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST_KEY = 200
FIRST_REFUSAL = 400
API = "/api/v1/"
allowance: Final = Carried[Allowance]("allowance")

Handler = Callable[[HttpRequest], HttpResponseBase]
# Refuses whoever may not hear a kept answer: the actor, what the address names, the answer.
Guard = Callable[[Any, Mapping[str, Any], HttpResponse], None]

POLICY = "; ".join(  # noqa: FLY002  # one directive a line
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default otklik-editor",
    ]
)


class RequestIdMiddleware:
    """Name each request, for the logs and for the person who reports a failure."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        named = request_id.leave(request, secrets.token_hex(8))
        with one_request():
            response = self.get_response(request)
        response.headers["X-Request-Id"] = named
        return response


class HeadersMiddleware:
    """Give every page the strict policy, and keep private pages out of shared caches."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class AccentMiddleware:
    """Answer the accent's sheet as a static file is answered: without asking who it is for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path != accent.ADDRESS or request.method not in SAFE:
            return self.get_response(request)
        sheet = accent.sheet(request.GET.get("hue", ""))
        if sheet is None:
            return refusal(request, NotFound())
        answer = HttpResponse(sheet, content_type="text/css; charset=utf-8")
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


class LanguageMiddleware:
    """Speak the browser's language for as long as it is not known who asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(first_language(request)):
            return self.get_response(request)


class RefusalMiddleware:
    """Turn a DomainError, or a wrong method, into a page, a fragment or problem JSON."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        said = refusal(request, WrongMethod())
        said.headers["Allow"] = response.headers["Allow"]
        return said

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            return refusal(request, error)
        return None


class AllowanceMiddleware:
    """Say in the headers how much of its rate a caller has left."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        left = allowance.found(request)
        if left is not None:
            for name, value in left.headers().items():
                response.headers[name] = value
        return response


class Bearing(Protocol):
    """Tells who asks by a token; None when nobody does."""

    def __call__(self, request: HttpRequest) -> Any: ...


class IdempotencyMiddleware:
    """Let a program repeat a write with the same `Idempotency-Key` and get the same answer.

    The key, the write and its answer are one transaction: all of them happened, or none.
    A second request with the key waits for the first. Refused writes keep nothing. A kept
    answer is told only by a token that is good now, to a person who may still hear it.
    """

    bearer: ClassVar[Bearing]
    guards: ClassVar[Mapping[str, Guard]]  # by the first part of the address

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key", "")
        if not key or not request.path.startswith(API) or request.method in SAFE:
            return self.get_response(request)
        if len(key) > LONGEST_KEY or not key.isprintable():
            return refusal(request, Invalid(fields={"Idempotency-Key": _("This key is too odd.")}))
        try:
            actor = self.bearer(request)
            return self._once(request, key, actor) if actor else self.get_response(request)
        except DomainError as error:
            return refusal(request, error)

    def _once(self, request: HttpRequest, key: str, actor: object) -> HttpResponseBase:
        owner = sha256(request.headers.get("Authorization", "").encode()).hexdigest()[:40]
        with transaction.atomic():
            kept = repeats.claim(owner, key, fingerprint(request))
            read_with_asker(None)  # who waited for another asks anew
            if kept is not None:
                self._ensure_may_hear(request, actor, kept)
                return kept
            response = self.get_response(request)
            if isinstance(response, HttpResponse) and response.status_code < FIRST_REFUSAL:
                repeats.settle(owner, key, response, told_once.found(request) or ())
            else:
                transaction.set_rollback(True)
            return response

    def _ensure_may_hear(self, request: HttpRequest, actor: object, kept: HttpResponse) -> None:
        first, *_others = request.path.removeprefix(API).split("/")
        self.guards[first](actor, resolve(request.path_info).kwargs, kept)


def fingerprint(request: HttpRequest) -> str:
    """Tell one write from another under the same key; a file by its length only."""
    parts = [request.method or "", request.get_full_path(), request.META.get("CONTENT_LENGTH", "")]
    digest = sha256("\n".join(parts).encode())
    if not (request.content_type or "").startswith("multipart/"):
        digest.update(request.body)
    return digest.hexdigest()
