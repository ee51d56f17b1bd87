from dataclasses import dataclass
from datetime import datetime

from otklik.core.events import Event


@dataclass(frozen=True, kw_only=True)
class LetterQuarantined(Event):
    """A letter waits for a person to look at it."""

    letter_id: int
    mailbox_id: int
    department_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LetterPut(Event):
    """A letter waits in the outbox."""

    letter_id: int
    sender_id: int


@dataclass(frozen=True, kw_only=True)
class LetterNotSent(Event):
    """A letter did not leave within its time, or will not at all."""

    letter_id: int
    sender_id: int
    ticket_id: int | None
    author_id: int | None  # of the reply: a person
    state: str
    since: datetime  # in this state: sent again by hand, it may come into it again
    is_notice: bool = False  # itself news for who works here


@dataclass(frozen=True, kw_only=True)
class MailboxSilent(Event):
    """A mailbox had no contact with its server for longer than it may."""

    mailbox_id: int
    department_id: int
    minutes: int
    since: datetime  # the last contact, or when it was made
