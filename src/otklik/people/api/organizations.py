"""Organizations over the API: staff see all, customers their own."""

from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Status

from otklik.core.api import REFUSALS, created, ensure_matches, ensure_scope, tagged
from otklik.people import actions
from otklik.people.actions import OrganizationFields
from otklik.people.api import schemas
from otklik.people.api.router import Cursor, Limit, Text, new_router
from otklik.people.models import Actor, Organization
from otklik.people.policies import actor_of, find_organization, lock_organization
from otklik.people.selectors import organization_page

router = new_router()


@router.get(
    "/organizations", response={200: schemas.OrganizationList, **REFUSALS}, summary="Find companies"
)
def find_organizations(
    request: HttpRequest, q: str = Text, cursor: str = Cursor, limit: int = Limit
) -> Any:
    """Find companies by any part of a name or mail domain; a customer finds their own."""
    actor = actor_of(request)
    ensure_scope(actor, "people:read")
    if not actor.is_staff:
        own = [actor.organization_id] if actor.organization_id else []
        return {"items": [_out(actor, find_organization(actor, pk)) for pk in own], "next": None}
    page = organization_page(actor=actor, text=q, cursor=cursor, size=limit)
    return {"items": [_out(actor, one) for one in page.rows], "next": page.next or None}


@router.post("/organizations", response={201: schemas.OrganizationOut, **REFUSALS})
def register_organization(
    request: HttpRequest, response: HttpResponse, payload: schemas.OrganizationIn
) -> Any:
    """Make a company known; domains and sharing need an administrator and the scope `all`."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    values = payload.dict(exclude_unset=True)
    domains = values.pop("domains", [])
    fields = cast("OrganizationFields", values)
    made = actions.register_organization(actor=actor, fields=fields, domains=domains)
    return created(response, f"/organizations/{made.pk}", _out(actor, made))


@router.get("/organizations/{organization_id}", response={200: schemas.OrganizationOut, **REFUSALS})
def get_organization(
    request: HttpRequest, response: HttpResponse, organization_id: schemas.Key
) -> Any:
    """Read one company."""
    actor = actor_of(request)
    ensure_scope(actor, "people:read")
    return tagged(response, _out(actor, find_organization(actor, organization_id)))


@router.patch(
    "/organizations/{organization_id}", response={200: schemas.OrganizationOut, **REFUSALS}
)
@transaction.atomic
def change_organization(
    request: HttpRequest,
    response: HttpResponse,
    organization_id: schemas.Key,
    payload: schemas.OrganizationFieldsIn,
) -> Any:
    """Change a company; `domains` replace those that it has. For administrators.

    Domains and sharing say who sees whose requests: they need the scope `all`.
    """
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    ensure_matches(request, _out(actor, lock_organization(actor, organization_id)))
    values = payload.dict(exclude_unset=True)
    domains = values.pop("domains", None)
    fields = cast("OrganizationFields", values)
    changed = actions.change_organization(
        actor=actor, organization_id=organization_id, changes=fields
    )
    if domains is not None:
        actions.set_domains(actor=actor, organization_id=organization_id, domains=domains)
    return tagged(response, _out(actor, changed))


@router.delete(
    "/organizations/{organization_id}",
    response={204: None, **REFUSALS},
    summary="Remove a company",
)
def remove_organization(request: HttpRequest, organization_id: schemas.Key) -> Any:
    """Remove a company that nobody belongs to. For administrators. Again does nothing."""
    actor = actor_of(request)
    ensure_scope(actor, "people:write")
    actions.remove_organization(actor=actor, organization_id=organization_id)
    return Status(204, None)


def _out(actor: Actor, one: Organization) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "standing": one.standing,
        "products": one.products,
        "remarks": one.remarks if actor.is_staff else None,
        "shares_tickets": one.shares_tickets,
        "domains": [domain.domain for domain in one.domains.all()],
        "created_at": one.created_at,
    }
