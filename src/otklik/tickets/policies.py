"""Who may see and do what with tickets. Every read and write for a person goes through here."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, NoReturn

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import NotAllowed, NotFound, OutOfSight
from otklik.core.prepared import Given, Prepared
from otklik.core.wording import word
from otklik.people.models import Actor, Membership, Person, Role
from otklik.tickets.models import (
    Attachment,
    Copied,
    FormField,
    HistoryEntry,
    Note,
    Phase,
    Ticket,
    Transition,
)
from otklik.tickets.models.ticket import TicketQuerySet
from otklik.tickets.models.whole import completed, ways_out, with_people
from otklik.tickets.models.worked import Worked

Who = Transition.Who
Kind = HistoryEntry.Kind
TOLD_FOR: Final = timedelta(days=1)  # how long who lost sight of a ticket is told by what

_BY_NUMBER: Final = Worked(lambda mine: with_people(mine.filter(number=Given("number")).order_by()))
_BY_KEY: Final = Worked(lambda mine: with_people(mine.filter(pk=Given("pk")).order_by()))


def works_on(actor: Actor, ticket: Ticket) -> bool:
    """Say whether the actor sees the ticket as staff: `TicketQuerySet.worked_by` for one row."""
    if actor.is_administrator or ticket.assignee_id == actor.person_id:
        return actor.is_staff
    if actor.leads(ticket.department_id):
        return True
    return ticket.department_id in actor.roles and ticket.assignee_id is None


def find_ticket(actor: Actor, ticket_id: int) -> Ticket:
    """Return a ticket for staff. Raises NotFound, also when it is another's; OutOfSight."""
    rows = _BY_KEY.rows(actor, pk=ticket_id)
    return completed(rows[0]) if rows else refuse_unseen(actor, pk=ticket_id)


def find_ticket_numbered(actor: Actor, number: str) -> Ticket:
    """Return a ticket for staff by its public number. Raises NotFound, OutOfSight."""
    wanted = _as_kept(number)
    rows = _BY_NUMBER.rows(actor, number=wanted)
    return completed(rows[0]) if rows else refuse_unseen(actor, number=wanted)


def lock_ticket(actor: Actor, ticket_id: int) -> Ticket:
    """Return a ticket for staff, locked for change. Raises NotFound, OutOfSight.

    Joins nothing: after a wait PostgreSQL looks at the row again but not at what it was joined
    to, so a status that changed meanwhile would make the ticket seem gone.
    """
    rows = Ticket.objects.worked_by(actor).select_for_update(of=("self",))
    ticket = next(iter(rows.filter(pk=ticket_id)[:1]), None)
    return ticket or refuse_unseen(actor, pk=ticket_id)


def held_tickets(ids: Sequence[int]) -> dict[int, Ticket]:
    """Return tickets for the desk itself as they are, and stay until the transaction ends.

    Held before they are read: whoever changes one was quicker, or waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [list(ids)])
    return Ticket.objects.in_bulk(ids)


_HOLD: Final = "SELECT FROM tickets_ticket WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"


_OWN_HELD: Final = Prepared(
    lambda: _held(Ticket.objects.asked_by(person=Given("person"), organization=None))
)
_SHARED_HELD: Final = Prepared(
    lambda: _held(
        Ticket.objects.asked_by(person=Given("person"), organization=Given("organization"))
    )
)


def _held(rows: TicketQuerySet) -> TicketQuerySet:
    return rows.select_for_update(of=("self",)).filter(pk=Given("ticket")).order_by()


def find_request(actor: Actor, number: str) -> Ticket:
    """Return a ticket for the customer who asked, or their colleague. Raises NotFound."""
    rows = with_people(Ticket.objects.requested_by(actor))
    return completed(_one(rows, Q(number=_as_kept(number))))


def lock_request(actor: Actor, ticket_id: int) -> Ticket:
    """Return a customer's ticket locked for change. Raises NotFound."""
    shared = actor.shared_organization_id
    if shared is None:
        ticket = _OWN_HELD.first(ticket=ticket_id, person=actor.person_id)
    else:
        ticket = _SHARED_HELD.first(ticket=ticket_id, person=actor.person_id, organization=shared)
    if ticket is None:
        raise _no_such()
    return ticket


def gets_copies(person_id: int, ticket_id: int) -> bool:
    """Say whether somebody was confirmed to get copies, and so may answer by letter."""
    named = Copied.objects.filter(ticket=ticket_id, person=person_id)
    return named.filter(state=Copied.State.CONFIRMED).exists()


def lock_copied(actor: Actor, ticket_id: int) -> Ticket:
    """Return a ticket of which the actor gets copies, locked for change. Raises NotFound."""
    rows = Ticket.objects.select_for_update(of=("self",))
    ticket = _one(rows, Q(pk=ticket_id))
    if not gets_copies(actor.person_id, ticket.pk):
        raise _no_such()
    return ticket


def _as_kept(number: str) -> str:
    """Return a number as tickets have it; with a NUL, which the database takes in no text, none."""
    return "" if "\0" in number else number.upper()


def _one(rows: QuerySet[Ticket], wanted: Q) -> Ticket:
    ticket = next(iter(rows.filter(wanted)[:1]), None)
    if ticket is None:
        raise _no_such()
    return ticket


def _no_such() -> NotFound:
    return NotFound(_("There is no such ticket, or it is not yours to see."))


def refuse_unseen(actor: Actor, **which: Any) -> NoReturn:
    """Raise OutOfSight if a change of these days hid the ticket from the actor, else NotFound.

    What hid it was told to all who saw it; by today's rights it is told to nobody else.
    """
    fact = _what_hid(actor, which) if actor.is_staff else None
    if fact is None:
        raise _no_such()
    raise OutOfSight(_hidden_by(fact, is_own=fact.actor_id == actor.person_id))


def _what_hid(actor: Actor, which: dict[str, Any]) -> HistoryEntry | None:
    """Go back from where the ticket stands to the change before which the actor saw it."""
    recent = Q(kind__in=(Kind.ASSIGNED, Kind.TRANSFERRED), at__gt=clock.now() - TOLD_FOR)
    facts = HistoryEntry.objects.filter(recent, **{f"ticket__{k}": v for k, v in which.items()})
    stood: Ticket | None = None
    for fact in facts.select_related("ticket").order_by("-pk"):
        stood = stood or fact.ticket
        before: Any = (fact.old or {}).get("id")
        if fact.kind == Kind.ASSIGNED:
            stood.assignee_id = before
        else:
            stood.department_id = before
        if works_on(actor, stood):
            return fact
    return None


def _hidden_by(fact: HistoryEntry, *, is_own: bool) -> str:
    """Say who took a ticket, gave it away or passed it on."""
    new: Any = fact.new
    who = {"name": fact.actor_name or _("The desk")}
    if fact.kind == Kind.TRANSFERRED:
        who["place"] = word(new["names"])
        if is_own:
            return _("You have passed this ticket on: %(place)s.") % who
        return _("%(name)s has passed this ticket on: %(place)s.") % who
    if new is None and is_own:
        return _("You have given this ticket back to its department.")
    if new is None:
        return _("%(name)s has given this ticket back to its department.") % who
    who["colleague"] = new["name"]
    if is_own:
        return _("You have given this ticket to a colleague: %(colleague)s.") % who
    if new["id"] == fact.actor_id:
        return _("%(name)s has taken this ticket.") % who
    return _("%(name)s has given this ticket to a colleague: %(colleague)s.") % who


def copies_of_requester(ticket_id: int, requester_id: int) -> QuerySet[Copied]:
    """Return the copies that who asked decides about: proposed by themselves, or on their side.

    Whom a colleague's letter names is the desk's own affair, like the note that the letter became.
    """
    of_ticket = Copied.objects.filter(ticket=ticket_id)
    on_their_side = of_ticket.filter(state=Copied.State.CONFIRMED).values("person")
    own = Q(proposed_by=requester_id) | Q(proposed_by__in=on_their_side)
    return of_ticket.filter(own).order_by("pk")


def ensure_requester(actor: Actor, ticket: Ticket) -> None:
    """Only who asked may confirm, close, reopen and rate; their colleagues read and reply."""
    if ticket.requester_id != actor.person_id:
        raise NotAllowed(_("Only the person who asked can do this."))


def find_own_note(actor: Actor, note_id: int) -> Note:
    """Return an internal note to edit. Raises NotFound, NotAllowed for another's."""
    note = Note.objects.select_related("ticket").filter(pk=note_id).first()
    if note is None or not works_on(actor, note.ticket):
        raise NotFound
    if note.author_id != actor.person_id:
        raise NotAllowed(_("Only its author can edit a note."))
    return note


def find_attachment(actor: Actor, token: str) -> Attachment:
    """Return a file that the actor may read now. Raises NotFound."""
    if len(token) > 32 or not token.isalnum():  # noqa: PLR2004  # the width of the column
        raise NotFound
    rows = Attachment.objects.select_related("ticket", "blob__thumbnail", "blob__picture")
    file = rows.filter(token=token).first()
    if file is None or not _may_read(actor, file):
        raise NotFound
    return file


def _may_read(actor: Actor, file: Attachment) -> bool:
    if file.ticket is None:
        return file.uploader_id == actor.person_id
    if works_on(actor, file.ticket):
        return True
    if file.note_id is not None:
        return False
    asked = Ticket.objects.requested_by(actor).filter(pk=file.ticket.pk).exists()
    return asked and (not file.field or _shown_to_customers(file.ticket, file.field))


def readable_files(actor: Actor, ticket: Ticket) -> QuerySet[Attachment]:
    """Return the files of a ticket in sight that the actor may read: `find_attachment` for all."""
    rows = Attachment.objects.filter(ticket=ticket.pk)
    if works_on(actor, ticket):
        return rows
    theirs = FormField.objects.filter(type=ticket.type_id)
    shown = theirs.exclude(customer=FormField.Access.STAFF).values("field__key")
    return rows.filter(Q(field="") | Q(field__in=shown), note__isnull=True)


def _shown_to_customers(ticket: Ticket, field: str) -> bool:
    forms = FormField.objects.filter(type=ticket.type_id, field__key=field)
    return forms.exclude(customer=FormField.Access.STAFF).exists()


def roles_on(actor: Actor, ticket: Ticket) -> frozenset[str]:
    """Return in which capacities the actor may move a ticket as staff."""
    if actor.is_administrator:
        return frozenset(Who.values)
    role = actor.roles.get(ticket.department_id, Role.AGENT)
    match role:
        case Role.SUPERVISOR:
            return frozenset({Who.AGENT, Who.COORDINATOR, Who.SUPERVISOR})
        case Role.COORDINATOR:
            return frozenset({Who.AGENT, Who.COORDINATOR})
        case Role.AGENT:
            return frozenset({Who.AGENT})


def staff_moves(actor: Actor, ticket: Ticket) -> list[Transition]:
    """Return the ways out of the present status that the actor may go, in order.

    Each says by `demanded` the keys of the questions that its status demands and that are asked.
    """
    mine = roles_on(actor, ticket)
    return [way for way in ways_out(ticket) if mine & set(way.allowed)]


def customer_moves(ticket: Ticket) -> list[Transition]:
    """Return the ways out of the present status that the customer may go."""
    ways = Transition.objects.filter(source=ticket.status_id, allowed__contains=[Who.CUSTOMER])
    return list(ways.select_related("target"))


def ensure_may_assign_to(assignee: Person) -> None:
    """Work goes to people who can sign in and have a role at the desk, in any department."""
    account = getattr(assignee, "account", None)
    staff = account and (
        account.is_administrator or Membership.objects.filter(person=assignee).exists()
    )
    if not account or not account.is_active or not staff:
        raise NotAllowed(
            _("%(name)s does not work at this desk any more.") % {"name": assignee.name}
        )


def ensure_open(ticket: Ticket) -> None:
    """A closed ticket is only reopened, not worked on."""
    if ticket.phase == Phase.CLOSED:
        raise NotAllowed(_("This ticket is closed. Reopen it first."))


def ensure_may_configure(actor: Actor) -> None:
    """How the desk works is the administrator's to say."""
    if not actor.is_administrator:
        raise NotAllowed(_("Only an administrator can change how the desk works."))
