"""What a person should hear of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from operator import attrgetter
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.prepared import Given, Prepared, prepared_cursor, typed
from otklik.notifications.models import Notification
from otklik.people.models import Actor
from otklik.tickets.models import Ticket
from otklik.tickets.models.worked import Worked
from otklik.tickets.selectors.escalations import escalation_reasons

MOST = 100  # in the list, and to count: the bell says "99+"
FRESH = 3  # pop-ups at once
JUST_NOW = timedelta(seconds=10)


@dataclass(frozen=True)
class Told:
    """A notification in words."""

    id: int
    words: str
    subject: str
    number: str
    url: str
    status: str  # as it is now, for customers
    reason: str  # why it was escalated
    row: Notification
    times: int = 1  # that the same person did the same to the same ticket


@dataclass(frozen=True)
class Standing:
    """What an open page has to know of somebody's notifications."""

    newest: int  # the id after which everything is news
    unread: int  # at most MOST
    tells_of_shown: bool  # some of it is unread and about the ticket that the page shows
    plays_sound: bool
    shows_pop_ups: bool


def standing(actor: Actor, shown: str = "") -> Standing:
    """Count what a person has not read; `shown` is the number of the ticket on the page."""
    worked, worked_values = _UNREAD_WORKED.filled(actor, account=actor.account_id)
    asked, asked_values = _unread_asked(shares=actor.shared_organization_id is not None).filled(
        account=actor.account_id, person=actor.person_id, company=actor.shared_organization_id
    )
    account = typed(actor.account_id)
    with prepared_cursor() as cursor:
        cursor.execute(
            _STANDING.format(worked=worked, asked=asked),
            [account, *worked_values, *asked_values, typed(MOST), account, shown, account],
        )
        return Standing(*cursor.fetchone())


def _unread(tickets: QuerySet[Ticket], *, as_customer: bool) -> QuerySet[Notification, Any]:
    """Return the unread ones of an account about these tickets, as many as are counted."""
    unread = Notification.objects.filter(account=Given("account"), read_at__isnull=True)
    return unread.filter(as_customer=as_customer, ticket__in=tickets).values("pk")[:MOST]


@cache
def _unread_asked(*, shares: bool) -> Prepared[Notification]:
    company = Given("company") if shares else None
    asked = Ticket.objects.asked_by(person=Given("person"), organization=company)
    return Prepared(lambda: _unread(asked, as_customer=True))


_UNREAD_WORKED: Final = Worked(lambda mine: _unread(mine, as_customer=False))
# In the order of Standing. Written out: every page asks, and building it takes longer than running.
_STANDING: Final = """
SELECT coalesce((SELECT max(id) FROM notifications_notification WHERE account_id = %s), 0),
    least((SELECT count(*) FROM ({worked}) AS staff) + (SELECT count(*) FROM ({asked}) AS own), %s),
    EXISTS (SELECT FROM notifications_notification WHERE account_id = %s AND read_at IS NULL
        AND ticket_id = (SELECT id FROM tickets_ticket WHERE number = %s)),
    plays_sound, shows_pop_ups
FROM people_account WHERE id = %s
"""


def latest(actor: Actor) -> list[Told]:
    """Return the unread ones of tickets that the person may still see, then the read, latest first.

    All that the bell counts are among them; what was told several times stands there once.
    """
    rows = Notification.objects.filter(account=actor.account_id)
    unread = _visible(actor, rows.filter(read_at__isnull=True), MOST)
    read = _visible(actor, rows.filter(read_at__isnull=False), MOST - len(unread))
    return _merged([*_told(actor, unread), *_told(actor, read)])


def _merged(told: Sequence[Told]) -> list[Told]:
    """Leave the latest of what one person did to one ticket and what reads alike."""
    alike = defaultdict[tuple[object, ...], list[Told]](list)
    for one in told:
        row = one.row
        alike[row.actor_id, one.words, one.url, one.reason, row.read_at is None].append(one)
    return [replace(first, times=1 + len(more)) for first, *more in alike.values()]


def fresh(actor: Actor, after: int, newest: int) -> list[Told]:
    """Return the few latest between two ids, oldest first, for pop-ups.

    What was read this moment is among them: the page that shows it reads it at once.
    """
    unread = Q(read_at__isnull=True) | Q(read_at__gt=clock.now() - JUST_NOW)
    rows = Notification.objects.filter(unread, account=actor.account_id)
    found = _visible(actor, rows.filter(pk__gt=after, pk__lte=newest), FRESH)
    return _told(actor, found[::-1])


def told_page(
    actor: Actor, *, before: int | None, limit: int, is_unread: bool
) -> tuple[list[Told], bool]:
    """Return a page of all notifications of tickets that the person may still see, and if more."""
    rows = Notification.objects.filter(account=actor.account_id)
    if is_unread:
        rows = rows.filter(read_at__isnull=True)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = _visible(actor, rows, limit + 1)
    return _told(actor, found[:limit]), len(found) > limit


def _visible(actor: Actor, rows: QuerySet[Notification], most: int) -> list[Notification]:
    """Return the latest rows about tickets that the person may see on the side they lead to."""
    rows = rows.select_related("ticket__status").order_by("-pk")
    worked = rows.filter(as_customer=False, ticket__in=Ticket.objects.worked_by(actor))
    asked = rows.filter(as_customer=True, ticket__in=Ticket.objects.requested_by(actor))
    found = [*worked[:most], *asked[:most]]
    return sorted(found, key=attrgetter("pk"), reverse=True)[:most]


def _told(actor: Actor, rows: Sequence[Notification]) -> list[Told]:
    raised = {_escalation(row) for row in rows if row.kind == Notification.Kind.ESCALATED}
    reasons = escalation_reasons(raised) if raised else {}
    return [_words(actor, row, reasons) for row in rows]


def _escalation(row: Notification) -> tuple[int, int]:
    """Return the ticket and its version that a cause names: `escalated:TICKET:VERSION:s`."""
    return row.ticket_id, int(row.cause.split(":")[2])


def _words(actor: Actor, row: Notification, reasons: Mapping[tuple[int, int], str]) -> Told:
    name = row.actor_name or _("The desk")
    kinds = Notification.Kind
    words = {
        kinds.NEW_TICKET: _("New request from %(name)s"),
        kinds.MESSAGE: _("%(name)s wrote"),
        kinds.NOTE: _("%(name)s left a note"),
        kinds.ASSIGNED: _("%(name)s gave you a ticket"),
        kinds.STATUS: _("%(name)s changed the status"),
        kinds.TRANSFERRED: _("%(name)s passed a ticket to your department")
        if row.ticket.department_id in actor.roles
        else _("%(name)s passed a ticket to another department"),
        kinds.ESCALATED: _("%(name)s escalated"),
        kinds.RATED: _("%(name)s rated the solution"),
    }[kinds(row.kind)]
    page = "request" if row.as_customer else "ticket"
    return Told(
        id=row.pk,
        words=words % {"name": name},
        subject=row.ticket.subject,
        number=row.ticket.number,
        url=reverse(page, args=[row.ticket.number]),
        status=row.ticket.status.label if row.as_customer else "",
        reason=reasons.get(_escalation(row), "") if row.kind == kinds.ESCALATED else "",
        row=row,
    )
