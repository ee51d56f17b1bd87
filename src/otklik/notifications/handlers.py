"""From facts about tickets and mail to news that people are told."""

from otklik.core.events import on
from otklik.mail.events import LetterNotSent, LetterQuarantined, MailboxSilent
from otklik.notifications.actions import (
    put_news,
    put_news_of_letter,
    put_news_of_quarantine,
    put_news_of_silence,
)
from otklik.notifications.actions.writing import write_anew
from otklik.people.events import RightsChanged
from otklik.tickets.events import (
    MessageAdded,
    NoteAdded,
    StatusChanged,
    TicketAssigned,
    TicketEscalated,
    TicketOpened,
    TicketRated,
    TicketTransferred,
)

TOLD_TO_CUSTOMERS = ("pending", "resolved", "closed", "progress")


@on(TicketOpened)
def of_new(event: TicketOpened) -> None:
    put_news(event, "new_ticket", f"opened:{event.ticket_id}")


@on(MessageAdded)
def of_message(event: MessageAdded) -> None:
    cause = f"message:{event.message_id}"
    put_news(event, "message", cause, to_customer=not event.from_customer)


@on(NoteAdded)
def of_note(event: NoteAdded) -> None:
    if not event.is_part:
        put_news(event, "note", f"note:{event.note_id}")


@on(TicketAssigned)
def of_assignment(event: TicketAssigned) -> None:
    if event.assignee_id is not None:
        put_news(event, "assigned", f"assigned:{event.ticket_id}:{event.version}")


@on(StatusChanged)
def of_status(event: StatusChanged) -> None:
    """Tell of a status; who heard of words that came with it has heard of it by them."""
    spoken = f"message:{event.message_id}" if event.message_id else ""
    if event.new_phase in TOLD_TO_CUSTOMERS:
        cause = spoken or f"status:{event.ticket_id}:{event.version}"
        put_news(event, "status", cause, to_customer=True)
    if event.new_phase == "reopened":
        noted = f"note:{event.note_id}" if event.note_id else spoken
        put_news(event, "status", noted or f"reopened:{event.ticket_id}:{event.version}")


@on(TicketTransferred)
def of_transfer(event: TicketTransferred) -> None:
    put_news(event, "transferred", f"transferred:{event.ticket_id}:{event.version}")


@on(TicketEscalated)
def of_escalation(event: TicketEscalated) -> None:
    put_news(event, "escalated", f"escalated:{event.ticket_id}:{event.version}")


@on(TicketRated)
def of_rating(event: TicketRated) -> None:
    put_news(event, "rated", f"rated:{event.ticket_id}:{event.version}")


@on(LetterNotSent)
def of_unsent_letter(event: LetterNotSent) -> None:
    put_news_of_letter(event)


@on(LetterQuarantined)
def of_quarantine(event: LetterQuarantined) -> None:
    put_news_of_quarantine(event)


@on(MailboxSilent)
def of_silence(event: MailboxSilent) -> None:
    put_news_of_silence(event)


@on(RightsChanged)
def of_rights(event: RightsChanged) -> None:
    """News that wait in the outbox are told by the rights of now."""
    if event.account_id is not None:
        write_anew(person_id=event.person_id, account_id=event.account_id)
