"""Who works on a ticket, and which department."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid, NotAllowed
from otklik.people.models import Actor, Department, Person
from otklik.tickets.actions.moving import enter_status
from otklik.tickets.actions.recording import (
    Fact,
    Kind,
    Sight,
    keep,
    named,
    person,
    record,
    tell,
)
from otklik.tickets.actions.talking import Words, checked_body, write_note
from otklik.tickets.events import TicketAssigned, TicketTransferred
from otklik.tickets.models import Note, Phase, Status, Ticket
from otklik.tickets.policies import ensure_may_assign_to, ensure_open, lock_ticket

UNSEEN = -1  # the caller does not say whom they saw as assignee


@transaction.atomic
def take_ticket(*, actor: Actor, ticket_id: int) -> Ticket:
    """Put oneself to work on a ticket that nobody has. Taking one's own does nothing.

    Publishes TicketAssigned. Raises NotFound, Conflict when a colleague was quicker.
    """
    ticket = lock_ticket(actor, ticket_id)
    if ticket.assignee_id == actor.person_id:
        return ticket
    if ticket.assignee_id is not None:
        raise Conflict(_("%(name)s already works on it.") % {"name": ticket.assignee})
    return hand_to(actor, ticket, Person.objects.get(pk=actor.person_id))


@transaction.atomic
def assign_ticket(
    *, actor: Actor, ticket_id: int, assignee_id: int | None, seen_id: int | None = UNSEEN
) -> Ticket:
    """Give a ticket to a colleague, or with None back to the department.

    `seen_id` is whom the person saw at work: when that has changed meanwhile nothing is
    written. Publishes TicketAssigned. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    ticket = lock_ticket(actor, ticket_id)
    if ticket.assignee_id == assignee_id:
        return ticket
    if seen_id not in (UNSEEN, ticket.assignee_id):
        who = ticket.assignee.name if ticket.assignee else _("nobody")
        raise Conflict(_("Meanwhile the ticket went to: %(name)s.") % {"name": who})
    if assignee_id is None:
        return hand_to(actor, ticket, None)
    colleague = Person.objects.select_related("account").filter(pk=assignee_id).first()
    if colleague is None:
        raise Invalid(fields={"assignee": _("There is no such colleague.")})
    ensure_may_assign_to(colleague)
    return hand_to(actor, ticket, colleague)


def hand_to(actor: Actor, ticket: Ticket, colleague: Person | None) -> Ticket:
    """Put somebody who may work to a ticket that is held; rights are asked before."""
    ensure_open(ticket)
    before, old = Sight.of(ticket), ticket.assignee
    if colleague is None and ticket.phase == Phase.ASSIGNED:
        _follow(actor, ticket, Phase.NEW)
    ticket.assignee = colleague
    if ticket.owner_id is None and colleague is not None:
        ticket.owner = colleague
    keep(ticket, "assignee", "owner")
    record(actor, ticket, Fact(kind=Kind.ASSIGNED, old=person(old), new=person(colleague)))
    if colleague is not None and ticket.phase == Phase.NEW:
        _follow(actor, ticket, Phase.ASSIGNED)
    tell(TicketAssigned, actor, ticket, before, assignee_id=ticket.assignee_id)
    return ticket


def _follow(actor: Actor, ticket: Ticket, phase: Phase) -> None:
    """Let the status follow the assignment where the flow has such a stage."""
    target = Status.objects.filter(flow=ticket.status.flow_id, phase=phase).first()
    if target is None and phase == Phase.NEW:
        target = Status.objects.filter(flow=ticket.status.flow_id, is_first=True).first()
    if target is not None and target.pk != ticket.status_id:
        enter_status(actor, ticket, target)


def _noted_just_now(actor: Actor, ticket: Ticket, note: Words) -> bool:
    last = Note.objects.filter(ticket=ticket.pk, author=actor.person_id).order_by("-pk").first()
    return last is not None and last.body == checked_body(note)


@transaction.atomic
def transfer_ticket(*, actor: Actor, ticket_id: int, department_id: int, note: Words) -> Ticket:
    """Pass a ticket to another department as a whole, with a note that says why.

    The processor is taken off it, the number stays. The same transfer twice does nothing.
    Publishes TicketTransferred. Raises NotFound, NotAllowed, Conflict when it stands there
    already, Invalid without a note.
    """
    ticket = lock_ticket(actor, ticket_id)
    if ticket.department_id == department_id:
        if not _noted_just_now(actor, ticket, note):
            raise Conflict(_("It stands in this department already."))
        return ticket
    ensure_open(ticket)
    place = Department.objects.filter(pk=department_id).first()
    if place is None:
        raise Invalid(fields={"department": _("There is no such department.")})
    if not place.is_active:
        raise NotAllowed(_("This department takes no tickets any more."))
    write_note(actor, ticket, note, is_part=True)
    before, old = Sight.of(ticket), Department.objects.get(pk=ticket.department_id)
    if ticket.assignee_id is not None:
        hand_to(actor, ticket, None)
    ticket.department = place
    keep(ticket, "department")
    record(
        actor,
        ticket,
        Fact(
            kind=Kind.TRANSFERRED,
            old=named(old.pk, old.names),
            new=named(place.pk, place.names),
        ),
    )
    tell(TicketTransferred, actor, ticket, before, department_id=place.pk)
    return ticket
