"""Having read: what a page shows counts as looked at."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from otklik.core import clock, live
from otklik.notifications.models import Notification
from otklik.notifications.selectors import NOWHERE, Place, Standing, standing
from otklik.people.models import Actor

READ_KEPT: Final = timedelta(days=30)
UNREAD_KEPT: Final = timedelta(days=90)


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


@transaction.atomic
def mark_mail_read(*, actor: Actor, place: Place) -> int:
    """Note that a person has looked where mail shows what some news tell of."""
    rows = Notification.objects.filter(account=actor.account_id, read_at__isnull=True)
    rows = rows.filter(ticket__isnull=True, kind=place.kind)
    if place.mailbox_id is not None:
        rows = rows.filter(mailbox=place.mailbox_id)
    read = rows.update(read_at=clock.now())
    if read:
        live.hint(f"account:{actor.account_id}", read=read)
    return read


def look(*, actor: Actor, shown: str, place: Place = NOWHERE) -> Standing:
    """Take the news of what a page shows for read, and count what is left.

    `shown`: the ticket's number; "" for a page of something else, `place` if it is one of mail's.
    One query unless there was some.
    """
    now = standing(actor, shown, place)
    if not now.tells_of_shown:
        return now
    read = mark_ticket_read(actor=actor, number=shown) if shown else 0
    read += mark_mail_read(actor=actor, place=place) if place.kind else 0
    return standing(actor) if read else now


def forget_old_notifications() -> int:
    """Remove what was read a month ago, or written three months ago; return how many."""
    now = clock.now()
    old = Q(read_at__lt=now - READ_KEPT) | Q(created_at__lt=now - UNREAD_KEPT)
    removed, _rows = Notification.objects.filter(old).delete()
    return removed
