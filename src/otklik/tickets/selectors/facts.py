"""History in words: each fact as a sentence in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.core.filters import exact
from otklik.core.spoken import language_name
from otklik.core.wording import word
from otklik.tickets.models import HistoryEntry, Ticket
from otklik.tickets.selectors.labels import field_label
from otklik.tickets.selectors.values import AnswerWords, questions_named

Kind = HistoryEntry.Kind
VALUES = "values."
LINES: Final = 500  # of a history, on one page


@dataclass(frozen=True, kw_only=True)
class FactLine:
    """One fact: who, when, what, from what to what."""

    at: datetime
    actor: str
    what: str
    old: str = ""
    new: str = ""
    is_internal: bool = False


class Fact(Protocol):
    """A line of history, whoever read it."""

    @property
    def at(self) -> datetime: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def old(self) -> Any: ...
    @property
    def new(self) -> Any: ...
    @property
    def is_internal(self) -> bool: ...


def history_page(ticket: Ticket, *, after: int) -> tuple[list[HistoryEntry], int | None]:
    """Return the lines of a history after an id, and the id to go on from, if there are more."""
    rows = list(HistoryEntry.objects.filter(ticket=ticket.pk, pk__gt=after)[: LINES + 1])
    return rows[:LINES], rows[LINES - 1].pk if len(rows) > LINES else None


def asked_in(entries: Iterable[Fact]) -> AnswerWords:
    """Return the words of the added questions that some lines of history are about."""
    asked = [
        (one.field.removeprefix(VALUES), value)
        for one in entries
        if one.field.startswith(VALUES)
        for value in (one.old, one.new)
    ]
    return AnswerWords(questions_named(key for key, _value in asked) if asked else (), asked)


def fact_lines(entry: Fact, asked: AnswerWords) -> list[FactLine]:
    """Say one line of history in words; `asked` knows those of the questions."""
    question = asked.questions.get(entry.field.removeprefix(VALUES)) if _is_answer(entry) else None
    return [
        FactLine(
            at=entry.at,
            actor=entry.actor_name or _("The desk"),
            what=question.label if question else _what(entry),
            old=_shown(entry, entry.old, asked),
            new=_shown(entry, entry.new, asked),
            is_internal=entry.is_internal,
        )
    ]


def _is_answer(entry: Fact) -> bool:
    return entry.field.startswith(VALUES)


def _what(entry: Fact) -> str:  # noqa: C901  # one line for each kind
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
        case Kind.RATED:
            return _("Rating")
        case Kind.LINKED:
            return pgettext("between tickets", "Link")
        case Kind.COPIED if entry.field:
            return _("Copies proposed")
        case Kind.COPIED:
            return _("Gets copies")


def _shown(entry: Fact, value: Any, asked: AnswerWords) -> str:
    if _is_answer(entry):
        return asked.say(entry.field.removeprefix(VALUES), value)
    if entry.field in ("expected_at", "solve_due_at") and isinstance(value, str):
        moment = parse_datetime(value)
        return exact(moment) if moment else value
    if entry.field == "language" and isinstance(value, str):
        return language_name(value)
    if entry.kind in (Kind.MESSAGE, Kind.NOTE, Kind.NOTE_EDITED):
        return ""
    return shown(value)


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
        case _:
            return str(value)
