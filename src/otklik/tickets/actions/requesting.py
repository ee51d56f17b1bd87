"""What a customer does with their own ticket."""

from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid, NotAllowed
from otklik.core.richtext import clean_html
from otklik.core.text import clean_text
from otklik.people.models import Actor
from otklik.tickets.actions.moving import customer_way, enter_status
from otklik.tickets.actions.recording import Fact, Kind, keep, record, tell
from otklik.tickets.actions.repeating import Deed, done_before, keep_done
from otklik.tickets.actions.talking import Words, add_message, press_of
from otklik.tickets.events import TicketRated
from otklik.tickets.models import Message, Phase, Rating, Ticket
from otklik.tickets.policies import ensure_requester, lock_copied, lock_request

LONGEST_COMMENT = 2000
STARS = range(1, 6)
THOUGHTS = ("solution", "service", "comment", "suggestion")
WORKED_ON = (Phase.REOPENED, Phase.PROGRESS, Phase.NEW)  # where a rejected solution leads


class Thought(TypedDict, total=False):
    """A part of a rating; a key left out is left as it is."""

    solution: int
    service: int | None
    comment: str
    suggestion: str


@transaction.atomic
def reply_to_desk(*, actor: Actor, ticket_id: int, words: Words) -> Message:
    """Add a customer's message; a ticket that waited for them goes on, a closed one reopens.

    Safe to repeat with the same `words.once`. Publishes MessageAdded. Raises NotFound,
    SentBefore, NotAllowed when the flow does not let it reopen, Invalid.
    """
    return _reply(actor, lock_request(actor, ticket_id), words)


@transaction.atomic
def reply_as_copied(*, actor: Actor, ticket_id: int, words: Words) -> Message:
    """Add a message of somebody who gets copies; a ticket that waited goes on.

    Otherwise as `reply_to_desk`; only who asked reopens what is closed. Raises NotFound also
    for somebody who gets none.
    """
    return _reply(actor, lock_copied(actor, ticket_id), words)


def _reply(actor: Actor, ticket: Ticket, words: Words) -> Message:
    press = press_of(actor, ticket, Deed.MESSAGE, words)
    if kept := done_before(press):
        return Message.objects.get(pk=kept)
    way = None
    if ticket.phase == Phase.CLOSED:
        ensure_requester(actor, ticket)
        way = customer_way(ticket, Phase.REOPENED, Phase.NEW, Phase.PROGRESS)
        if way is None:
            raise NotAllowed(_("This request is closed. Please open a new one."))
    elif ticket.phase == Phase.PENDING:
        way = customer_way(ticket, Phase.PROGRESS, Phase.ASSIGNED, Phase.NEW, Phase.REOPENED)
    message = add_message(actor, ticket, words, side=Message.Side.CUSTOMER)
    if way is not None:
        enter_status(actor, ticket, way.target, message_id=message.pk)
    keep_done(press, message.pk)
    return message


@transaction.atomic
def confirm_solution(*, actor: Actor, ticket_id: int, target_id: int | None = None) -> Ticket:
    """Say that it is solved; the ticket closes. Confirming a closed one does nothing.

    `target_id` is the status to close it in, where the customer chose one.
    Publishes StatusChanged. Raises NotFound, NotAllowed, Conflict when it is not resolved.
    """
    ticket = lock_request(actor, ticket_id)
    ensure_requester(actor, ticket)
    if ticket.phase == Phase.CLOSED and target_id in (None, ticket.status_id):
        return ticket
    if ticket.phase != Phase.RESOLVED:
        raise Conflict(_("This request is being worked on again."))
    return _go(actor, ticket, Phase.CLOSED, target_id=target_id)


@transaction.atomic
def reject_solution(
    *, actor: Actor, ticket_id: int, words: Words, target_id: int | None = None
) -> Ticket:
    """Say that it is not solved, and why; the ticket is worked on again.

    `target_id` is the status to send it to, where the customer chose one.
    Publishes MessageAdded and StatusChanged. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    ticket = lock_request(actor, ticket_id)
    ensure_requester(actor, ticket)
    if ticket.phase not in (Phase.RESOLVED, Phase.CLOSED):
        if _said_just_now(actor, ticket, words):
            return ticket
        if ticket.phase == Phase.REOPENED:
            raise Conflict(_("This request is being worked on again."))
        raise Conflict(_("This request is being worked on already."))
    message = add_message(actor, ticket, words, side=Message.Side.CUSTOMER)
    return _go(actor, ticket, *WORKED_ON, target_id=target_id, message_id=message.pk)


def _said_just_now(actor: Actor, ticket: Ticket, words: Words) -> bool:
    last = Message.objects.filter(ticket=ticket.pk).order_by("-pk").first()
    same = last is not None and last.body == str(clean_html(words.body))
    return same and last is not None and last.author_id == actor.person_id


@transaction.atomic
def close_request(*, actor: Actor, ticket_id: int, target_id: int | None = None) -> Ticket:
    """Close a request that is not needed any more. Closing a closed one does nothing.

    `target_id` is the status to close it in, where the customer chose one.
    Publishes StatusChanged. Raises NotFound, NotAllowed when the flow has no such way.
    """
    ticket = lock_request(actor, ticket_id)
    ensure_requester(actor, ticket)
    if ticket.phase == Phase.CLOSED and target_id in (None, ticket.status_id):
        return ticket
    return _go(actor, ticket, Phase.CLOSED, target_id=target_id)


def _go(
    actor: Actor, ticket: Ticket, *phases: str, target_id: int | None = None, **said: int
) -> Ticket:
    way = customer_way(ticket, *phases, target_id=target_id)
    if way is None:
        raise NotAllowed(_("From “%s” there is no such step.") % ticket.status.label)
    enter_status(actor, ticket, way.target, **said)
    return ticket


@transaction.atomic
def rate_ticket(*, actor: Actor, ticket_id: int, rating: Rating) -> Rating:
    """Keep what the customer thought of the solution and the work; a second time replaces it.

    The same again does nothing. Takes an unsaved Rating. Publishes TicketRated. Raises NotFound,
    NotAllowed, Conflict before there is a solution, Invalid.
    """
    ticket = _lock_rated(actor, ticket_id)
    return _keep_rating(actor, ticket, rating)


@transaction.atomic
def add_to_rating(*, actor: Actor, ticket_id: int, thought: Thought) -> Rating:
    """Keep one more thing that the customer thought; what they said before stays.

    Otherwise as `rate_ticket`. The first thing must be the mark of the solution.
    """
    ticket = _lock_rated(actor, ticket_id)
    before = Rating.objects.filter(ticket=ticket).first()
    said = {}
    if before is not None and before.is_of_present_solution(ticket):
        said = {name: getattr(before, name) for name in THOUGHTS}
    return _keep_rating(actor, ticket, Rating(**({"solution": 0} | said | thought)))


def _lock_rated(actor: Actor, ticket_id: int) -> Ticket:
    ticket = lock_request(actor, ticket_id)
    ensure_requester(actor, ticket)
    if ticket.phase not in (Phase.RESOLVED, Phase.CLOSED):
        raise Conflict(_("It can be rated when there is a solution."))
    return ticket


def _keep_rating(actor: Actor, ticket: Ticket, rating: Rating) -> Rating:
    marks = {"solution": rating.solution, "service": rating.service}
    wrong = [name for name, mark in marks.items() if mark is not None and mark not in STARS]
    if wrong:
        raise Invalid(fields=dict.fromkeys(wrong, _("Choose one to five.")))
    thought = {
        "solution": rating.solution,
        "service": rating.service,
        "comment": clean_text(rating.comment)[:LONGEST_COMMENT],
        "suggestion": clean_text(rating.suggestion)[:LONGEST_COMMENT],
    }
    before = Rating.objects.filter(ticket=ticket).first()
    is_same = before and all(getattr(before, name) == value for name, value in thought.items())
    if before and is_same and before.is_of_present_solution(ticket):
        return before
    who = {"rater_id": actor.person_id, "agent_id": ticket.assignee_id, "created_at": clock.now()}
    kept, _created = Rating.objects.update_or_create(ticket=ticket, defaults=thought | who)
    keep(ticket)
    old = before.solution if before else None
    record(actor, ticket, Fact(kind=Kind.RATED, old=old, new=kept.solution))
    tell(TicketRated, actor, ticket, solution=kept.solution)
    return kept
