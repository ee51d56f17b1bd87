"""What letters say, in the set-up: by kind, language and department."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import DomainError
from otklik.core.offered import offered_languages
from otklik.core.spoken import language_name
from otklik.mail.actions.setting_up.templates import (
    Place,
    ensure_place,
    mail_sample,
    say_as_before,
    say_otherwise,
)
from otklik.mail.forms.templates import TemplateForm
from otklik.mail.models import Template
from otklik.mail.selectors.templates import NAMES, filled, own_templates, sample_values, wording_of
from otklik.people.models import Actor, Department
from otklik.people.policies import administrator_of
from otklik.people.views.answers import posted, shown
from otklik.tickets.forms.composing import whole


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """List the kinds of letters in each language, of one department or of all."""
    administrator_of(request)
    words = {
        "kinds": Template.Kind.choices,
        "spoken": [(one, language_name(one)) for one in offered_languages()],
        "departments": list(Department.objects.all()),
        "place": whole(request.GET.get("department")),
        "own": own_templates(),
    }
    return shown(request, "mail/templates.html", **words)


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Show what a letter says; a post changes it, or only shows how it would look."""
    actor = administrator_of(request)
    place = _place(request, kind, language)
    department = ensure_place(place)
    form = TemplateForm(posted(request), initial=_values(place, department))
    is_preview = "preview" in request.POST
    if request.method == "POST" and is_preview:
        form.is_valid()
    elif request.method == "POST" and form.does(
        lambda: say_otherwise(actor=actor, place=place, said=form.said())
    ):
        return _back(request, place, _("Saved."))
    words = _words(actor, form, place, department)
    return shown(request, "mail/template.html", **words)


@require_POST
def template_trial(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Mail it to oneself."""
    actor = administrator_of(request)
    place = _place(request, kind, language)
    try:
        letter = mail_sample(actor=actor, place=place)
    except DomainError as refusal:
        if refusal.status == 404:  # noqa: PLR2004  # there is no such letter
            raise
        messages.error(request, refusal.message)
        return redirect(_address(place))
    return _back(request, place, _("It is on its way to %s.") % letter.recipient)


@require_POST
def template_removal(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Say it in the words that the desk began with."""
    place = _place(request, kind, language)
    say_as_before(actor=administrator_of(request), place=place)
    return _back(request, place, _("It says again what it said before."))


def _place(request: HttpRequest, kind: str, language: str) -> Place:
    department = whole(request.GET.get("department") or request.POST.get("department"))
    return Place(kind=kind, language=language, department_id=department)


def _address(place: Place) -> str:
    address = reverse("setup_letter", args=[place.kind, place.language])
    return f"{address}?department={place.department_id}" if place.department_id else address


def _back(request: HttpRequest, place: Place, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(_address(place))


def _values(place: Place, department: Department | None) -> dict[str, object]:
    said = wording_of(place.kind, place.language, department)
    fields = ("subject", "body", "signature", "is_sent")
    return {name: getattr(said, name) for name in fields}


def _words(
    actor: Actor, form: TemplateForm, place: Place, department: Department | None
) -> dict[str, Any]:
    with translation.override(place.language):
        values = sample_values(actor.name, department)
    typed = {name: form[name].value() or "" for name in ("subject", "body", "signature")}
    return {
        "form": form,
        "place": place,
        "department": department,
        "kind": Template.Kind(place.kind).label,
        "language_name": language_name(place.language),
        "names": [f"{{{one}}}" for one in NAMES],
        "sample": {name: filled(str(text), values) for name, text in typed.items()},
        "is_own": (place.kind, place.language, place.department_id) in own_templates(),
    }
