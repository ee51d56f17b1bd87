"""The whole API, put together from what each app offers."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from otklik.config.environment import environment
from otklik.core.api import Api, Bearer, install_refusals
from otklik.core.api_docs import Book, book
from otklik.people.actions.tokens import actor_by_token
from otklik.people.api import router as people
from otklik.tickets.api import router as tickets

api = Api(
    title="Otklik",
    version="1",
    description="Everything that a person can do at the desk, for programs. "
    "Tokens are made on one's own page or by `otklik token create`.",
    docs_url=None,  # our own page, below: the framework's loads scripts from elsewhere
    auth=Bearer(actor_by_token, environment().api_rate),
    urls_namespace="api",
)
install_refusals(api)
api.add_router("", tickets)
api.add_router("", people)


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Show what the API offers, made from its schema."""
    words = {"book": _book(), "schema_url": reverse("api:openapi-json")}
    return render(request, "core/api_docs.html", words)


@cache
def _book() -> Book:
    return book(api.get_openapi_schema(), settings.OTKLIK_BASE_URL.rstrip("/"))
