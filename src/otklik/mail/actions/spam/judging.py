"""A ticket that a letter opened, called spam by a colleague, and taken back."""

from typing import Final

from django.db import transaction

from otklik.mail.actions.intake.reading import read_kept
from otklik.mail.actions.quiet import quietly
from otklik.mail.actions.spam.learning import learn
from otklik.mail.models import Letter, SpamLesson
from otklik.mail.policies import lock_judged
from otklik.people.models import Actor
from otklik.tickets.actions import shelve_ticket, unshelve_ticket
from otklik.tickets.models import Ticket

TAG: Final = "spam"
BY_HAND: Final = "by-hand"


@transaction.atomic
def call_ticket_spam(*, actor: Actor, number: str) -> Ticket:
    """Close a ticket as spam, without a letter to who wrote it; the filter learns it.

    Nothing is removed; again changes nothing but what was undone by hand. Raises NotFound.
    """
    ticket, row = lock_judged(actor, number)
    with quietly(is_quiet=True):
        before = shelve_ticket(actor=actor, ticket_id=ticket.pk, tag=TAG)
    lesson = _judge(actor, row, is_spam=True)
    if before is not None:
        lesson.status_before = before
        lesson.save(update_fields=["status_before"])
    return ticket


@transaction.atomic
def call_ticket_no_spam(*, actor: Actor, number: str) -> Ticket:
    """Bring back a ticket that was called spam; the filter learns that its letter is none.

    Again changes nothing. Raises NotFound.
    """
    ticket, row = lock_judged(actor, number)
    spam = SpamLesson.objects.select_related("status_before").filter(pk=row.pk, is_spam=True)
    before = next((one.status_before for one in spam), None)
    # still spam while it moves, so no letter tells of that (`outbox.may_answer_automatically`)
    unshelve_ticket(actor=actor, ticket_id=ticket.pk, tag=TAG, back_to=before)
    _judge(actor, row, is_spam=False)
    return ticket


def _judge(actor: Actor, row: Letter, *, is_spam: bool) -> SpamLesson:
    row.outcome = Letter.Outcome.SPAM if is_spam else Letter.Outcome.TICKET
    row.reason, row.decided_by_id = BY_HAND if is_spam else "", actor.person_id
    row.save(update_fields=["outcome", "reason", "decided_by"])
    return learn(actor=actor, row=row, read=read_kept(row.pk), is_spam=is_spam)
