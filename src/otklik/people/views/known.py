"""People and organizations as colleagues know them: who they are, how to reach them, what was."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.core.offered import spoken_to
from otklik.core.spoken import language_name
from otklik.people.actions import change_person
from otklik.people.forms.people import EmailForm, PersonForm, PhoneForm, profile_of
from otklik.people.models import Actor
from otklik.people.policies import (
    find_organization,
    find_person,
    lock_person,
    may_change_addresses,
    may_change_person,
    may_read_remarks,
    staff_of,
)
from otklik.people.selectors import PersonFilter, person_page
from otklik.people.selectors.persons import organization_names, person_card
from otklik.people.views.answers import done, shown, undoable


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person to a colleague; a post changes the profile, and can be undone."""
    actor = staff_of(request)
    if request.method != "POST":
        return page_of_known_person(request, actor, person_id)
    has_remarks = may_read_remarks(actor, find_person(actor, person_id))
    form = PersonForm(request.POST, has_remarks=has_remarks)
    before: dict[str, str] = {}
    after: dict[str, str] = {}

    def now() -> dict[str, str]:
        before.update(profile_of(lock_person(actor, person_id)))
        return before

    def act() -> None:
        changed = change_person(actor=actor, person_id=person_id, changes=form.changes())
        after.update(profile_of(changed))

    if form.does(act, now=now):
        undo = {name: was for name, was in before.items() if name in form.fields}
        undo["shown"] = PersonForm(initial=after, has_remarks=has_remarks)["shown"].value()
        undoable(request, _("Saved."), reverse("person", args=[person_id]), undo)
        return done(request, "person", person_id)
    return page_of_known_person(request, actor, person_id, profile=form)


@require_GET
def organization(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Show a company: what it is to us, its people, and what was with it."""
    actor = staff_of(request)
    found = find_organization(actor, organization_id)
    people = person_page(
        actor=actor,
        wanted=PersonFilter(organization_id=found.pk),
        cursor=request.GET.get("after", ""),
    )
    return shown(request, "people/known_organization.html", organization=found, people=people)


def page_of_known_person(
    request: HttpRequest, actor: Actor, person_id: int, **changed: Any
) -> HttpResponse:
    """Show a person with the forms that were refused, if any."""
    card = person_card(actor=actor, person_id=person_id)
    has_remarks = may_read_remarks(actor, card.person)
    words: dict[str, Any] = {
        "card": card,
        "profile": PersonForm(initial=profile_of(card.person), has_remarks=has_remarks),
        "spoken": language_name(spoken_to(card.person.language)),
        "email": EmailForm(),
        "phone": PhoneForm(),
        "organizations": organization_names(),
        "may_change": may_change_person(actor, card.person),
        "may_change_addresses": may_change_addresses(actor, card.person),
    }
    return shown(request, "people/known_person.html", **(words | changed))
