"""What happens to tickets. Each fact names who could see the ticket before or after it."""

from dataclasses import dataclass

from otklik.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    """Any fact about one ticket.

    `departments` and `assignees` hold the places and people before and after, so that
    those who lost sight of the ticket are told as well.
    """

    ticket_id: int
    version: int
    public_version: int  # as customers count
    actor_id: int | None  # a person; None: the desk itself
    requester_id: int
    departments: tuple[int, ...]
    assignees: tuple[int, ...] = ()
    is_internal: bool = False  # customers hear nothing of it


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MessageAdded(TicketEvent):
    message_id: int
    from_customer: bool


@dataclass(frozen=True, kw_only=True)
class NoteAdded(TicketEvent):
    note_id: int
    mentioned: tuple[int, ...] = ()
    is_part: bool = False  # of another fact, which is told instead


@dataclass(frozen=True, kw_only=True)
class NoteEdited(TicketEvent):
    note_id: int


@dataclass(frozen=True, kw_only=True)
class StatusChanged(TicketEvent):
    old_phase: str
    new_phase: str
    message_id: int | None = None  # said by the same press
    note_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(TicketEvent):
    assignee_id: int | None


@dataclass(frozen=True, kw_only=True)
class TicketTransferred(TicketEvent):
    department_id: int


@dataclass(frozen=True, kw_only=True)
class TicketEscalated(TicketEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EscalationEnded(TicketEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TicketChanged(TicketEvent):
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TicketRated(TicketEvent):
    solution: int


@dataclass(frozen=True, kw_only=True)
class ConfigurationChanged(Event):
    """An administrator changed how tickets work: a flow, a form, a list."""

    noun: str
    row: int
