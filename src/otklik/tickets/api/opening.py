from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.api import members_named
from otklik.core.configuration import stamp_as_asked
from otklik.core.errors import Invalid
from otklik.core.richtext import clean_html, from_text
from otklik.people.actions import find_or_register_requester, find_requester
from otklik.people.models import Actor
from otklik.tickets.actions import NewTicket, Words, open_ticket
from otklik.tickets.actions.attaching import tokens
from otklik.tickets.api.schemas import TicketIn
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.known import Known, known_configuration

MEMBERS = {
    "body": "description",
    "values": "fields",
    "email": "requester.email",
    "name": "requester.name",
}
"""What the desk calls otherwise than the body of the request."""


def open_from(actor: Actor, payload: TicketIn) -> Ticket:
    """Open what a program asks for. Raises Invalid, NotAllowed."""
    with members_named(MEMBERS):
        return _opened(actor, payload)


def _opened(actor: Actor, payload: TicketIn) -> Ticket:
    """Open what a program asks for; a new requester is registered in the same transaction."""
    known = known_configuration(stamp_as_asked())
    wrong: dict[str, str] = {}
    asked = partial(
        NewTicket,
        subject=payload.subject,
        words=words(payload.description, payload.description_format, payload.files),
        type_id=key_of(types(known), payload.type, wrong, "type"),
        department_id=key_of(departments(known), payload.department, wrong, "department"),
        category_id=key_of(categories(known), payload.category, wrong, "category"),
        priority=payload.priority,
        values=payload.fields,
        tags=tuple(payload.tags),
        source=Ticket.Source.API,
        known=known,
    )
    if wrong:
        raise Invalid(fields=wrong)
    email, name = payload.requester.email, payload.requester.name
    requester = find_requester(actor=actor, email=email)
    if requester is not None:
        return open_ticket(actor=actor, asked=asked(requester_id=requester.pk, requester=requester))
    with transaction.atomic():
        requester = find_or_register_requester(actor=actor, email=email, name=name)
        return open_ticket(actor=actor, asked=asked(requester_id=requester.pk))


def types(known: Known) -> Mapping[str, int]:
    return {one.key: one.pk for one in known.types}


def departments(known: Known) -> Mapping[str, int]:
    return {one.prefix: one.pk for one in known.departments}


def categories(known: Known) -> Mapping[str, int]:
    return {one.key: one.pk for one in known.categories.values()}


def key_of(
    keys: Mapping[str, int], named: str | None, wrong: dict[str, str], member: str
) -> int | None:
    """Return the key in the database of what a program names; complain into `wrong`."""
    if not named:
        return None
    if named not in keys:
        wrong[member] = _("There is no “%s”.") % named.replace("\0", "")[:60]
    return keys.get(named)


def words(body: str, body_format: str, files: list[str]) -> Words:
    """Return what was written in either format."""
    with members_named({"": "body"}):
        html = (
            clean_html(body) if body_format == "html" else from_text(body) if body.strip() else ""
        )
    return Words(
        body=html,
        uploads=tuple(dict.fromkeys(tokens(files))) if len(tokens(files)) == len(files) else ("",),
    )
