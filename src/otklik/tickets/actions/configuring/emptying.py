"""Take the tickets out of a stage that is not wanted any more."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid
from otklik.people.models import Actor
from otklik.tickets.actions.configuring.recording import begin
from otklik.tickets.actions.configuring.statuses import find_status
from otklik.tickets.actions.moving import enter_status
from otklik.tickets.models import Phase, Ticket

AT_ONCE = 500


@transaction.atomic
def empty_status(*, actor: Actor, status_id: int, target_id: int) -> int:
    """Move tickets from one stage to another of its flow, at most 500; return how many.

    Each move stands in its ticket's history. Publishes StatusChanged for each. Raises
    NotAllowed, NotFound, Invalid, Conflict when one of them needs somebody first.
    """
    begin(actor)
    source, target = find_status(status_id), find_status(target_id)
    if source.flow_id != target.flow_id or source.pk == target.pk:
        raise Invalid(fields={"target": _("Choose another status of this flow.")})
    tickets = Ticket.objects.filter(status=source).select_related("status").order_by("pk")
    if target.phase == Phase.ASSIGNED and tickets.filter(assignee=None).exists():
        raise Conflict(_("Some of these tickets have nobody who works on them."))
    moved = list(tickets.select_for_update(of=("self",))[:AT_ONCE])
    for ticket in moved:
        enter_status(actor, ticket, target)
    return len(moved)
