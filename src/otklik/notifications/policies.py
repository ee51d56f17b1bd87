"""Who hears of what: only those who may see the ticket, never who did it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from otklik.people.models import Account, Role
from otklik.people.policies import actor_for
from otklik.tickets.models import Follow, Ticket
from otklik.tickets.policies import works_on

LEADERS = (Role.COORDINATOR, Role.SUPERVISOR)


def listeners(ticket: Ticket, among: Q, but_not: int | None, kind: str) -> list[Account]:
    """Return the colleagues among some who may see the ticket now and want to hear of it."""
    accounts: QuerySet[Account] = (
        Account.objects.filter(among, is_active=True)
        .exclude(muted_kinds__contains=[kind])
        .select_related("person__organization")
        .prefetch_related("person__memberships")
        .distinct()
    )
    if but_not is not None:
        accounts = accounts.exclude(person=but_not)
    return [account for account in accounts if works_on(actor_for(account), ticket)]


def members(departments: Iterable[int]) -> Q:
    return Q(person__memberships__department__in=list(departments))


def leaders(departments: Iterable[int]) -> Q:
    """Return the heads of departments, and administrators."""
    heads = Q(
        person__memberships__department__in=list(departments),
        person__memberships__role__in=LEADERS,
    )
    return heads | Q(is_administrator=True)


def concerned(ticket: Ticket) -> Q:
    """Return who works on a ticket or follows it; nobody works: its whole department."""
    followers = Follow.objects.filter(ticket=ticket.pk).values("person")
    if ticket.assignee_id is None:
        return members([ticket.department_id]) | Q(person__in=followers)
    return Q(person=ticket.assignee_id) | Q(person__in=followers)


def requester_account(ticket: Ticket, but_not: int | None, kind: str) -> list[Account]:
    """Return the customer's account, if they have one and did not do it themselves."""
    if ticket.requester_id == but_not:
        return []
    accounts = Account.objects.filter(person=ticket.requester_id, is_active=True)
    return list(accounts.exclude(muted_kinds__contains=[kind]))
