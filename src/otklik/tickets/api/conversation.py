from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid, NotAllowed
from otklik.people.models import Actor
from otklik.tickets import actions
from otklik.tickets.api import schemas, shapes
from otklik.tickets.api.opening import words
from otklik.tickets.models import Attachment, HistoryEntry, Message, Note, Ticket
from otklik.tickets.policies import readable_files, works_on

Place = tuple[str, str, int]


def page(
    actor: Actor, ticket: Ticket, after: list[object] | None, limit: int
) -> tuple[list[schemas.MessageOut], Place | None]:
    """Return a page of the conversation and the place after it."""
    rows: list[Message | Note] = list(_some(Message, ticket, after, limit, "m"))
    if works_on(actor, ticket):
        rows += list(_some(Note, ticket, after, limit, "n"))
    rows.sort(key=_place)
    shown = rows[:limit]
    held = _files_of(ticket, shown)
    items = [shapes.message_out(row, held.get(_place(row)[1:], [])) for row in shown]
    return items, _place(shown[-1]) if len(rows) > limit else None


def _place(row: Message | Note) -> Place:
    return row.created_at.isoformat(), "n" if isinstance(row, Note) else "m", row.pk


def _some(
    model: type[Message | Note], ticket: Ticket, after: list[object] | None, limit: int, kind: str
) -> list[Message | Note]:
    rows = model.objects.filter(ticket=ticket.pk).select_related("author")
    if after:
        moment = _moment(str(after[0]))
        same = Q(created_at=moment, pk__gt=after[2]) if after[1] == kind else Q(created_at=moment)
        later = Q(created_at__gt=moment)
        rows = rows.filter(later | same if kind >= str(after[1]) else later)
    return list(rows.order_by("created_at", "pk")[: limit + 1])


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(fields={"cursor": _("This cursor is not ours.")})
    return moment


def _files_of(
    ticket: Ticket, rows: list[Message | Note]
) -> dict[tuple[str, int], list[Attachment]]:
    messages = [row.pk for row in rows if isinstance(row, Message)]
    notes = [row.pk for row in rows if isinstance(row, Note)]
    found: dict[tuple[str, int], list[Attachment]] = {}
    files = Attachment.objects.filter(ticket=ticket.pk).select_related("blob")
    for file in files.filter(Q(message__in=messages) | Q(note__in=notes)):
        key = ("n", file.note_id) if file.note_id else ("m", file.message_id or 0)
        found.setdefault(key, []).append(file)
    return found


def add(actor: Actor, ticket: Ticket, payload: schemas.MessageIn) -> schemas.MessageOut:
    """Add what a program says: as staff where the caller works on it, else as the customer."""
    written = words(payload.body, payload.body_format, payload.files)
    seen = payload.seen_message and int(payload.seen_message.removeprefix("m"))
    said = replace(written, signs=payload.sign, seen_message=seen or None)
    staff = works_on(actor, ticket)
    if payload.internal and not staff:
        raise NotAllowed
    row: Message | Note
    if payload.internal:
        row = actions.write_internal_note(actor=actor, ticket_id=ticket.pk, words=said)
    elif staff:
        row = actions.reply_to_customer(actor=actor, ticket_id=ticket.pk, words=said)
    else:
        row = actions.reply_to_desk(actor=actor, ticket_id=ticket.pk, words=said)
    return shown(ticket, row)


def shown(ticket: Ticket, row: Message | Note) -> schemas.MessageOut:
    """Say one message or note with its files."""
    held = _files_of(ticket, [row])
    return shapes.message_out(row, held.get(_place(row)[1:], []))


def files(actor: Actor, ticket: Ticket) -> list[schemas.FileOut]:
    """Return the sent files of a ticket that the caller may read."""
    return [shapes.file_out(row) for row in readable_files(actor, ticket).select_related("blob")]


def facts(
    actor: Actor, ticket: Ticket, after: list[object] | None, limit: int
) -> tuple[list[schemas.FactOut], int | None]:
    """Return a page of history and the id after it."""
    rows = HistoryEntry.objects.filter(ticket=ticket.pk)
    if not works_on(actor, ticket):
        rows = rows.filter(is_internal=False)
    if after:
        rows = rows.filter(pk__gt=after[0])
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = shown[-1].pk if len(found) > limit else None
    return [shapes.fact_out(row) for row in shown], more
