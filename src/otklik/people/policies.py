"""Who a request speaks for, and what people may do with people."""

from types import MappingProxyType

from django.http import HttpRequest

from otklik.core.errors import NotFound, NotSignedIn
from otklik.people.models import Account, Actor, Role


def actor_for(account: Account, scopes: frozenset[str] = frozenset({"all"})) -> Actor:
    """Load the rights of an account as they are now: one query for person, one for roles."""
    person = account.person
    roles = {pk: Role(role) for pk, role in person.memberships.values_list("department", "role")}
    organization = person.organization
    return Actor(
        account_id=account.pk,
        person_id=person.pk,
        name=person.name,
        is_administrator=account.is_administrator,
        roles=MappingProxyType(roles),
        organization_id=person.organization_id,
        shares_organization=bool(organization and organization.shares_tickets),
        scopes=scopes,
        language=person.language,
        time_zone=person.time_zone,
    )


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking. Raises NotSignedIn."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn
    return actor


def staff_of(request: HttpRequest) -> Actor:
    """Return the colleague who is asking. Raises NotSignedIn, or NotFound for a customer."""
    actor = actor_of(request)
    if not actor.is_staff:
        raise NotFound
    return actor


def administrator_of(request: HttpRequest) -> Actor:
    """Return the administrator who is asking. Raises NotSignedIn, or NotFound for others."""
    actor = actor_of(request)
    if not actor.is_administrator:
        raise NotFound
    return actor
