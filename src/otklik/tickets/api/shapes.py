"""From rows to what the API gives."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.urls import reverse

from otklik.core.files.scan import is_withheld
from otklik.people.models import Actor, Department, Person
from otklik.tickets.api import schemas
from otklik.tickets.models import (
    Attachment,
    Category,
    HistoryEntry,
    Message,
    Note,
    Status,
    Ticket,
    TicketType,
)
from otklik.tickets.policies import works_on
from otklik.tickets.selectors.values import customer_keys


def address(actor: Actor, ticket: Ticket) -> str:
    """Return where a person reads the ticket."""
    name = "ticket" if works_on(actor, ticket) else "request"
    return f"{settings.OTKLIK_BASE_URL.rstrip('/')}{reverse(name, args=[ticket.number])}"


def tickets_out(actor: Actor, tickets: Sequence[Ticket]) -> list[schemas.TicketOut]:
    """Say tickets; a customer gets only the answers that are theirs to see."""
    shown = customer_keys(
        {one.type_id for one in tickets if one.values and not works_on(actor, one)}
    )
    return [_ticket_out(actor, one, shown.get(one.type_id, set())) for one in tickets]


def ticket_out(actor: Actor, ticket: Ticket) -> schemas.TicketOut:
    """Say one ticket."""
    return tickets_out(actor, [ticket])[0]


def _ticket_out(actor: Actor, ticket: Ticket, shown: set[str]) -> schemas.TicketOut:
    staff = works_on(actor, ticket)
    values = ticket.values
    if not staff:
        values = {key: value for key, value in values.items() if key in shown}
    return schemas.TicketOut(
        id=ticket.pk,
        number=ticket.number,
        url=address(actor, ticket),
        subject=ticket.subject,
        type=_named(ticket.type),
        category=_named(ticket.category) if ticket.category else None,
        priority=ticket.priority_id,
        department=_named(ticket.department),
        status=_named(ticket.status),
        phase=ticket.phase,
        turn=ticket.turn,
        source=ticket.source,
        language=ticket.language,
        requester=person_ref(ticket.requester),
        owner=person_ref(ticket.owner) if staff and ticket.owner else None,
        assignee=person_ref(ticket.assignee) if ticket.assignee else None,
        tags=list(ticket.tags) if staff else [],
        fields=values,
        escalated=staff and ticket.is_escalated,
        has_files=ticket.has_files if staff else ticket.has_public_files,
        version=version_for(actor, ticket),
        created_at=ticket.created_at,
        updated_at=ticket.updated_at if staff else ticket.public_at,
        first_replied_at=ticket.first_replied_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        reply_due_at=ticket.reply_due_at,
        solve_due_at=ticket.solve_due_at,
        stage_due_at=ticket.stage_due_at if staff else None,
        expected_at=ticket.expected_at,
    )


def version_for(actor: Actor, ticket: Ticket) -> int:
    """Return the version that the actor reads and names: a customer's stands still for notes."""
    return ticket.version if works_on(actor, ticket) else ticket.public_version


def _named(thing: TicketType | Category | Department | Status) -> schemas.Named:
    key = thing.prefix if isinstance(thing, Department) else thing.key
    return schemas.Named(id=thing.pk, label=thing.label, key=key)


def person_ref(person: Person) -> schemas.PersonRef:
    return schemas.PersonRef(id=person.pk, name=person.name)


def message_out(row: Message | Note, files: Iterable[Attachment] = ()) -> schemas.MessageOut:
    """Say a message or a note; their ids are told apart by a letter."""
    internal = isinstance(row, Note)
    return schemas.MessageOut(
        id=f"{'n' if internal else 'm'}{row.pk}",
        internal=internal,
        side="desk" if isinstance(row, Note) else row.side,
        author=person_ref(row.author),
        body=row.body,
        signature=row.signature if isinstance(row, Message) else "",
        created_at=row.created_at,
        edited_at=row.edited_at if isinstance(row, Note) else None,
        files=[file_out(file) for file in files],
    )


def file_out(file: Attachment) -> schemas.FileOut:
    return schemas.FileOut(
        token=file.token,
        name=file.name,
        size=file.blob.size,
        media_type=file.blob.media_type,
        scan=file.blob.scan or "none",
        withheld=is_withheld(file.blob),
        url=f"{settings.OTKLIK_BASE_URL.rstrip('/')}/api/v1/files/{file.token}",
    )


def fact_out(row: HistoryEntry) -> schemas.FactOut:
    return schemas.FactOut(
        id=row.pk,
        at=row.at,
        actor=row.actor_name,
        kind=row.kind,
        field=row.field,
        old=row.old,
        new=row.new,
        internal=row.is_internal,
    )
