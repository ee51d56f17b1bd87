"""What a person should hear of."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.notifications.models import Notification
from otklik.people.models import Actor
from otklik.tickets.models import Ticket

MOST = 30
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
    row: Notification


@dataclass(frozen=True)
class Standing:
    """What an open page has to know of somebody's notifications."""

    newest: int  # the id after which everything is news
    unread: int
    plays_sound: bool
    shows_pop_ups: bool


def standing(actor: Actor) -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"account": actor.account_id})
        return Standing(*cursor.fetchone())


# In the order of Standing. Written out: every page asks, and building it takes longer than running.
_STANDING: Final = """
SELECT coalesce((SELECT max(id) FROM notifications_notification WHERE account_id = %(account)s), 0),
    (SELECT count(*) FROM notifications_notification
      WHERE account_id = %(account)s AND read_at IS NULL),
    plays_sound, shows_pop_ups
FROM people_account WHERE id = %(account)s
"""


def latest(actor: Actor) -> list[Told]:
    """Return the latest notifications of tickets that the person may still see."""
    rows = Notification.objects.filter(account=actor.account_id)
    return _told(actor, rows)[:MOST]


def fresh(actor: Actor, after: int, newest: int) -> list[Told]:
    """Return the few latest between two ids, oldest first, for pop-ups.

    What was read this moment is among them: the page that shows it reads it at once.
    """
    unread = Q(read_at__isnull=True) | Q(read_at__gt=clock.now() - JUST_NOW)
    rows = Notification.objects.filter(unread, account=actor.account_id)
    return list(reversed(_told(actor, rows.filter(pk__gt=after, pk__lte=newest))[:FRESH]))


def told_page(
    actor: Actor, *, before: int | None, limit: int, is_unread: bool
) -> tuple[list[Told], bool]:
    """Return a page of all notifications of tickets that the person may still see, and if more."""
    worked = Ticket.objects.worked_by(actor).order_by().values("pk")
    asked = Ticket.objects.requested_by(actor).order_by().values("pk")
    rows = Notification.objects.filter(
        Q(as_customer=False, ticket__in=worked) | Q(as_customer=True, ticket__in=asked),
        account=actor.account_id,
    )
    if is_unread:
        rows = rows.filter(read_at__isnull=True)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("ticket__status")[: limit + 1])
    return [_words(row) for row in found[:limit]], len(found) > limit


def _told(actor: Actor, rows: QuerySet[Notification]) -> list[Told]:
    found = list(rows.select_related("ticket__status")[: 2 * MOST])
    keys = [row.ticket_id for row in found]
    worked = Ticket.objects.worked_by(actor).filter(pk__in=keys).values_list("pk", flat=True)
    asked = Ticket.objects.requested_by(actor).filter(pk__in=keys).values_list("pk", flat=True)
    staff, customer = set(worked), set(asked)
    return [
        _words(row) for row in found if row.ticket_id in (customer if row.as_customer else staff)
    ]


def _words(row: Notification) -> Told:
    name = row.actor_name or _("The desk")
    kinds = Notification.Kind
    words = {
        kinds.NEW_TICKET: _("New request from %(name)s"),
        kinds.MESSAGE: _("%(name)s wrote"),
        kinds.NOTE: _("%(name)s left a note"),
        kinds.ASSIGNED: _("%(name)s gave you a ticket"),
        kinds.STATUS: _("%(name)s changed the status"),
        kinds.TRANSFERRED: _("%(name)s passed a ticket to your department"),
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
        row=row,
    )
