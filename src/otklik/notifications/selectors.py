"""What a person should hear of."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.notifications.models import Notification
from otklik.people.models import Actor
from otklik.tickets.models import Ticket

MOST = 30
FRESH = 3  # pop-ups at once


@dataclass(frozen=True)
class Told:
    """A notification in words."""

    id: int
    words: str
    subject: str
    number: str
    url: str
    row: Notification


def unread_count(actor: Actor) -> int:
    return _unread(actor).count()


def latest(actor: Actor) -> list[Told]:
    """Return the latest notifications of tickets that the person may still see."""
    rows = Notification.objects.filter(account=actor.account_id)
    return _told(actor, rows)[:MOST]


def fresh(actor: Actor, after: int) -> list[Told]:
    """Return the few latest unread ones after an id, oldest first, for pop-ups."""
    return list(reversed(_told(actor, _unread(actor).filter(pk__gt=after))[:FRESH]))


def newest_id(actor: Actor) -> int:
    """Return the id after which everything is news to an open page."""
    rows = Notification.objects.filter(account=actor.account_id)
    return rows.values_list("pk", flat=True).first() or 0


def _unread(actor: Actor) -> QuerySet[Notification]:
    return Notification.objects.filter(account=actor.account_id, read_at__isnull=True)


def _told(actor: Actor, rows: QuerySet[Notification]) -> list[Told]:
    found = list(rows.select_related("ticket")[: 2 * MOST])
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
        row=row,
    )
