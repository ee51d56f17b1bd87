"""What somebody may answer who holds the token of a letter that we sent them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.core.errors import NotFound
from otklik.mail import reply_tokens
from otklik.people.models import Actor, Person
from otklik.people.policies import writer
from otklik.tickets.models import Phase, Rating, Ticket
from otklik.tickets.policies import customer_moves


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A ticket as far as its page of answers shows it."""

    ticket: Ticket
    may_confirm: bool
    may_reject: bool
    may_rate: bool
    rating: Rating | None


def answered_by(token: str) -> tuple[Actor, Answered]:
    """Return who answers, with no right beyond their own request, and what they may answer.

    Raises NotFound for any word that this desk has not made, and once another person asks.
    """
    held = reply_tokens.read(token)
    if held is None or held.kind != reply_tokens.Kind.RATING:
        raise _gone()
    person = Person.objects.filter(pk=held.holder_id).first()
    ticket = Ticket.objects.select_related("status").filter(pk=held.ticket_id).first()
    if person is None or ticket is None or ticket.requester_id != person.pk:
        raise _gone()
    ways = {way.target.phase for way in customer_moves(ticket)}
    is_resolved = ticket.phase == Phase.RESOLVED
    rating = Rating.objects.filter(ticket=ticket).first()
    is_present = rating is not None and rating.is_of_present_solution(ticket)
    answered = Answered(
        ticket=ticket,
        may_confirm=is_resolved and Phase.CLOSED in ways,
        may_reject=ticket.phase in {Phase.RESOLVED, Phase.CLOSED} and bool(ways - {Phase.CLOSED}),
        may_rate=ticket.phase in {Phase.RESOLVED, Phase.CLOSED},
        rating=rating if is_present else None,
    )
    return writer(person), answered


def _gone() -> NotFound:
    return NotFound(_("This link is not one of ours, or the request is not yours any more."))
