"""Telling people of the news that wait: each once, all of a round together."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from otklik.core import clock, live
from otklik.notifications.actions.writing import note_for_letters
from otklik.notifications.hours import STILL_RATING
from otklik.notifications.models import News, Notification
from otklik.notifications.policies import Audience
from otklik.tickets.policies import held_tickets

logger = logging.getLogger(__name__)

BATCH: Final = 200
MOST_FAILURES: Final = 5
"""News that failed so often stay where they are, for somebody to look at."""
REST: Final = timedelta(seconds=30)
"""Until failed news are tried again; twice as long each time."""
TELL: Final = """
    INSERT INTO notifications_notification
           (account_id, ticket_id, kind, cause, actor_id, actor_name, as_customer, created_at)
    SELECT *, %s FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[],
                             %s::text[], %s::boolean[])
        ON CONFLICT ON CONSTRAINT person_is_told_once DO NOTHING
 RETURNING account_id
"""
# In one order, so that two workers wait for each other instead of both.
# A cause is `rated:TICKET:VERSION:s`: news that were put aside may come after newer ones.
TELL_RATED: Final = """
    INSERT INTO notifications_notification AS told
           (account_id, ticket_id, kind, cause, actor_id, actor_name, as_customer, created_at,
            popped_at)
    SELECT told_now.*, now_is.at, now_is.at
      FROM (SELECT %s::timestamptz AS at) AS now_is,
           unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[],
                  %s::boolean[])
           AS told_now (account_id, ticket_id, kind, cause, actor_id, actor_name, as_customer)
     WHERE NOT EXISTS (SELECT FROM notifications_notification AS before
                        WHERE (before.account_id, before.ticket_id, before.kind)
                            = (told_now.account_id, told_now.ticket_id, 'rated')
                          AND split_part(before.cause, ':', 3)::bigint
                           >= split_part(told_now.cause, ':', 3)::bigint)
     ORDER BY told_now.account_id, told_now.ticket_id
        ON CONFLICT (account_id, ticket_id) WHERE kind = 'rated' AND read_at IS NULL
        DO UPDATE SET cause = EXCLUDED.cause, actor_id = EXCLUDED.actor_id,
                      actor_name = EXCLUDED.actor_name, created_at = EXCLUDED.created_at,
                      id = CASE WHEN told.popped_at > %s THEN told.id ELSE EXCLUDED.id END,
                      popped_at = CASE WHEN told.popped_at > %s THEN told.popped_at
                                       ELSE EXCLUDED.popped_at END
                WHERE split_part(told.cause, ':', 3)::bigint
                    < split_part(EXCLUDED.cause, ':', 3)::bigint
 RETURNING account_id
"""
# What a mailbox or a sender says is one thing for each who hears, until they read it: it counts.
TELL_OF_MAIL: Final = """
    INSERT INTO notifications_notification AS told
           (account_id, mailbox_id, sender_id, kind, cause, times, actor_name, as_customer,
            created_at, popped_at)
    SELECT told_now.*, '', false, now_is.at, now_is.at
      FROM (SELECT %s::timestamptz AS at) AS now_is,
           unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::int[])
           AS told_now (account_id, mailbox_id, sender_id, kind, cause, times)
     WHERE NOT EXISTS (SELECT FROM notifications_notification AS before
                        WHERE (before.account_id, before.cause)
                            = (told_now.account_id, told_now.cause))
     ORDER BY told_now.account_id, told_now.kind, told_now.mailbox_id, told_now.sender_id
        ON CONFLICT (account_id, kind, mailbox_id, sender_id)
                    WHERE ticket_id IS NULL AND read_at IS NULL
        DO UPDATE SET cause = EXCLUDED.cause, times = told.times + EXCLUDED.times,
                      created_at = EXCLUDED.created_at,
                      id = CASE WHEN told.popped_at > %s THEN told.id ELSE EXCLUDED.id END,
                      popped_at = CASE WHEN told.popped_at > %s THEN told.popped_at
                                       ELSE EXCLUDED.popped_at END
 RETURNING account_id
"""
STILL_COMING: Final = timedelta(minutes=10)
"""So long after it came up, more from a mailbox or a sender only counts; then it comes up anew."""
SETTLE: Final = """
    UPDATE notifications_notification SET read_at = %s
     WHERE id IN (SELECT id FROM notifications_notification
                   WHERE ticket_id = ANY(%s) AND kind = %s AND read_at IS NULL
                     FOR UPDATE SKIP LOCKED)
 RETURNING account_id
"""


def tell_waiting_news() -> int:
    """Tell people of the oldest news that wait; return how many were dealt with.

    Any number of workers at once, each with news of its own. All of a round is one
    transaction, so a worker that is killed has told nothing and lost nothing. When it fails,
    each is told alone, and those that fail wait longer each time: they stop no others.
    """
    try:
        with transaction.atomic():
            return _tell(_waiting(BATCH))
    except Exception:  # any fault of one piece must not hold up the rest
        logger.exception("news_failed_together")
    return _tell_one_by_one()


def _tell_one_by_one() -> int:
    """Tell of each alone, and put those aside that fail."""
    known = list(_due().values_list("pk", flat=True)[:BATCH])
    for pk in known:
        try:
            with transaction.atomic():
                _tell(_waiting(1, pk=pk))
        except Exception:  # as above
            logger.exception("news_failed", extra={"news_id": pk})
            _put_aside(pk)
    return len(known)


def _due(**which: int) -> QuerySet[News]:
    return News.objects.filter(due_at__lte=clock.now(), failures__lt=MOST_FAILURES, **which)


def _waiting(most: int, **which: int) -> list[News]:
    """Take the oldest that are due and that no other worker holds, with their tickets as they are.

    Otherwise somebody would hear of what has just ceased to be theirs.
    """
    rows = _due(**which).select_related("actor", "mailbox").order_by("pk")
    news = list(rows.select_for_update(skip_locked=True, of=("self",))[:most])
    if not news:
        return []
    tickets = held_tickets([one.ticket_id for one in news if one.ticket_id is not None])
    for one in news:
        if one.ticket_id is not None:
            one.ticket = tickets[one.ticket_id]
    return news


def _put_aside(pk: int) -> None:
    with transaction.atomic():
        news = News.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if news is not None:
            news.failures += 1
            news.due_at = clock.now() + REST * 2 ** (news.failures - 1)
            news.save(update_fields=["failures", "due_at"])


def _tell(news: Sequence[News]) -> int:
    """Write down who hears of the news, tell their open pages, and let the news go."""
    if not news:
        return 0
    audience = Audience.of(news)
    of_tickets = [one for one in news if one.ticket_id is not None]
    ratings = {one.ticket_id: one for one in of_tickets if one.kind == Notification.Kind.RATED}
    others = [one for one in of_tickets if one.kind != Notification.Kind.RATED]
    told = _write_down(TELL, audience, others)
    recent = clock.now() - STILL_RATING
    told |= _write_down(TELL_RATED, audience, ratings.values(), recent, recent)
    told |= _write_down_of_mail(audience, [one for one in news if one.ticket_id is None])
    note_for_letters(audience, news)
    for account in sorted(told):
        live.hint(f"account:{account}", fresh=1)
    _settle_new_tickets([one.ticket_id for one in news if one.ticket_id and one.is_taking_up])
    News.objects.filter(pk__in=[one.pk for one in news]).delete()
    return len(news)


def _write_down(
    statement: str, audience: Audience, news: Iterable[News], *more: datetime
) -> set[int]:
    """Write a row for each who hears of each; return the accounts that were told of something."""
    rows = [
        (
            listener.account.pk,
            one.ticket_id,
            one.kind,
            one.cause,
            one.actor_id,
            one.actor.name if one.actor else "",
            one.to_customer,
        )
        for one in news
        for listener in audience.hearing(one)
    ]
    return _executed(statement, rows, *more)


def _write_down_of_mail(audience: Audience, news: Iterable[News]) -> set[int]:
    """Bring a row up to date for each who hears of a mailbox or a sender, or write it.

    What came of one of them since the last round is counted together: all of it has one audience.
    """
    together = defaultdict[tuple[str, int | None, int | None], list[News]](list)
    for one in news:
        together[one.kind, one.mailbox_id, one.sender_id].append(one)
    rows = [
        (listener.account.pk, mailbox, sender, kind, some[-1].cause, len(some))
        for (kind, mailbox, sender), some in together.items()
        for listener in audience.hearing(some[-1])
    ]
    recent = clock.now() - STILL_COMING
    return _executed(TELL_OF_MAIL, rows, recent, recent)


def _executed(statement: str, rows: Sequence[tuple[object, ...]], *more: datetime) -> set[int]:
    """Write rows by a statement that takes their columns; return the accounts that were told."""
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(statement, [clock.now(), *map(list, zip(*rows, strict=True)), *more])
        return {account for (account,) in cursor.fetchall()}


def _settle_new_tickets(taken_up: Sequence[int]) -> None:
    """Count it as read that these tickets are new: nobody waits for anybody to take them any more.

    Pages of those who had not read it count anew.
    """
    if not taken_up:
        return
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [clock.now(), list(taken_up), Notification.Kind.NEW_TICKET])
        settled = Counter(account for (account,) in cursor.fetchall())
    for account, read in sorted(settled.items()):
        live.hint(f"account:{account}", read=read)
