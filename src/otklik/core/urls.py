from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from otklik.core import views
from otklik.core.styleguide import styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("live-token/", views.live_token, name="live_token"),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
