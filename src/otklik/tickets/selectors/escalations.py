"""Why tickets were escalated."""

from collections.abc import Collection

from otklik.tickets.models import HistoryEntry


def escalation_reasons(raised: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the reasons given with escalations, each a ticket and its version after that."""
    tickets = {ticket for ticket, _version in raised}
    lines = HistoryEntry.objects.filter(
        ticket__in=tickets, kind=HistoryEntry.Kind.ESCALATED, new__isnull=False
    )
    found = {(one.ticket_id, one.version): str(one.new) for one in lines}
    return {key: why for key, why in found.items() if key in raised}
