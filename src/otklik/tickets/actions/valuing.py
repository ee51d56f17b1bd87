"""The answers to the questions that an administrator added to a type."""

from typing import Any

from otklik.people.models import Actor
from otklik.tickets.actions.answers import check_answers, join_answers
from otklik.tickets.actions.indexing import add_answers, add_words
from otklik.tickets.actions.recording import Fact, Kind, keep, record
from otklik.tickets.actions.talking import HAS_FILES
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.asked import hidden_keys
from otklik.tickets.selectors.known import known_configuration


def fill_values(actor: Actor, ticket: Ticket, values: dict[str, Any]) -> list[Fact]:
    """Set some custom fields of a locked ticket; return what changed.

    Raises Invalid naming each value that cannot be taken.
    """
    form = known_configuration().asked_by(ticket.type_id)
    clean = check_answers(form, values, actor=actor, for_customer=False, kept=ticket.values)
    hidden = hidden_keys(form)
    facts = [
        Fact(
            kind=Kind.CHANGED,
            field=f"values.{key}",
            old=ticket.values.get(key),
            new=clean.get(key),
            is_internal=key in hidden,
        )
        for key in values
        if ticket.values.get(key) != clean.get(key)
    ]
    if facts:
        before, ticket.values = ticket.values, clean
        new = {key: one for key, one in clean.items() if before.get(key) != one}
        add_answers(ticket, form, new)
        for file in join_answers(actor, ticket, form, before):
            ticket.has_files = True
            ticket.has_public_files = ticket.has_public_files or file.field not in hidden
            add_words(ticket, file.name, is_internal=file.field in hidden)
        is_internal = all(fact.is_internal for fact in facts)
        keep(ticket, "values", *HAS_FILES, is_internal=is_internal)
        record(actor, ticket, *facts)
    return facts
