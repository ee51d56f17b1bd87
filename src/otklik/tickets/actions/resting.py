"""The clocks of a ticket: while the customer is awaited they rest, and deadlines wait along."""

from datetime import datetime, timedelta

from otklik.tickets.actions.recording import Fact, Kind
from otklik.tickets.models import Phase, Status, Ticket

CLOCKS = ("rested", "reply_due_at", "solve_due_at")
DONE = (Phase.RESOLVED, Phase.CLOSED)


def move_deadlines(ticket: Ticket, target: Status, now: datetime) -> list[Fact]:
    """Put the deadlines off by the time that a rest took, which ends with the new status.

    Sets `CLOCKS`, before the status itself; returns the line of history about it. What was
    resolved keeps its deadline until it reopens, so that late stays late.
    """
    since = _resting_since(ticket, target)
    if since is None or since >= now:
        return []
    ticket.rested += now - since
    awaited_until = min(now, ticket.first_replied_at or now)
    if ticket.reply_due_at is not None:
        ticket.reply_due_at += max(timedelta(), awaited_until - since)
    if ticket.solve_due_at is None:
        return []
    old, ticket.solve_due_at = ticket.solve_due_at, ticket.solve_due_at + (now - since)
    moments = {"old": old.isoformat(), "new": ticket.solve_due_at.isoformat()}
    return [Fact(kind=Kind.CHANGED, field="solve_due_at", is_internal=True, **moments)]


def _resting_since(ticket: Ticket, target: Status) -> datetime | None:
    """Return since when the clocks rest, if they go on in the status that comes."""
    if ticket.phase == Phase.PENDING:
        return ticket.entered_at
    if ticket.phase in DONE and target.phase not in DONE:
        return ticket.resolved_at
    return None
