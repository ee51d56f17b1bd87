"""From facts about tickets to letters that go, in the same transaction."""

import secrets

from otklik.core.events import on
from otklik.core.mail import carry_by
from otklik.mail import jobs
from otklik.mail.actions.outbox.putting import (
    put_desk_letter,
    put_receipt,
    put_reply,
    put_status,
)
from otklik.mail.events import LetterPut
from otklik.tickets.events import MessageAdded, StatusChanged, TicketOpened


@on(MessageAdded)
def write_to_customer(event: MessageAdded) -> None:
    put_reply(event=event)


@on(TicketOpened)
def send_receipt(event: TicketOpened) -> None:
    put_receipt(event=event)


@on(StatusChanged)
def tell_of_status(event: StatusChanged) -> None:
    put_status(event=event)


@on(LetterPut)
def send_what_waits(event: LetterPut) -> None:
    jobs.send_letters_of(event.sender_id)


@carry_by
def carry_desk_letter(to: str, subject: str, text: str) -> bool:
    """Carry what the desk itself writes, such as links to set a password, where a server is."""
    cause = f"desk:{secrets.token_hex(16)}"
    return put_desk_letter(cause=cause, to=to, subject=subject, text=text) is not None
