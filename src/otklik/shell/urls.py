from django.urls import URLPattern, URLResolver, path

from otklik.shell import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("home/requests/", views.home_requests, name="home_requests"),
    path("setup/", views.setup, name="setup"),
    path("palette/", views.palette, name="palette"),
]
