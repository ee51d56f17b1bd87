"""Answers checked against the questions of a type as they are now."""

from typing import Any

from otklik.people.models import Actor
from otklik.tickets.actions.answers import Values, check_answers
from otklik.tickets.models import TicketType
from otklik.tickets.selectors.known import known_configuration


def check_values(
    kind: TicketType,
    values: Values,
    *,
    actor: Actor,
    for_customer: bool,
    kept: Values | None = None,
) -> dict[str, Any]:
    questions = known_configuration().asked_by(kind.pk)
    return check_answers(questions, values, actor=actor, for_customer=for_customer, kept=kept)
