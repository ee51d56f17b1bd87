"""Letters that are to go, put into the outbox by the very transaction that causes them."""

import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from otklik.core import clock
from otklik.core.configuration import stamp_as_asked
from otklik.core.events import publish
from otklik.core.offered import spoken_to
from otklik.core.prepared import Prepared
from otklik.mail import reply_tokens
from otklik.mail.actions.quiet import is_quiet
from otklik.mail.events import LetterPut
from otklik.mail.models import Letter, Outgoing, Sender
from otklik.mail.selectors.senders import writes_letters
from otklik.mail.selectors.templates import template_kind, wording_of
from otklik.mail.selectors.wanted import is_unwanted
from otklik.people.models import EmailAddress, Person
from otklik.tickets.events import MessageAdded, StatusChanged, TicketEvent, TicketOpened
from otklik.tickets.models import Copied, Ticket

AUTOMATIC: Final = (Outgoing.Kind.RECEIPT, Outgoing.Kind.STATUS)
TOLD_OF: Final = ("pending", "progress", "resolved", "closed")
"""Phases of which customers are told; the same words name their templates."""
MOST_AUTOMATIC_A_DAY: Final = 10
MOST_RECEIPTS_AN_HOUR: Final = 2
"""So that two desks which answer each other end, and a form floods nobody."""
_ACTIVE: Final = Prepared(lambda: Sender.objects.filter(is_active=True))


@transaction.atomic(savepoint=False)  # with what causes it, or not at all
def put_reply(*, event: MessageAdded) -> list[Outgoing]:
    """Put a public reply into the outbox, for who asked and who was confirmed to get copies.

    Nobody is written to by themselves.
    """
    senders = {} if event.from_customer else _senders_now()
    if not senders:
        return []
    ticket = _ticket(event)
    sender = senders.get(ticket.department_id) or senders.get(None)
    told = [(ticket.requester_id, address_of(ticket.requester))]
    copied = Copied.objects.filter(ticket=ticket, state=Copied.State.CONFIRMED)
    told += [(one.person_id or 0, one.address) for one in copied]
    put = (
        _insert(_about(sender, Outgoing.Kind.REPLY, f"message:{event.message_id}", ticket, to))
        for to in told
        if sender and to[1] not in {"", sender.address} and to[0] != event.actor_id
    )
    return [one for one in put if one]


@transaction.atomic(savepoint=False)
def put_receipt(*, event: TicketOpened) -> Outgoing | None:
    """Put the receipt of a new ticket into the outbox, unless that would be one too many."""
    return _put(Outgoing.Kind.RECEIPT, f"opened:{event.ticket_id}", event)


@transaction.atomic(savepoint=False)
def put_status(*, event: StatusChanged) -> Outgoing | None:
    """Put news of a status into the outbox; a reply by the same press tells it itself."""
    is_own = event.actor_id == event.requester_id
    if event.new_phase not in TOLD_OF or event.message_id is not None or is_own:
        return None
    cause = f"status:{event.ticket_id}:{event.version}:{event.new_phase}"
    return _put(Outgoing.Kind.STATUS, cause, event)


def put_desk_letter(*, cause: str, to: str, subject: str, text: str) -> Outgoing | None:
    """Put a letter of the desk itself into the outbox; None where no server takes letters."""
    sender = sender_for(None)
    if sender is None:
        return None
    return _insert(
        Outgoing(
            kind=Outgoing.Kind.DESK,
            cause=cause,
            recipient=to,
            sender=sender,
            header_id=_header_id(sender),
            subject=subject,
            words=text,
        )
    )


@transaction.atomic(savepoint=False)
def put_notice(*, person: Person, cause: str, subject: str, text: str) -> Outgoing | None:
    """Put news for who works here into the outbox, from the sender for all if there is one.

    None where no server takes letters, the person has no address, or wants none there.
    """
    senders = _senders_now()
    sender = senders.get(None) or next(iter(senders.values()), None)
    address = address_of(person)
    if sender is None or address in {"", sender.address} or is_unwanted(address):
        return None
    return _insert(
        Outgoing(
            kind=Outgoing.Kind.NOTICE,
            cause=cause,
            recipient=address,
            person=person,
            sender=sender,
            header_id=_header_id(sender),
            subject=subject,
            words=text,
        )
    )


def take_back_notices(*, person_id: int) -> list[str]:
    """Remove a person's news that did not leave yet; return their causes. Safe to repeat."""
    states = (Outgoing.State.WAITING, Outgoing.State.DELAYED)  # of no other can that be said
    rows = Outgoing.objects.select_for_update(skip_locked=True)
    rows = rows.filter(kind=Outgoing.Kind.NOTICE, person=person_id, state__in=states)
    found = dict(rows.values_list("pk", "cause"))
    Outgoing.objects.filter(pk__in=found).delete()
    return list(found.values())


def put_test_letter(*, sender: Sender, cause: str, to: str, subject: str, text: str) -> Outgoing:
    """Put a letter into the outbox that shows its reader how one looks."""
    letter = _insert(
        Outgoing(
            kind=Outgoing.Kind.TEST,
            cause=cause,
            recipient=to,
            sender=sender,
            header_id=_header_id(sender),
            subject=subject,
            words=text,
        )
    )
    assert letter is not None  # noqa: S101  # its cause is new
    return letter


def sender_for(department_id: int | None) -> Sender | None:
    """Return by which server a department writes: its own, or the one for all."""
    senders = _senders()
    return senders.get(department_id) or senders.get(None)


def may_answer_automatically(*, address: str, ticket_id: int | None = None) -> bool:
    """Tell whether the budget of an address has room for one more letter that no person wrote.

    Never for a ticket that a machine's letter opened or that is spam, nor while a letter is taken
    in that asks for it.
    """
    if is_quiet():
        return False
    if ticket_id and _is_unanswered(ticket_id):
        return False
    now = clock.now()
    before = Outgoing.objects.filter(recipient=address, kind__in=AUTOMATIC)
    today = before.filter(created_at__gt=now - timedelta(days=1))
    lately = today.filter(created_at__gt=now - timedelta(hours=1), kind=Outgoing.Kind.RECEIPT)
    return today.count() < MOST_AUTOMATIC_A_DAY and lately.count() < MOST_RECEIPTS_AN_HOUR


def _is_unanswered(ticket_id: int) -> bool:
    of_people = Q(outcome="ticket", automatic__in=["", "list"])
    opened = Letter.objects.filter(ticket=ticket_id, outcome__in=["ticket", "spam"])
    return opened.exclude(of_people).exists()


def address_of(person: Person) -> str:
    """Return where a person has their letters, or "" for nowhere."""
    rows = EmailAddress.objects.filter(person=person)
    return rows.values_list("address", flat=True).first() or ""


def _put(kind: Outgoing.Kind, cause: str, event: TicketEvent) -> Outgoing | None:
    """Put a letter that no person wrote into the outbox, if it may go."""
    senders = _senders_now()
    if not senders:
        return None
    ticket = _ticket(event)
    sender = senders.get(ticket.department_id) or senders.get(None)
    address = address_of(ticket.requester)
    if sender is None or address in {"", sender.address}:
        return None
    if not _may_tell(kind, cause, ticket, address):
        return None
    return _insert(_about(sender, kind, cause, ticket, (ticket.requester_id, address)))


def _ticket(event: TicketEvent) -> Ticket:
    return Ticket.objects.select_related("requester", "department").get(pk=event.ticket_id)


def _about(
    sender: Sender, kind: Outgoing.Kind, cause: str, ticket: Ticket, to: tuple[int, str]
) -> Outgoing:
    """Make a letter about a ticket for a person at an address."""
    person_id, address = to
    token = reply_tokens.make(reply_tokens.Kind.REPLY, ticket.pk, person_id)
    is_reply = kind == Outgoing.Kind.REPLY
    return Outgoing(
        kind=kind,
        cause=cause,
        recipient=address,
        person_id=person_id,
        ticket=ticket,
        message_id=int(cause.rpartition(":")[2]) if is_reply else None,
        sender=sender,
        header_id=_header_id(sender, token),
    )


def _senders_now() -> dict[int | None, Sender]:
    """Ask nothing where the desk writes no letters: most do not before mail is set up."""
    stamp = stamp_as_asked()
    return _senders() if stamp is None or writes_letters(stamp) else {}


def _senders() -> dict[int | None, Sender]:
    return {one.department_id: one for one in _ACTIVE.rows()}


def _may_tell(kind: Outgoing.Kind, cause: str, ticket: Ticket, address: str) -> bool:
    language = spoken_to(ticket.requester.language)
    said = wording_of(template_kind(kind, cause), language, ticket.department)
    if not said.is_sent or is_unwanted(address):
        return False
    return may_answer_automatically(address=address, ticket_id=ticket.pk)


def _insert(letter: Outgoing) -> Outgoing | None:
    """Keep a letter unless its cause has sent it there before; tell that it waits."""
    letter.next_at = letter.created_at = letter.changed_at = clock.now()
    made = Outgoing.objects.bulk_create([letter], ignore_conflicts=True)
    known = Outgoing.objects.filter(cause=letter.cause, recipient=letter.recipient).first()
    if known is None or known.header_id != made[0].header_id:
        return None
    publish(LetterPut(letter_id=known.pk, sender_id=known.sender_id))
    return known


def _header_id(sender: Sender, token: str = "") -> str:
    chance = secrets.token_hex(16)
    domain = sender.address.rpartition("@")[2]
    return f"<{token}.{chance}@{domain}>" if token else f"<{chance}@{domain}>"
