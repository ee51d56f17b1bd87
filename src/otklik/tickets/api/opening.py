from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.core.richtext import from_text
from otklik.people.actions import find_or_register_requester
from otklik.people.models import Actor, Department
from otklik.tickets.actions import NewTicket, Words, open_ticket
from otklik.tickets.api.schemas import TicketIn
from otklik.tickets.models import Category, Ticket, TicketType


@transaction.atomic
def open_from(actor: Actor, payload: TicketIn) -> Ticket:
    """Open what a program asks for; a new requester is registered in the same transaction."""
    wrong: dict[str, str] = {}
    type_id = key_id(TicketType, "key", payload.type, wrong, "type")
    department_id = key_id(Department, "prefix", payload.department, wrong, "department")
    category_id = key_id(Category, "key", payload.category, wrong, "category")
    if wrong:
        raise Invalid(fields=wrong)
    requester = find_or_register_requester(
        actor=actor, email=payload.requester.email, name=payload.requester.name
    )
    return open_ticket(
        actor=actor,
        asked=NewTicket(
            subject=payload.subject,
            words=words(payload.description, payload.description_format, payload.files),
            requester_id=requester.pk,
            type_id=type_id,
            department_id=department_id,
            category_id=category_id,
            priority=payload.priority,
            values=payload.fields,
            tags=tuple(payload.tags),
            source=Ticket.Source.API,
        ),
    )


def words(body: str, body_format: str, files: list[str]) -> Words:
    """Return what was written in either format."""
    html = body if body_format == "html" else str(from_text(body)) if body.strip() else ""
    return Words(body=html, uploads=tuple(files))


def key_id(
    model: type[TicketType | Department | Category],
    column: str,
    key: str | None,
    wrong: dict[str, str],
    name: str,
) -> int | None:
    """Return the key in the database of what a program names; complain into `wrong`."""
    if not key:
        return None
    clean = key.replace("\0", "")[:60]
    found = model.objects.filter(**{column: clean}).values_list("pk", flat=True).first()
    if found is None:
        wrong[name] = _("There is no “%s”.") % clean
    return found
