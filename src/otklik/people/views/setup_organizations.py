"""Organizations in the set-up."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.core.errors import Conflict
from otklik.people.actions import (
    OrganizationFields,
    change_organization,
    register_organization,
    remove_organization,
    set_domains,
)
from otklik.people.forms.organizations import OrganizationForm
from otklik.people.models import Actor, Organization
from otklik.people.policies import administrator_of, find_organization, lock_organization
from otklik.people.selectors import PersonFilter, organization_page, person_page
from otklik.people.views.answers import done, posted, shown

_NOTHING_YET: dict[str, None] = {"organization": None, "people": None, "refusal": None}


@require_GET
def organizations(request: HttpRequest) -> HttpResponse:
    """List organizations by any part of a name or domain."""
    actor = administrator_of(request)
    text = request.GET.get("q", "")
    found = organization_page(actor=actor, text=text, cursor=request.GET.get("after", ""))
    return shown(request, "people/organizations.html", found=found, text=text)


@require_http_methods(["GET", "POST"])
def new_organization(request: HttpRequest) -> HttpResponse:
    actor = administrator_of(request)
    form = OrganizationForm(posted(request), initial={"standing": "customer"})
    made: list[Organization] = []

    def act() -> None:
        made.append(
            register_organization(actor=actor, fields=form.changes(), domains=form.domains_typed())
        )

    if request.method == "POST" and form.does(act):
        return done(request, "setup_organization", made[0].pk, said=_("Added."))
    return shown(request, "people/organization.html", form=form, **_NOTHING_YET)


@require_http_methods(["GET", "POST"])
def organization(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Show an organization with its people; a post changes it."""
    actor = administrator_of(request)
    found = find_organization(actor, organization_id)
    form = OrganizationForm(posted(request), initial=_values(found))

    def act() -> None:
        change_organization(actor=actor, organization_id=found.pk, changes=form.changes())
        set_domains(actor=actor, organization_id=found.pk, domains=form.domains_typed())

    def now() -> dict[str, object]:
        return _values(lock_organization(actor, found.pk))

    if request.method == "POST" and form.does(act, now=now):
        return done(request, "setup_organization", found.pk, said=_("Saved."))
    return _page(request, actor, found, form)


@require_POST
def organization_removal(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Remove an organization that has no people."""
    actor = administrator_of(request)
    found = find_organization(actor, organization_id)
    try:
        remove_organization(actor=actor, organization_id=found.pk)
    except Conflict as refusal:
        form = OrganizationForm(initial=_values(found))
        return _page(request, actor, found, form, refusal)
    said = _("%(name)s is removed.") % {"name": found.name}
    return done(request, "setup_organizations", said=said)


def _page(
    request: HttpRequest,
    actor: Actor,
    found: Organization,
    form: OrganizationForm,
    refusal: Conflict | None = None,
) -> HttpResponse:
    people = person_page(
        actor=actor,
        wanted=PersonFilter(organization_id=found.pk),
        cursor=request.GET.get("after", ""),
    )
    return shown(
        request,
        "people/organization.html",
        form=form,
        organization=found,
        people=people,
        refusal=refusal,
    )


def _values(found: Organization) -> dict[str, object]:
    fields = {name: getattr(found, name) for name in OrganizationFields.__annotations__}
    return fields | {"domains": "\n".join(one.domain for one in found.domains.all())}
