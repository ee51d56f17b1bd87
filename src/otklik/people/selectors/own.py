"""What one's own page shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from otklik.core import clock
from otklik.people.models import Account, Actor, ApiToken, Membership, Person, Session


@dataclass(frozen=True)
class OwnPage:
    """A person as they see themselves."""

    account: Account
    person: Person
    memberships: Sequence[Membership]
    sessions: Sequence[Session]
    tokens: Sequence[ApiToken]


def own_page_of(actor: Actor) -> OwnPage:
    """Collect what one's own page shows: tokens that work, browsers that are signed in."""
    account = Account.objects.select_related("person__organization").get(pk=actor.account_id)
    person = Person.objects.prefetch_related("emails", "phones").get(pk=account.person_id)
    return OwnPage(
        account=account,
        person=person,
        memberships=list(person.memberships.select_related("department")),
        sessions=list(sessions_of(account.pk)),
        tokens=list(tokens_of(account.pk)),
    )


def tokens_of(account_id: int) -> QuerySet[ApiToken]:
    """Return the tokens of an account that work or once ran out, the latest first."""
    return ApiToken.objects.filter(account=account_id, revoked_at=None)


def sessions_of(account_id: int) -> Sequence[Session]:
    """Return the browsers that are signed in to an account, the latest first."""
    return list(
        Session.objects.filter(account=account_id, expire_date__gt=clock.now()).order_by("-seen_at")
    )
