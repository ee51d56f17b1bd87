"""History in words: each fact as a sentence in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from otklik.core.wording import word
from otklik.tickets.models import HistoryEntry
from otklik.tickets.selectors.labels import field_label

Kind = HistoryEntry.Kind


@dataclass(frozen=True, kw_only=True)
class FactLine:
    """One fact: who, when, what, from what to what."""

    at: datetime
    actor: str
    what: str
    old: str = ""
    new: str = ""
    is_internal: bool = False


def fact_lines(entry: HistoryEntry) -> list[FactLine]:
    """Say one line of history in words."""
    return [
        FactLine(
            at=entry.at,
            actor=entry.actor_name or _("The desk"),
            what=_what(entry),
            old=shown(entry.old),
            new=shown(entry.new),
            is_internal=entry.is_internal,
        )
    ]


def _what(entry: HistoryEntry) -> str:  # noqa: PLR0911, C901  # one line for each kind
    match Kind(entry.kind):
        case Kind.OPENED:
            return _("Request received")
        case Kind.CHANGED:
            return field_label(entry.field)
        case Kind.STATUS:
            return _("Status")
        case Kind.ASSIGNED:
            return _("Processor")
        case Kind.TRANSFERRED:
            return _("Department")
        case Kind.ESCALATED:
            return _("Escalated")
        case Kind.CALMED:
            return _("Escalation ended")
        case Kind.MESSAGE:
            return _("Message")
        case Kind.NOTE:
            return _("Internal note")
        case Kind.NOTE_EDITED:
            return _("Internal note edited")
        case Kind.FILE:
            return _("File")
        case Kind.RATED:
            return _("Rating")
        case Kind.FOLLOWED:
            return _("Follower")
        case Kind.LINKED:
            return _("Link")


def shown(value: Any) -> str:
    """Say a value as history kept it: a configured thing, a person, or plain."""
    match value:
        case None:
            return ""
        case {"names": dict() as names}:
            return word(names)
        case {"name": str() as name}:
            return name
        case {"number": str() as number}:
            return number
        case dict():
            return ""
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(shown(one) for one in value)
        case str() if "T" in value and (moment := parse_datetime(value)):
            return f"{moment:%Y-%m-%d %H:%M}"
        case _:
            return str(value)
