from django.urls import URLPattern, URLResolver, path

from otklik.notifications import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/fresh/", views.fresh, name="notifications_fresh"),
    path("me/letters/", views.own_letters, name="own_letters"),
    path(
        "me/letters/as-department/",
        views.own_letters_as_department,
        name="own_letters_as_department",
    ),
    path(
        "setup/departments/<int:department_id>/letters/",
        views.department_letters,
        name="setup_department_letters",
    ),
    path(
        "setup/departments/<int:department_id>/letters/removal/",
        views.department_letters_removal,
        name="setup_department_letters_removal",
    ),
    path("notifications/badge/", views.badge, name="notifications_badge"),
]
