"""People in the set-up: found, added, changed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import Conflict
from otklik.people.actions import (
    change_person,
    register_person,
    set_roles,
)
from otklik.people.actions.home import home
from otklik.people.forms.people import (
    AccountForm,
    EmailForm,
    LoginForm,
    NewPersonForm,
    PersonForm,
    PhoneForm,
    profile_of,
    roles_from,
)
from otklik.people.models import Actor, Person, Role
from otklik.people.policies import administrator_of, lock_person
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
    form = NewPersonForm(posted(request), initial=home().profile | _from_search(request))
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
        change_person(actor=actor, person_id=person_id, changes=form.changes())

    if form.does(act, now=lambda: profile_of(lock_person(actor, person_id))):
        return done(request, "setup_person", person_id, said=_("Saved."))
    return page_of_person(request, actor, person_id, profile=form)


@require_POST
def person_roles(request: HttpRequest, person_id: int) -> HttpResponse:
    """Set roles by the grid of departments; what was before can be had back."""
    actor = administrator_of(request)
    wanted, seen = roles_from(request.POST)
    try:
        before = set_roles(actor=actor, person_id=person_id, roles=wanted, seen=seen)
    except Conflict as refusal:
        return page_of_person(request, actor, person_id, refusal=refusal, wanted=wanted)
    if before:
        fields = {f"role-{pk}": str(role or "") for pk, role in before.items()}
        fields |= {f"was-{pk}": str(wanted[pk] or "") for pk in before}
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
        "role_choices": {"": _("none"), **dict(Role.choices)},
        "wanted": {},
        "profile": PersonForm(initial=profile_of(card.person)),
        "email": EmailForm(),
        "phone": PhoneForm(),
        "account": AccountForm(initial={"login": login}),
        "login": LoginForm(initial={"login": login}),
        "organizations": organization_names(),
        "refusal": None,
    }
    return shown(request, "people/person.html", **(words | changed))


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
