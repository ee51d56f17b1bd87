"""Keeping what happened among the news, by the very transaction that it happened in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from otklik.core import clock, rounds
from otklik.core.prepared import prepared_cursor
from otklik.mail.events import LetterNotSent, LetterQuarantined, MailboxSilent
from otklik.notifications.models import Notification
from otklik.tickets.events import TicketAssigned, TicketEvent

ROUND: Final = "news"
PUT: Final = """
    INSERT INTO notifications_news
           (ticket_id, mailbox_id, sender_id, actor_id, kind, cause, to_customer, given_to_id,
            in_pages_only, due_at, failures)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0)
"""


def put_news(event: TicketEvent, kind: str, cause: str, *, to_customer: bool = False) -> None:
    """Keep what happened, in its own transaction, until people are told of it.

    `cause` is the same for the same event: who was told of it once is not told again.
    """
    side = "c" if to_customer else "s"
    given_to = event.assignee_id if isinstance(event, TicketAssigned) else None
    what = [event.ticket_id, None, None, event.actor_id]
    _put([*what, kind, f"{cause}:{side}", to_customer, given_to])


def put_news_of_letter(event: LetterNotSent) -> None:
    """Keep that a letter did not leave: a reply is news of its ticket, others of their sender."""
    cause = f"unsent:{event.letter_id}:{event.state}:{_second(event.since)}:s"
    is_reply = event.ticket_id is not None and event.author_id is not None
    about = [event.ticket_id, None, None] if is_reply else [None, None, event.sender_id]
    given_to = event.author_id if is_reply else None
    kind = Notification.Kind.UNSENT
    # a letter about a letter that did not leave would not leave either, and so on
    _put([*about, None, kind, cause, False, given_to], in_pages_only=event.is_notice)


def put_news_of_quarantine(event: LetterQuarantined) -> None:
    """Keep that a letter waits for a person."""
    cause = f"quarantined:{event.letter_id}:s"
    kind = Notification.Kind.QUARANTINED
    _put([None, event.mailbox_id, None, None, kind, cause, False, None])


def put_news_of_silence(event: MailboxSilent) -> None:
    """Keep that a mailbox is silent: one silence is one cause."""
    cause = f"silent:{event.mailbox_id}:{_second(event.since)}:s"
    _put([None, event.mailbox_id, None, None, Notification.Kind.SILENT, cause, False, None])


def _put(words: Sequence[str | int | None], *, in_pages_only: bool = False) -> None:
    with prepared_cursor() as cursor:
        cursor.execute(PUT, [*words, in_pages_only, clock.now()])
    rounds.ring(ROUND)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
