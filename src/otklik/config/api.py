"""The whole API, put together from what each app offers."""

from functools import cache
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from otklik.config.environment import environment
from otklik.core.api import Api, Bearer, install_refusals, made_once
from otklik.core.api_docs import Book, book
from otklik.core.middleware import IdempotencyMiddleware
from otklik.mail.api import (
    ensure_may_hear_of_letters,
    ensure_may_hear_of_mailboxes,
    ensure_may_hear_of_outbox,
    ensure_may_hear_of_sending,
)
from otklik.mail.api import router as mail
from otklik.notifications.api import ensure_may_hear_of_notifications
from otklik.notifications.api import router as notifications
from otklik.people.actions.tokens import actor_by_token
from otklik.people.api import (
    ensure_may_hear_of_desk,
    ensure_may_hear_of_oneself,
    ensure_may_hear_of_people,
)
from otklik.people.api import router as people
from otklik.people.policies import asker_of
from otklik.tickets.api import (
    ensure_may_hear_of_configuration,
    ensure_may_hear_of_tickets,
    ensure_may_hear_of_uploads,
)
from otklik.tickets.api import router as tickets

bearer = Bearer(actor_by_token, environment().api_rate)
api = Api(
    title="Otklik",
    version="1",
    description="Everything that a person can do at the desk, for programs; only signing in, "
    "changing one's own password and the first page of a new desk are for browsers. Tokens are "
    "made on one's own page, by `otklik token create`, or by a token of the scope `all`.",
    docs_url=None,  # our own page, below: the framework's loads scripts from elsewhere
    docs_decorator=made_once,  # of what remains: the schema
    auth=bearer,
    urls_namespace="api",
)
install_refusals(api)
api.add_router("", tickets)
api.add_router("", people)
api.add_router("", mail)
api.add_router("", notifications)


class OnceMiddleware(IdempotencyMiddleware):
    """Repeats answers to those whom this API knows."""

    bearer = bearer
    guards: ClassVar = {
        "tickets": ensure_may_hear_of_tickets,
        "uploads": ensure_may_hear_of_uploads,
        "views": ensure_may_hear_of_tickets,
        "desk": ensure_may_hear_of_desk,
        "configuration": ensure_may_hear_of_configuration,
        "me": ensure_may_hear_of_oneself,
        "notifications": ensure_may_hear_of_notifications,
        "people": ensure_may_hear_of_people,
        "organizations": ensure_may_hear_of_people,
        "departments": ensure_may_hear_of_people,
        "mailboxes": ensure_may_hear_of_mailboxes,
        "letters": ensure_may_hear_of_letters,
        "sender-rules": ensure_may_hear_of_letters,
        "outbox": ensure_may_hear_of_outbox,
        "senders": ensure_may_hear_of_sending,
        "templates": ensure_may_hear_of_sending,
    }


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Show what the API offers, made from its schema."""
    words = {"book": _book(), "schema_url": reverse("api:openapi-json"), "frame": _frame(request)}
    return render(request, "core/api_docs.html", words)


def _frame(request: HttpRequest) -> str:
    """Return the layout around the page: the one from which its reader came."""
    actor = asker_of(request)
    if actor is None or not actor.is_staff:
        return "portal"
    return "setup" if actor.is_administrator else "workspace"


@cache
def _book() -> Book:
    return book(api.get_openapi_schema(), settings.OTKLIK_BASE_URL.rstrip("/"))
