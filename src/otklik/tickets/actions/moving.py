"""From status to status, along the ways that the flow allows."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotAllowed
from otklik.people.models import Actor
from otklik.tickets.actions.recording import Fact, Kind, Sight, keep, named, record, tell
from otklik.tickets.actions.repeating import Deed, done_before, keep_done
from otklik.tickets.actions.resting import CLOCKS, DONE, move_deadlines
from otklik.tickets.actions.talking import Words, add_message, press_of, write_note
from otklik.tickets.actions.valuing import fill_values
from otklik.tickets.events import StatusChanged
from otklik.tickets.models import Message, Phase, Status, Ticket, Transition
from otklik.tickets.policies import Who, lock_ticket, roles_on
from otklik.tickets.selectors.asked import AskedField, missing_to_enter
from otklik.tickets.selectors.known import known_configuration


@dataclass(frozen=True, kw_only=True)
class Move:
    """A wish to bring a ticket to another status, with what the way demands."""

    target_id: int
    reply: Words | None = None
    note: Words | None = None
    values: dict[str, Any] = field(default_factory=dict)
    source_id: int | None = None  # the status that the person saw


@transaction.atomic
def move_ticket(*, actor: Actor, ticket_id: int, move: Move) -> Ticket:
    """Bring a ticket to another status as staff.

    Moving to where it already stands does nothing, but words are never dropped. Safe to
    repeat with the same key in the words. Publishes StatusChanged, and what the words add.
    Raises NotFound, SentBefore, NotAllowed, Conflict when the ticket moved meanwhile, Invalid
    when the way demands more.
    """
    ticket = lock_ticket(actor, ticket_id)
    said = move.reply or move.note
    note = move.note.body if move.note else None
    press = press_of(actor, ticket, Deed.MOVE, said, move.target_id, note, move.values)
    if done_before(press):
        return ticket
    if ticket.status_id == move.target_id:
        if said:
            raise Conflict(_("Meanwhile the status became “%s”.") % ticket.status.label)
        return ticket
    if move.source_id is not None and ticket.status_id != move.source_id:
        raise Conflict(_("Meanwhile the status became “%s”.") % ticket.status.label)
    way = find_way(ticket, move.target_id)
    if not roles_on(actor, ticket) & set(way.allowed):
        raise NotAllowed(_("Your role may not make this change of status."))
    if move.values:
        fill_values(actor, ticket, move.values)
    _ensure_demands(ticket, way, move)
    with_it = {}
    if move.note:
        with_it["note_id"] = write_note(actor, ticket, move.note).pk
    if move.reply:
        message = add_message(actor, ticket, move.reply, side=Message.Side.DESK)
        with_it["message_id"] = message.pk
    enter_status(actor, ticket, way.target, **with_it)
    keep_done(press, ticket.pk)
    return ticket


def find_way(ticket: Ticket, target_id: int) -> Transition:
    """Return the way from the present status. Raises NotAllowed when the flow has none."""
    ways = Transition.objects.select_related("target").filter(source=ticket.status_id)
    way = ways.filter(target=target_id).first()
    if way is None:
        raise NotAllowed(_("From “%s” there is no such step.") % ticket.status.label)
    return way


def customer_way(ticket: Ticket, *phases: str, target_id: int | None = None) -> Transition | None:
    """Return the first way that a customer may go into one of the phases, or into one status."""
    ways = Transition.objects.select_related("target").filter(
        source=ticket.status_id, allowed__contains=[Who.CUSTOMER], target__phase__in=phases
    )
    return (ways if target_id is None else ways.filter(target=target_id)).first()


def _ensure_demands(ticket: Ticket, way: Transition, move: Move) -> None:
    missing: dict[str, str] = {}
    if way.demands_message and move.reply is None:
        missing["body"] = _("Write to the customer what this change means.")
    if way.demands_note and move.note is None:
        missing["note"] = _("Write a note for your colleagues.")
    if way.demands_assignee and ticket.assignee_id is None:
        missing["assignee"] = _("Choose who works on it first.")
    for one in _unanswered(ticket, way.target):
        missing[f"values.{one.key}"] = _("“%(field)s” is needed before “%(status)s”.") % {
            "field": one.label,
            "status": way.target.label,
        }
    if missing:
        raise Invalid(fields=missing)


def _unanswered(ticket: Ticket, target: Status) -> list[AskedField]:
    """Return what a status demands and the ticket does not tell; what is hidden need not be."""
    needed = list(target.required_fields.values_list("key", flat=True))
    if not needed:
        return []
    return missing_to_enter(needed, known_configuration().asked_by(ticket.type_id), ticket.values)


def enter_status(actor: Actor | None, ticket: Ticket, target: Status, **said: int) -> None:
    """Stamp the ticket with its new status and say so; rights and demands are met before.

    What rested meanwhile is put off: see `resting`.

    `said`: `message_id` and `note_id` of words that came by the same press.
    """
    before, old = Sight.of(ticket), ticket.status
    now = clock.now()
    put_off = move_deadlines(ticket, target, now)
    was_done = ticket.phase in DONE
    ticket.status, ticket.phase, ticket.entered_at = target, target.phase, now
    ticket.closed_at = now if target.phase == Phase.CLOSED else None
    if target.phase not in DONE:
        ticket.resolved_at = None
    elif not was_done or ticket.resolved_at is None:
        ticket.resolved_at = now
    ticket.turn = _turn(target, ticket.turn)
    keep(ticket, "status", "phase", "entered_at", "closed_at", "resolved_at", "turn", *CLOCKS)
    names = named(old.pk, old.names), named(target.pk, target.names)
    record(actor, ticket, Fact(kind=Kind.STATUS, old=names[0], new=names[1]), *put_off)
    tell(StatusChanged, actor, ticket, before, old_phase=old.phase, new_phase=target.phase, **said)


def _turn(target: Status, present: str) -> str:
    match Phase(target.phase):
        case Phase.PENDING | Phase.RESOLVED:
            return Ticket.Turn.THEIRS
        case Phase.CLOSED:
            return Ticket.Turn.NOBODY
        case Phase.REOPENED | Phase.NEW:
            return Ticket.Turn.OURS
        case Phase.ASSIGNED | Phase.PROGRESS:
            return present or Ticket.Turn.OURS
