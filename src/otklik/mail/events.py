from dataclasses import dataclass

from otklik.core.events import Event


@dataclass(frozen=True, kw_only=True)
class LetterQuarantined(Event):
    """A letter waits for a person to look at it."""

    letter_id: int
    mailbox_id: int
    department_id: int
    reason: str
