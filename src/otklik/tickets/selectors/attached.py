"""Where a content is attached."""

from otklik.tickets.models import Attachment, TicketType


def tickets_with(blob_id: int) -> list[tuple[int, bool]]:
    """Return the tickets that carry a content, each with whether it stands in a note only."""
    rows = Attachment.objects.filter(blob=blob_id, ticket__isnull=False)
    found: dict[int, bool] = {}
    for ticket_id, note_id in rows.values_list("ticket_id", "note_id"):
        found[ticket_id] = found.get(ticket_id, True) and note_id is not None
    return list(found.items())


def type_file_limit(type_id: int | None) -> int | None:
    """Return how many bytes a file for tickets of a type may have; None: what the desk says."""
    if type_id is None:
        return None
    limits = TicketType.objects.filter(pk=type_id).values_list("file_limit", flat=True)
    return limits.first()
