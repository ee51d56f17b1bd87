"""The root of all addresses; each app keeps its own."""

from django.urls import include, path

from otklik.config.api import api, docs

urlpatterns = [
    path("api/v1/docs", docs, name="api_docs"),
    path("api/v1/", api.urls),
    path("", include("otklik.core.urls")),
    path("", include("otklik.people.urls")),
    path("", include("otklik.knowledge.urls")),
    path("", include("otklik.tickets.urls")),
    path("", include("otklik.mail.urls")),
    path("", include("otklik.notifications.urls")),
    path("", include("otklik.shell.urls")),
]

handler400 = "otklik.core.refusals.bad_request"
handler403 = "otklik.core.refusals.permission_denied"
handler404 = "otklik.core.refusals.not_found"
handler500 = "otklik.core.refusals.server_error"
