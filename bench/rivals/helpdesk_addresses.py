"""The addresses of the site around django-helpdesk."""

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("enter/", LoginView.as_view(template_name="admin/login.html")),
    path("", include("helpdesk.urls", namespace="helpdesk")),
]
