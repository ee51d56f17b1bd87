"""Which ticket a letter belongs to: by our token, by what it answers, or by no more than a number.

A token is looked for only where a mail program puts it without being told: among the recipients
and in the Message-IDs that are answered. It says which ticket is meant; it gives nobody rights.
That of a return path is for servers: a letter to it is of that ticket, and nobody's answer.
"""

import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from otklik.core.letters import Letter as ReadLetter
from otklik.core.prepared import Given, Prepared, prepared_cursor
from otklik.mail import reply_tokens
from otklik.mail.reply_tokens import Token
from otklik.tickets.models import Ticket

_NUMBER: Final = re.compile(r"(?<![\w-])([A-ZА-Я0-9]{1,6}-[0-9]{1,12})(?![\w-])")
_MOST_NUMBERS: Final = 5
_TICKET: Final = Prepared(lambda: Ticket.objects.filter(pk=Given("key")).order_by())
_ANSWERED: Final = """
    SELECT header_id, coalesce(apart_id, ticket_id) FROM mail_letter
     WHERE header_id = ANY(%s::text[]) AND header_id <> '' AND ticket_id IS NOT NULL
     ORDER BY id DESC
"""


class By(enum.StrEnum):
    """What ties a letter to a ticket, the strongest first."""

    TOKEN = "token"  # noqa: S105  # a word of ours
    REFERENCE = "reference"
    NUMBER = "number"
    RETURN = "return"
    """It came to where servers tell of trouble: no person has that address from us."""


@dataclass(frozen=True)
class Thread:
    """A ticket that a letter says it belongs to; `holder_id` is whom a token was made for."""

    ticket: Ticket
    by: By
    holder_id: int | None = None


def thread_of(read: ReadLetter, envelope_to: list[str]) -> Thread | None:
    """Return the ticket of a letter, or None where it begins something new."""
    tokens = list(tokens_in(read, envelope_to))
    for token in tokens:
        if token.kind == reply_tokens.Kind.REPLY and (ticket := _ticket(token.ticket_id)):
            return Thread(ticket, By.TOKEN, token.holder_id)
    return _by_reference(read) or _by_return(tokens) or _by_number(read.subject)


def tokens_in(read: ReadLetter, envelope_to: list[str]) -> Iterator[Token]:
    """Give the tokens of ours in a letter: of recipients first, then of what it answers."""
    addressed = [one.address for one in (*read.to, *read.cc, *read.delivered_to)]
    for address in (*envelope_to, *addressed):
        if token := reply_tokens.in_address(address):
            yield token
    for header_id in (read.in_reply_to, *reversed(read.references)):
        if token := reply_tokens.read(header_id.removeprefix("<").partition(".")[0]):
            yield token


def _ticket(pk: int) -> Ticket | None:
    return _TICKET.first(key=pk)


def _by_reference(read: ReadLetter) -> Thread | None:
    """Find the ticket that a letter which came before became part of."""
    answered = dict.fromkeys(filter(None, (read.in_reply_to, *reversed(read.references))))
    if not answered:
        return None
    with prepared_cursor() as cursor:
        cursor.execute(_ANSWERED, [list(answered)])
        tickets = dict(cursor.fetchall())
    for header_id in answered:
        if header_id in tickets and (ticket := _ticket(tickets[header_id])):
            return Thread(ticket, By.REFERENCE)
    return None


def _by_return(tokens: Iterable[Token]) -> Thread | None:
    for token in tokens:
        if token.kind == reply_tokens.Kind.RETURN and (ticket := _ticket(token.ticket_id)):
            return Thread(ticket, By.RETURN)
    return None


def _by_number(subject: str) -> Thread | None:
    numbers = list(dict.fromkeys(_NUMBER.findall(subject)))[:_MOST_NUMBERS]
    if not numbers:
        return None
    ticket = Ticket.objects.filter(number__in=numbers).first()
    return Thread(ticket, By.NUMBER) if ticket else None
