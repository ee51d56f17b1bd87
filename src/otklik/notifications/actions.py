"""Telling people, and their having read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from otklik.core import clock, live
from otklik.notifications.models import Notification
from otklik.notifications.policies import (
    concerned,
    leaders,
    listeners,
    members,
    requester_account,
)
from otklik.people.models import Account, Actor, Person
from otklik.tickets.models import Ticket

Kind = Notification.Kind


@dataclass(frozen=True, kw_only=True)
class News:
    """What happened to a ticket, as a job carries it."""

    kind: str
    ticket_id: int
    cause: str  # the same for the same event, however often its job runs
    actor_id: int | None
    to_customer: bool = False


@transaction.atomic
def tell_people(*, news: News) -> list[Notification]:
    """Write down who should hear of some news, and tell their open pages. Safe to run twice."""
    ticket = Ticket.objects.select_related("status").filter(pk=news.ticket_id).first()
    if ticket is None:
        return []
    staff = _staff(ticket, news)
    customers = requester_account(ticket, news.actor_id, news.kind) if news.to_customer else []
    actor = Person.objects.filter(pk=news.actor_id).first() if news.actor_id else None
    now = clock.now()
    accounts = _not_told_yet([*staff, *customers], news.cause)
    rows = [
        Notification(
            account=account,
            ticket=ticket,
            kind=news.kind,
            cause=news.cause,
            actor_name=actor.name if actor else "",
            as_customer=account not in staff,
            created_at=now,
        )
        for account in accounts
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        live.hint(f"account:{row.account_id}", fresh=1)
    return rows


def _not_told_yet(accounts: Sequence[Account], cause: str) -> list[Account]:
    told = Notification.objects.filter(cause=cause).filter(account__in=accounts)
    known = set(told.values_list("account", flat=True))
    return [account for account in dict.fromkeys(accounts) if account.pk not in known]


def _staff(ticket: Ticket, news: News) -> list[Account]:
    match Kind(news.kind):
        case Kind.NEW_TICKET:
            among = members([ticket.department_id])
        case Kind.TRANSFERRED:
            among = members([ticket.department_id]) | concerned(ticket)
        case Kind.ESCALATED:
            among = leaders([ticket.department_id]) | concerned(ticket)
        case Kind.MESSAGE | Kind.NOTE | Kind.STATUS | Kind.RATED | Kind.ASSIGNED:
            among = concerned(ticket)
    if news.to_customer:
        return []
    return listeners(ticket, among, news.actor_id, news.kind)


@transaction.atomic
def mark_read(*, actor: Actor, ids: Sequence[int] | None = None) -> int:
    """Note that a person has read some of their notifications, or all. Returns how many."""
    rows = Notification.objects.filter(account=actor.account_id, read_at__isnull=True)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    read = rows.update(read_at=clock.now())
    live.hint(f"account:{actor.account_id}", read=read)
    return read


@transaction.atomic
def mark_ticket_read(*, actor: Actor, number: str) -> int:
    """Note that a person has looked at a ticket; their other pages count anew."""
    rows = Notification.objects.filter(account=actor.account_id, read_at__isnull=True)
    read = rows.filter(ticket__number=number).update(read_at=clock.now())
    if read:
        live.hint(f"account:{actor.account_id}", read=read)
    return read
