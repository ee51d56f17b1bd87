"""One readable story of a ticket: messages, notes, files and folded facts, in order of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Literal

from otklik.people.models import Actor
from otklik.tickets.models import Attachment, HistoryEntry, Message, Note, Ticket
from otklik.tickets.selectors.facts import FactLine, asked_in, fact_lines

Kind = Literal["message", "note", "facts"]
WORDS = (HistoryEntry.Kind.MESSAGE, HistoryEntry.Kind.NOTE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing on the timeline."""

    kind: Kind
    at: datetime
    pk: int = 0
    author_id: int | None = None
    author: str = ""
    from_customer: bool = False
    is_mine: bool = False
    body: str = ""  # clean HTML
    signature: str = ""  # clean HTML
    edited_at: datetime | None = None
    files: list[Attachment] = field(default_factory=list)
    facts: list[FactLine] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.pk}"


def staff_timeline(actor: Actor, ticket: Ticket) -> list[Entry]:
    """Return everything that happened, for a colleague. Four queries."""
    files = _files(ticket, public_only=False)
    entries = [
        *_messages(actor, ticket, files),
        *_notes(actor, ticket, files),
        *_facts(ticket, HistoryEntry.objects.filter(ticket=ticket.pk)),
    ]
    return _folded(entries)


def customer_timeline(actor: Actor, ticket: Ticket) -> list[Entry]:
    """Return what the customer may know: messages, their files, and public facts."""
    files = _files(ticket, public_only=True)
    facts = HistoryEntry.objects.filter(ticket=ticket.pk, is_internal=False)
    return _folded([*_messages(actor, ticket, files), *_facts(ticket, facts)])


def _files(ticket: Ticket, *, public_only: bool) -> dict[tuple[str, int], list[Attachment]]:
    if not ticket.has_files:
        return {}
    rows = Attachment.objects.filter(ticket=ticket.pk, is_inline=False).select_related("blob")
    if public_only:
        rows = rows.filter(message__isnull=False)
    found: dict[tuple[str, int], list[Attachment]] = {}
    for file in rows:
        if file.message_id is not None:
            found.setdefault(("message", file.message_id), []).append(file)
        elif file.note_id is not None:
            found.setdefault(("note", file.note_id), []).append(file)
    return found


def _messages(
    actor: Actor, ticket: Ticket, files: dict[tuple[str, int], list[Attachment]]
) -> Iterator[Entry]:
    for row in Message.objects.filter(ticket=ticket.pk).select_related("author"):
        yield Entry(
            kind="message",
            pk=row.pk,
            at=row.created_at,
            author_id=row.author_id,
            author=row.author.name,
            from_customer=row.side == Message.Side.CUSTOMER,
            is_mine=row.author_id == actor.person_id,
            body=row.body,
            signature=row.signature,
            files=files.get(("message", row.pk), []),
        )


def _notes(
    actor: Actor, ticket: Ticket, files: dict[tuple[str, int], list[Attachment]]
) -> Iterator[Entry]:
    for row in Note.objects.filter(ticket=ticket.pk).select_related("author"):
        yield Entry(
            kind="note",
            pk=row.pk,
            at=row.created_at,
            author_id=row.author_id,
            author=row.author.name,
            is_mine=row.author_id == actor.person_id,
            body=row.body,
            edited_at=row.edited_at,
            files=files.get(("note", row.pk), []),
        )


def _facts(ticket: Ticket, rows: Iterable[HistoryEntry]) -> Iterator[Entry]:
    told = [row for row in rows if row.kind not in WORDS]
    asked = asked_in(told)
    for row in told:
        yield Entry(kind="facts", pk=row.pk, at=row.at, facts=fact_lines(row, asked))


def _folded(entries: list[Entry]) -> list[Entry]:
    """Order by time and fold neighbouring facts into one line."""
    entries.sort(key=lambda entry: (entry.at, entry.kind != "facts", entry.pk))
    folded: list[Entry] = []
    for kind, group in groupby(entries, key=lambda entry: entry.kind):
        if kind != "facts":
            folded.extend(group)
            continue
        run = list(group)
        facts = [line for entry in run for line in entry.facts]
        folded.append(Entry(kind="facts", pk=run[0].pk, at=run[-1].at, facts=facts))
    return folded


def unsent_files(actor: Actor, tokens: Iterable[str]) -> list[Attachment]:
    """Return the actor's files that wait to be sent, of those named."""
    mine = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    return list(mine.filter(token__in=[one for one in tokens if "\0" not in one]))


def newer_message(ticket: Ticket, seen: int) -> Message | None:
    """Return the latest public message if it came after the one that was seen."""
    rows = Message.objects.select_related("author").filter(ticket=ticket.pk, pk__gt=seen)
    return rows.order_by("-pk").first()
