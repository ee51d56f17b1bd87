"""The answers to the questions that an administrator added to a type."""

from typing import Any

from otklik.people.models import Actor
from otklik.tickets.actions.answers import check_values, join_answers
from otklik.tickets.actions.recording import Fact, Kind, keep, record
from otklik.tickets.models import FormField, Ticket


def fill_values(actor: Actor, ticket: Ticket, values: dict[str, Any]) -> list[str]:
    """Set some custom fields of a locked ticket; return the keys that changed.

    Raises Invalid naming each value that cannot be taken.
    """
    clean = check_values(ticket.type, values, actor=actor, for_customer=False, kept=ticket.values)
    facts = [
        Fact(
            kind=Kind.CHANGED,
            field=f"values.{key}",
            old=ticket.values.get(key),
            new=clean.get(key),
            is_internal=key in staff_keys(ticket),
        )
        for key in values
        if ticket.values.get(key) != clean.get(key)
    ]
    if facts:
        ticket.values = clean
        join_answers(actor, ticket)
        keep(ticket, "values")
        record(actor, ticket, *facts)
    return [fact.field for fact in facts]


def staff_keys(ticket: Ticket) -> set[str]:
    """Return the keys of the fields that customers never see on this type."""
    rows = FormField.objects.filter(type=ticket.type_id, customer=FormField.Access.STAFF)
    return set(rows.values_list("field__key", flat=True))
