"""Who a request speaks for, and what people may do with people."""

from types import MappingProxyType

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
