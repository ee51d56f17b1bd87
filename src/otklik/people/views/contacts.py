"""A person's addresses and telephones, changed from either page on which they stand."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.people.actions import (
    add_email,
    add_phone,
    choose_email,
    choose_phone,
    remove_email,
    remove_phone,
)
from otklik.people.forms.people import EmailForm, PhoneForm
from otklik.people.models import Actor
from otklik.people.policies import administrator_of, may_change_addresses, staff_of
from otklik.people.selectors.persons import person_card
from otklik.people.views.answers import done, undoable
from otklik.people.views.known import page_of_known_person
from otklik.people.views.proving import with_proof
from otklik.people.views.setup_people import page_of_person


@dataclass(frozen=True)
class Place:
    """A page on which contacts stand: for whom it is, its route, and how it shows a refusal."""

    entered_by: Callable[[HttpRequest], Actor]
    route: str
    shown: Callable[..., HttpResponse]


SETUP = Place(administrator_of, "setup_person", page_of_person)
KNOWN = Place(staff_of, "person", page_of_known_person)


def _signs_in(request: HttpRequest, *, person_id: int, place: Place = SETUP, **_names: int) -> bool:
    """Tell whether a person has an account, which links mailed to their addresses open."""
    actor = place.entered_by(request)
    card = person_card(actor=actor, person_id=person_id)
    return card.account is not None and may_change_addresses(actor, card.person)


@require_POST
@with_proof(_signs_in)
def person_emails(request: HttpRequest, person_id: int, place: Place = SETUP) -> HttpResponse:
    """Add an address."""
    actor = place.entered_by(request)
    form = EmailForm(request.POST)

    def act() -> None:
        add_email(actor=actor, person_id=person_id, address=form.cleaned_data["email"])

    if form.does(act):
        return done(request, place.route, person_id, said=_("Added."))
    return place.shown(request, actor, person_id, email=form)


@require_POST
@with_proof(_signs_in)
def person_email_removal(
    request: HttpRequest, person_id: int, email_id: int, place: Place = SETUP
) -> HttpResponse:
    actor = place.entered_by(request)
    card = person_card(actor=actor, person_id=person_id)
    removed = next((one for one in card.person.emails.all() if one.pk == email_id), None)
    remove_email(actor=actor, person_id=person_id, email_id=email_id)
    if removed:
        undo = reverse(f"{place.route}_emails", args=[person_id])
        said = _("%(address)s is removed.") % {"address": removed.address}
        undoable(request, said, undo, {"email": removed.address})
    return done(request, place.route, person_id)


@require_POST
@with_proof(_signs_in)
def person_email_choice(
    request: HttpRequest, person_id: int, email_id: int, place: Place = SETUP
) -> HttpResponse:
    """Make an address the primary one."""
    choose_email(actor=place.entered_by(request), person_id=person_id, email_id=email_id)
    return done(request, place.route, person_id, said=_("Saved."))


@require_POST
def person_phones(request: HttpRequest, person_id: int, place: Place = SETUP) -> HttpResponse:
    """Add a telephone."""
    actor = place.entered_by(request)
    form = PhoneForm(request.POST)

    def act() -> None:
        add_phone(actor=actor, person_id=person_id, number=form.cleaned_data["phone"])

    if form.does(act):
        return done(request, place.route, person_id, said=_("Added."))
    return place.shown(request, actor, person_id, phone=form)


@require_POST
def person_phone_removal(
    request: HttpRequest, person_id: int, phone_id: int, place: Place = SETUP
) -> HttpResponse:
    actor = place.entered_by(request)
    card = person_card(actor=actor, person_id=person_id)
    removed = next((one for one in card.person.phones.all() if one.pk == phone_id), None)
    remove_phone(actor=actor, person_id=person_id, phone_id=phone_id)
    if removed:
        undo = reverse(f"{place.route}_phones", args=[person_id])
        said = _("%(number)s is removed.") % {"number": removed.number}
        undoable(request, said, undo, {"phone": removed.number})
    return done(request, place.route, person_id)


@require_POST
def person_phone_choice(
    request: HttpRequest, person_id: int, phone_id: int, place: Place = SETUP
) -> HttpResponse:
    """Make a telephone the primary one."""
    choose_phone(actor=place.entered_by(request), person_id=person_id, phone_id=phone_id)
    return done(request, place.route, person_id, said=_("Saved."))
