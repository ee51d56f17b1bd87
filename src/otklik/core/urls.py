from django.urls import URLPattern, URLResolver, path

from otklik.core import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("live-token/", views.live_token, name="live_token"),
]
