"""The words and promises of the five priorities, changed by an administrator."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid, NotFound
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.checking import checked_names
from otklik.tickets.actions.configuring.recording import begin, change_row
from otklik.tickets.models import Priority

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=365)


@transaction.atomic
def change_priority(
    *,
    actor: Actor,
    level: int,
    names: Mapping[str, str],
    promises: tuple[timedelta, timedelta],
) -> Priority:
    """Rename a priority or change its promises (first answer, solution) for new tickets.

    Raises NotAllowed, NotFound, Conflict, Invalid.
    """
    begin(actor)
    priority = find_priority(level)
    reply, solve = promises
    wrong: dict[str, str] = {}
    for name, time in (("reply_within", reply), ("solve_within", solve)):
        if not SHORTEST <= time <= LONGEST:
            wrong[name] = _("Between a minute and a year, please.")
    if not wrong and reply > solve:
        wrong["solve_within"] = _("The solution cannot be promised before the first answer.")
    if wrong:
        raise Invalid(fields=wrong)
    columns = {"names": checked_names(names), "reply_within": reply, "solve_within": solve}
    change_row(actor, priority, columns)
    return priority


def find_priority(level: int) -> Priority:
    """Return a priority. Raises NotFound."""
    priority = Priority.objects.filter(pk=level).first()
    if priority is None:
        raise NotFound
    return priority
