from django.urls import URLPattern, URLResolver, path

from otklik.notifications import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/fresh/", views.fresh, name="notifications_fresh"),
    path("me/letters/", views.own_letters, name="own_letters"),
    path("notifications/badge/", views.badge, name="notifications_badge"),
]
