"""News by letter: kept with what is told in the pages, written when each person wants them."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation

from otklik.core import clock, rounds
from otklik.core.offered import spoken_to
from otklik.mail.actions.outbox.putting import put_notice, take_back_notices
from otklik.mail.models import Sender
from otklik.notifications.hours import HOUR, STILL_RATING, after_quiet, next_due
from otklik.notifications.models import News, Notice, Notification
from otklik.notifications.policies import Audience, Listener
from otklik.notifications.selectors.letters import letter_of
from otklik.people.models import Account

logger = logging.getLogger(__name__)

ROUND: Final = "notices"
MOST_ACCOUNTS: Final = 50
MOST_AT_ONCE: Final = 500
MOST_AN_HOUR: Final = 30
"""Letters; what is more waits for the next hour and comes as one."""
AGAIN_OF_MAIL: Final = HOUR
"""So long after a letter on a mailbox or a sender, more of it waits."""
MOST_FAILURES: Final = 5
REST: Final = timedelta(minutes=5)
KEPT: Final = timedelta(days=7)
WRITE: Final = """
    INSERT INTO notifications_notice
           (account_id, ticket_id, mailbox_id, sender_id, kind, cause, actor_name, created_at,
            due_at, failures)
    SELECT told.account_id, told.ticket_id, told.mailbox_id, told.sender_id, told.kind, told.cause,
           told.actor_name, %s, told.due_at, 0
      FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
                  %s::text[], %s::timestamptz[])
           AS told (account_id, ticket_id, mailbox_id, sender_id, kind, cause, actor_name, due_at)
     ORDER BY told.account_id, told.cause
        ON CONFLICT ON CONSTRAINT letter_tells_once DO NOTHING
"""


def note_for_letters(audience: Audience, news: Sequence[News]) -> None:
    """Keep of some news who is to hear of them by letter, and when."""
    now = clock.now()
    rows = [
        (
            listener.account.pk,
            one.ticket_id,
            one.mailbox_id,
            one.sender_id,
            one.kind,
            one.cause,
            one.actor.name if one.actor else "",
            _due(listener, one.kind, now),
        )
        for one in news
        for listener in audience.written_to(one)
    ]
    if not rows or not Sender.objects.filter(is_active=True).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [now, *map(list, zip(*rows, strict=True))])
    rounds.ring(ROUND)


def _due(listener: Listener, kind: str, now: datetime) -> datetime:
    zone = listener.account.person.time_zone
    begin = now + STILL_RATING if kind == Notification.Kind.RATED else now
    return next_due(listener.choice, zone, begin)


def write_due_letters() -> int:
    """Write to each for whom something is due one letter of all of it; return how many notices.

    Any number of workers at once. What fails for one person stops no others, and waits.
    """
    accounts = _waiting().values_list("account", flat=True).distinct()[:MOST_ACCOUNTS]
    return sum(_write_to(account) for account in list(accounts))


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(
        put_at__isnull=True, due_at__lte=clock.now(), failures__lt=MOST_FAILURES
    ).order_by()


def _write_to(account_id: int) -> int:
    try:
        with transaction.atomic():
            return _written(account_id)
    except Exception:  # any fault of one letter must not hold up the others
        logger.exception("notices_failed", extra={"account_id": account_id})
    due = clock.now() + REST
    return _waiting().filter(account=account_id).update(due_at=due, failures=F("failures") + 1)


def _written(account_id: int) -> int:
    """Put one letter of all that is due into the outbox, unless it is to wait; let go the rest."""
    rows = _waiting().filter(account=account_id)
    rows = rows.select_related("ticket__requester", "mailbox", "sender")
    due = list(rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:MOST_AT_ONCE])
    if not due:
        return 0
    account = Account.objects.select_related("person__organization", "letter_choice").get(
        pk=account_id
    )
    listener = Listener.of(account)
    told = _still_told(listener, due)
    later = _put_off(listener, told)
    now_told = [one for one in told if one.pk not in later]
    if now_told and _is_put(listener, now_told):
        Notice.objects.filter(pk__in=[one.pk for one in now_told]).update(put_at=clock.now())
        later |= {one.pk for one in now_told}
    Notice.objects.filter(pk__in=[one.pk for one in due if one.pk not in later]).delete()
    return len(due)


def _still_told(listener: Listener, due: Sequence[Notice]) -> list[Notice]:
    """Return what somebody may still see, wants, and has not seen in the pages meanwhile."""
    if not listener.account.is_active:
        return []
    causes = [one.cause for one in due]
    seen = set(
        Notification.objects.filter(
            account=listener.account, cause__in=causes, read_at__isnull=False
        ).values_list("cause", flat=True)
    )
    ratings = {one.ticket_id: one.pk for one in due if one.kind == Notification.Kind.RATED}
    return [
        one
        for one in due
        if one.cause not in seen
        and listener.still_hears(one)
        and (one.kind != Notification.Kind.RATED or ratings[one.ticket_id] == one.pk)
    ]


def _put_off(listener: Listener, told: Sequence[Notice]) -> set[int]:
    """Have what is to wait due later; return the keys of it."""
    now = clock.now()
    choice, zone = listener.choice, listener.account.person.time_zone
    until = after_quiet(choice, zone, now)
    lately = Notice.objects.filter(account=listener.account, put_at__gt=now - HOUR)
    if until <= now and lately.values("put_at").distinct().count() >= MOST_AN_HOUR:
        until = after_quiet(choice, zone, now + HOUR)
    if until > now:
        return _wait(told, until)
    again = lately.filter(ticket__isnull=True, put_at__gt=now - AGAIN_OF_MAIL)
    things = set(again.values_list("kind", "mailbox", "sender"))
    same = [one for one in told if (one.kind, one.mailbox_id, one.sender_id) in things]
    return _wait(same, after_quiet(choice, zone, now + AGAIN_OF_MAIL))


def _wait(told: Sequence[Notice], until: datetime) -> set[int]:
    keys = {one.pk for one in told}
    if keys:
        Notice.objects.filter(pk__in=keys).update(due_at=until)
    return keys


def _is_put(listener: Listener, told: Sequence[Notice]) -> bool:
    person = listener.account.person
    language = spoken_to(person.language)
    with translation.override(language), timezone.override(person.time_zone):
        subject, text = letter_of(listener.actor, told)
    cause = _cause_of(told[0])
    return put_notice(person=person, cause=cause, subject=subject, text=text) is not None


@transaction.atomic
def write_anew(*, person_id: int, account_id: int) -> int:
    """Have what waits in the outbox written again by the rights of now; return how many notices.

    While no server takes letters they wait there for days. Safe to repeat.
    """
    firsts = [int(_notice_of(cause)) for cause in take_back_notices(person_id=person_id)]
    rows = Notice.objects.filter(account=account_id)
    moments = list(rows.filter(pk__in=firsts).values_list("put_at", flat=True))
    again = rows.filter(put_at__in=moments).update(put_at=None, due_at=clock.now())
    if again:
        rounds.ring(ROUND)
    return again


def _cause_of(notice: Notice) -> str:
    return f"notice:{notice.pk}"


def _notice_of(cause: str) -> str:
    return cause.partition(":")[2]


def forget_old_notices() -> int:
    """Remove what was put into the outbox a week ago, or could not be; return how many."""
    old = Notice.objects.filter(created_at__lt=clock.now() - KEPT)
    done = old.filter(put_at__isnull=False) | old.filter(failures__gte=MOST_FAILURES)
    removed, _rows = done.delete()
    return removed
