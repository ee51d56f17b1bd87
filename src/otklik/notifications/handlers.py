"""From facts about tickets to jobs that tell people."""

from otklik.core.events import on
from otklik.notifications.jobs import tell
from otklik.tickets.events import (
    MessageAdded,
    NoteAdded,
    StatusChanged,
    TicketAssigned,
    TicketEscalated,
    TicketEvent,
    TicketOpened,
    TicketRated,
    TicketTransferred,
)

TOLD_TO_CUSTOMERS = ("pending", "resolved", "closed", "progress")


def _later(event: TicketEvent, kind: str, cause: str, *, to_customer: bool = False) -> None:
    tell.defer(
        kind=kind,
        ticket_id=event.ticket_id,
        cause=f"{cause}:{'c' if to_customer else 's'}",
        actor_id=event.actor_id,
        to_customer=to_customer,
    )


@on(TicketOpened)
def of_new(event: TicketOpened) -> None:
    _later(event, "new_ticket", f"opened:{event.ticket_id}")


@on(MessageAdded)
def of_message(event: MessageAdded) -> None:
    cause = f"message:{event.message_id}"
    _later(event, "message", cause, to_customer=not event.from_customer)


@on(NoteAdded)
def of_note(event: NoteAdded) -> None:
    if not event.is_part:
        _later(event, "note", f"note:{event.note_id}")


@on(TicketAssigned)
def of_assignment(event: TicketAssigned) -> None:
    if event.assignee_id is not None:
        _later(event, "assigned", f"assigned:{event.ticket_id}:{event.version}")


@on(StatusChanged)
def of_status(event: StatusChanged) -> None:
    """Tell of a status; who heard of words that came with it has heard of it by them."""
    spoken = f"message:{event.message_id}" if event.message_id else ""
    if event.new_phase in TOLD_TO_CUSTOMERS:
        cause = spoken or f"status:{event.ticket_id}:{event.version}"
        _later(event, "status", cause, to_customer=True)
    if event.new_phase == "reopened":
        noted = f"note:{event.note_id}" if event.note_id else spoken
        _later(event, "status", noted or f"reopened:{event.ticket_id}:{event.version}")


@on(TicketTransferred)
def of_transfer(event: TicketTransferred) -> None:
    _later(event, "transferred", f"transferred:{event.ticket_id}:{event.version}")


@on(TicketEscalated)
def of_escalation(event: TicketEscalated) -> None:
    _later(event, "escalated", f"escalated:{event.ticket_id}:{event.version}")


@on(TicketRated)
def of_rating(event: TicketRated) -> None:
    _later(event, "rated", f"rated:{event.ticket_id}:{event.version}")
