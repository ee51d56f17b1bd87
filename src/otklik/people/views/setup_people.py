"""People in the set-up: found, added, changed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.people.actions import (
    add_email,
    add_phone,
    change_person,
    choose_email,
    choose_phone,
    register_person,
    remove_email,
    remove_phone,
    set_roles,
)
from otklik.people.forms.people import (
    AccountForm,
    EmailForm,
    LoginForm,
    NewPersonForm,
    PersonForm,
    PhoneForm,
    roles_from,
)
from otklik.people.models import Actor, Person, Role
from otklik.people.policies import administrator_of
from otklik.people.selectors import PersonFilter, department_tree, person_page
from otklik.people.selectors.persons import KINDS, PersonCard, organization_names, person_card
from otklik.people.views.answers import done, posted, shown, undoable


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """List people by any part of what they are known by."""
    actor = administrator_of(request)
    kind = request.GET.get("kind", "")
    wanted = PersonFilter(
        text=request.GET.get("q", ""),
        kind=next((known for known in KINDS if known == kind), ""),
    )
    found = person_page(actor=actor, wanted=wanted, cursor=request.GET.get("after", ""))
    name = "people/_people_rows.html" if request.headers.get("HX-Request") else "people/people.html"
    return shown(request, name, found=found, wanted=wanted)


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Register a person."""
    actor = administrator_of(request)
    form = NewPersonForm(posted(request), initial=_from_search(request))
    made: list[Person] = []

    def act() -> None:
        values = form.cleaned_data
        emails = [values["email"]] if values["email"] else []
        phones = [values["phone"]] if values["phone"] else []
        made.append(
            register_person(actor=actor, fields=form.changes(), emails=emails, phones=phones)
        )

    if request.method == "POST" and form.does(act):
        return done(request, "setup_person", made[0].pk, said=_("Added."))
    names = organization_names()
    return shown(request, "people/new_person.html", form=form, organizations=names)


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person with their account and roles; a post changes the profile."""
    actor = administrator_of(request)
    if request.method != "POST":
        return page_of_person(request, actor, person_id)
    form = PersonForm(request.POST)

    def act() -> None:
        version = request.POST.get("version", "")
        known = int(version) if version.isascii() and version.isdigit() else 0
        change_person(actor=actor, person_id=person_id, changes=form.changes(), version=known)

    if form.does(act):
        return done(request, "setup_person", person_id, said=_("Saved."))
    return page_of_person(request, actor, person_id, profile=form)


@require_POST
def person_emails(request: HttpRequest, person_id: int) -> HttpResponse:
    """Add an address."""
    actor = administrator_of(request)
    form = EmailForm(request.POST)

    def act() -> None:
        add_email(actor=actor, person_id=person_id, address=form.cleaned_data["email"])

    if form.does(act):
        return done(request, "setup_person", person_id, said=_("Added."))
    return page_of_person(request, actor, person_id, email=form)


@require_POST
def person_email_removal(request: HttpRequest, person_id: int, email_id: int) -> HttpResponse:
    actor = administrator_of(request)
    card = person_card(actor=actor, person_id=person_id)
    removed = next((one for one in card.person.emails.all() if one.pk == email_id), None)
    remove_email(actor=actor, person_id=person_id, email_id=email_id)
    if removed:
        undo = reverse("setup_person_emails", args=[person_id])
        said = _("%(address)s is removed.") % {"address": removed.address}
        undoable(request, said, undo, {"email": removed.address})
    return done(request, "setup_person", person_id)


@require_POST
def person_email_choice(request: HttpRequest, person_id: int, email_id: int) -> HttpResponse:
    """Make an address the primary one."""
    choose_email(actor=administrator_of(request), person_id=person_id, email_id=email_id)
    return done(request, "setup_person", person_id, said=_("Saved."))


@require_POST
def person_phones(request: HttpRequest, person_id: int) -> HttpResponse:
    """Add a telephone."""
    actor = administrator_of(request)
    form = PhoneForm(request.POST)

    def act() -> None:
        add_phone(actor=actor, person_id=person_id, number=form.cleaned_data["phone"])

    if form.does(act):
        return done(request, "setup_person", person_id, said=_("Added."))
    return page_of_person(request, actor, person_id, phone=form)


@require_POST
def person_phone_removal(request: HttpRequest, person_id: int, phone_id: int) -> HttpResponse:
    actor = administrator_of(request)
    card = person_card(actor=actor, person_id=person_id)
    removed = next((one for one in card.person.phones.all() if one.pk == phone_id), None)
    remove_phone(actor=actor, person_id=person_id, phone_id=phone_id)
    if removed:
        undo = reverse("setup_person_phones", args=[person_id])
        said = _("%(number)s is removed.") % {"number": removed.number}
        undoable(request, said, undo, {"phone": removed.number})
    return done(request, "setup_person", person_id)


@require_POST
def person_phone_choice(request: HttpRequest, person_id: int, phone_id: int) -> HttpResponse:
    """Make a telephone the primary one."""
    choose_phone(actor=administrator_of(request), person_id=person_id, phone_id=phone_id)
    return done(request, "setup_person", person_id, said=_("Saved."))


@require_POST
def person_roles(request: HttpRequest, person_id: int) -> HttpResponse:
    """Set roles by the grid of departments; what was before can be had back."""
    actor = administrator_of(request)
    before = person_card(actor=actor, person_id=person_id).roles
    wanted = roles_from(request.POST)
    set_roles(actor=actor, person_id=person_id, roles=wanted)
    if any(before.get(pk) != role for pk, role in wanted.items()):
        fields = {f"role-{pk}": str(before.get(pk) or "") for pk in wanted}
        undoable(request, _("The roles are changed."), request.path, fields)
    return done(request, "setup_person", person_id)


def page_of_person(
    request: HttpRequest, actor: Actor, person_id: int, **changed: Any
) -> HttpResponse:
    """Show the page of a person with the forms that were refused, if any."""
    card = person_card(actor=actor, person_id=person_id)
    login = card.account.login if card.account else _suggested_login(card)
    words: dict[str, Any] = {
        "card": card,
        "tree": department_tree(actor=actor),
        "role_choices": Role.choices,
        "profile": PersonForm(initial=_profile(card.person)),
        "email": EmailForm(),
        "phone": PhoneForm(),
        "account": AccountForm(initial={"login": login}),
        "login": LoginForm(initial={"login": login}),
        "organizations": organization_names(),
        "refusal": None,
    }
    return shown(request, "people/person.html", **(words | changed))


def _profile(person: Person) -> dict[str, object]:
    fields = [name for name in PersonForm.base_fields if name != "organization"]
    organization = person.organization.name if person.organization else ""
    return {name: getattr(person, name) for name in fields} | {"organization": organization}


def _suggested_login(card: PersonCard) -> str:
    first = next(iter(card.person.emails.all()), None)
    return first.address.partition("@")[0][:64] if first else ""


def _from_search(request: HttpRequest) -> dict[str, str]:
    """Put what was looked for in vain where it belongs."""
    text = request.GET.get("q", "").strip()
    if "@" in text:
        return {"email": text}
    if any(sign.isdigit() for sign in text):
        return {"phone": text}
    given_name, _space, surname = text.partition(" ")
    return {"given_name": given_name, "surname": surname}
