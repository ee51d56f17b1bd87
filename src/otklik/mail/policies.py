"""Who may look after letters: administrators, and those who lead the mailbox's department."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, NotFound
from otklik.mail.models import Letter, Mailbox, Outgoing, Sender, Template
from otklik.people.models import Actor
from otklik.people.policies import ensure_administrator
from otklik.tickets.models import Ticket
from otklik.tickets.policies import find_ticket_numbered, lock_ticket, works_on


def may_tend_letters(actor: Actor) -> bool:
    """Say whether the actor looks after the letters of any mailbox."""
    return actor.is_administrator or bool(actor.led_departments)


def ensure_may_tend_letters(actor: Actor) -> None:
    """Others do not learn that there is such a page. Raises NotFound."""
    if not may_tend_letters(actor):
        raise NotFound


def tended_letters(actor: Actor) -> QuerySet[Letter]:
    """Return the letters of the mailboxes that the actor looks after."""
    if actor.is_administrator:
        return Letter.objects.all()
    return Letter.objects.filter(mailbox__department__in=actor.led_departments)


def find_letter(actor: Actor, letter_id: int) -> Letter:
    """Return a letter that the actor looks after, or that became part of a ticket they work on.

    Raises NotFound.
    """
    rows = Letter.objects.select_related("mailbox__department", "ticket", "apart", "decided_by")
    letter = rows.filter(pk=letter_id).first()
    if letter is None or not _may_read(actor, letter):
        raise NotFound(_("There is no such letter, or it is not yours to see."))
    return letter


def _may_read(actor: Actor, letter: Letter) -> bool:
    if may_tend(actor, letter):
        return True
    return any(one is not None and works_on(actor, one) for one in (letter.ticket, letter.apart))


def may_tend(actor: Actor, letter: Letter) -> bool:
    return actor.leads(letter.mailbox.department_id)


def lock_tended(actor: Actor, letter_id: int, *, state: Letter.State) -> Letter:
    """Return a letter that the actor looks after, held, while it is in a state.

    Raises NotFound, and Conflict when somebody settled it meanwhile.
    """
    rows = tended_letters(actor).select_for_update(of=("self",))
    letter = rows.select_related("mailbox__department", "ticket").filter(pk=letter_id).first()
    if letter is None:
        raise NotFound(_("There is no such letter, or it is not yours to see."))
    if letter.state != state:
        raise Conflict(_("Somebody has settled this letter meanwhile."))
    return letter


def may_judge(ticket: Ticket) -> bool:
    """Say whether whoever works on a ticket may call it spam: one that came by mail."""
    return ticket.source == Ticket.Source.EMAIL


def lock_judged(actor: Actor, number: str) -> tuple[Ticket, Letter]:
    """Return a ticket that the actor works on, and the letter that opened it, both held.

    Raises NotFound, also where no letter did.
    """
    ticket = lock_ticket(actor, find_ticket_numbered(actor, number).pk)
    opened = (Letter.Outcome.TICKET, Letter.Outcome.SPAM)
    rows = Letter.objects.select_for_update().filter(outcome__in=opened)
    theirs = Q(apart=ticket.pk) | Q(ticket=ticket.pk, apart=None)
    letter = rows.filter(theirs).order_by("pk").first()
    if letter is None:
        raise NotFound(_("No letter opened this ticket."))
    return ticket, letter


def lock_forward(actor: Actor, number: str) -> tuple[Ticket, Letter]:
    """Return a ticket that the actor works on, and the letter that opened it and passes on another.

    Both held. Raises NotFound.
    """
    ticket = lock_ticket(actor, find_ticket_numbered(actor, number).pk)
    letter = forwards_of(ticket.pk).select_for_update(of=("self",)).first()
    if letter is None:
        raise _passes_on_nothing()
    return ticket, letter


def find_forward(actor: Actor, number: str) -> tuple[Ticket, Letter]:
    """Return the same to look at. Raises NotFound."""
    ticket = find_ticket_numbered(actor, number)
    letter = forwards_of(ticket.pk).first()
    if letter is None:
        raise _passes_on_nothing()
    return ticket, letter


def forwards_of(ticket_id: int) -> QuerySet[Letter]:
    """Return the letter that opened a ticket and passes on another one, if it does."""
    rows = Letter.objects.select_related("mailbox__department", "apart")
    rows = rows.filter(ticket=ticket_id, outcome=Letter.Outcome.TICKET, is_forward=True)
    return rows.exclude(mailbox__forwarded=Mailbox.Forwarded.KEPT).order_by("pk")


def _passes_on_nothing() -> NotFound:
    return NotFound(_("No letter that passes on another one opened this ticket."))


def find_mailbox(actor: Actor, mailbox_id: int) -> Mailbox:
    """Return a mailbox as those who set up the desk see it. Raises NotAllowed, NotFound."""
    return _mailbox(actor, Mailbox.objects.all(), mailbox_id)


def lock_mailbox(actor: Actor, mailbox_id: int) -> Mailbox:
    """Return a mailbox, held until the transaction ends. Raises NotAllowed, NotFound."""
    return _mailbox(actor, Mailbox.objects.select_for_update(of=("self",)), mailbox_id)


def _mailbox(actor: Actor, rows: QuerySet[Mailbox], mailbox_id: int) -> Mailbox:
    ensure_administrator(actor)
    found = rows.select_related("department").filter(pk=mailbox_id).first()
    if found is None:
        raise NotFound(_("There is no such mailbox."))
    return found


def tended_outgoing(actor: Actor) -> QuerySet[Outgoing]:
    """Return the letters that go and that the actor looks after: all, or of those they lead."""
    if actor.is_administrator:
        return Outgoing.objects.all()
    return Outgoing.objects.filter(ticket__department__in=actor.led_departments)


def may_send_again(actor: Actor, letter: Outgoing) -> bool:
    """Let whoever works on its ticket send a letter again; the desk's own, administrators."""
    return actor.is_administrator or (letter.ticket is not None and works_on(actor, letter.ticket))


def find_outgoing(actor: Actor, letter_id: int) -> Outgoing:
    """Return a letter that goes, to who may send it again. Raises NotFound."""
    return _outgoing(actor, Outgoing.objects.all(), letter_id)


def lock_outgoing(actor: Actor, letter_id: int) -> Outgoing:
    """Return a letter that the actor may send again, held. Raises NotFound."""
    return _outgoing(actor, Outgoing.objects.select_for_update(of=("self",)), letter_id)


def _outgoing(actor: Actor, rows: QuerySet[Outgoing], letter_id: int) -> Outgoing:
    letter = rows.select_related("ticket").filter(pk=letter_id).first()
    if letter is None or not may_send_again(actor, letter):
        raise NotFound(_("There is no such letter, or it is not yours to see."))
    return letter


def find_sender(actor: Actor, sender_id: int, *, held: bool = False) -> Sender:
    """Return a sender for the administrator. Raises NotAllowed, NotFound."""
    ensure_administrator(actor)
    rows = Sender.objects.select_for_update(of=("self",)) if held else Sender.objects.all()
    sender = rows.filter(pk=sender_id).first()
    if sender is None:
        raise NotFound
    return sender


def hold_template(actor: Actor, kind: str, language: str, department_id: int | None) -> None:
    """Hold the desk's own words of a letter, if it has any, until the transaction ends.

    Raises NotAllowed.
    """
    ensure_administrator(actor)
    rows = Template.objects.filter(kind=kind, language=language, department=department_id)
    list(rows.select_for_update())
