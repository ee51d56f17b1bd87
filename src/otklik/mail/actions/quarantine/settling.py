"""A letter in quarantine, settled by a person: a ticket, part of one, spam, or dropped."""

from dataclasses import replace
from functools import partial

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid
from otklik.core.letters import Letter as ReadLetter
from otklik.core.letters.verdicts import Standing
from otklik.mail.actions.intake.belonging import By, Thread
from otklik.mail.actions.intake.deciding import Case, Decision, Deed
from otklik.mail.actions.intake.quarantining import quarantine
from otklik.mail.actions.intake.reading import read_kept
from otklik.mail.actions.intake.settling import (
    act,
    as_from,
    case_of,
    keep_outcome,
    wants_quiet,
)
from otklik.mail.actions.quiet import quietly
from otklik.mail.actions.spam import BY_HAND, learn, unlearn
from otklik.mail.models import Letter
from otklik.mail.policies import lock_tended
from otklik.mail.selectors.mailboxes import surroundings
from otklik.mail.selectors.raw import raw_of
from otklik.people.models import Actor
from otklik.tickets.models import Note, Ticket
from otklik.tickets.policies import find_ticket_numbered, gets_copies


@transaction.atomic
def open_from_letter(*, actor: Actor, letter_id: int, requester: str = "") -> Letter:
    """Make a ticket of a letter; `requester` is who asks, where the letter does not say.

    The filter learns that it is no spam, as with `join_letter`.
    Publishes what a new ticket does. Raises NotFound, Conflict when it was settled, Invalid.
    """
    row = lock_tended(actor, letter_id, state=Letter.State.QUARANTINED)
    said = read_kept(row.pk)
    case = replace(_case(row, _named(said, requester)), thread=None)
    settled = _settle(actor, row, case, Decision(Deed.OPEN))
    learn(actor=actor, row=row, read=said, is_spam=False)
    return settled


@transaction.atomic
def join_letter(*, actor: Actor, letter_id: int, number: str, requester: str = "") -> Letter:
    """Make a letter part of a ticket that the actor works on.

    Whoever has a part in the ticket has said it in public, for the actor answers for them;
    anybody else's words are a note. Raises NotFound, Conflict, Invalid, and NotAllowed where a
    closed ticket cannot be reopened.
    """
    row = lock_tended(actor, letter_id, state=Letter.State.QUARANTINED)
    ticket = find_ticket_numbered(actor, number.strip())
    said = read_kept(row.pk)
    case = replace(_case(row, _named(said, requester)), thread=Thread(ticket, By.NUMBER))
    settled = _settle(actor, row, case, _vouched(case, ticket))
    learn(actor=actor, row=row, read=said, is_spam=False)
    return settled


@transaction.atomic
def drop_letter(*, actor: Actor, letter_id: int) -> Letter:
    """Do nothing with a letter; it stays in the mail log and can be asked about again.

    Teaches the filter nothing. Raises NotFound, Conflict.
    """
    row = lock_tended(actor, letter_id, state=Letter.State.QUARANTINED)
    return _ended(actor, row, Letter.Outcome.DROPPED)


@transaction.atomic
def call_spam(*, actor: Actor, letter_id: int) -> Letter:
    """Do nothing with a letter, for it is spam, as the filter learns. Raises NotFound, Conflict."""
    row = lock_tended(actor, letter_id, state=Letter.State.QUARANTINED)
    _ended(actor, row, Letter.Outcome.SPAM)
    learn(actor=actor, row=row, read=read_kept(row.pk), is_spam=True)
    return row


@transaction.atomic
def ask_again(*, actor: Actor, letter_id: int) -> Letter:
    """Put a letter back into quarantine that was dropped, or taken for spam or a machine's.

    The filter forgets what that taught. Raises NotFound, Invalid for one that became part of a
    ticket, and Conflict.
    """
    row = lock_tended(actor, letter_id, state=Letter.State.DONE)
    is_nothing = row.outcome == Letter.Outcome.SPAM and row.message_id is None
    if not is_nothing and row.outcome not in {Letter.Outcome.DROPPED, Letter.Outcome.MACHINE}:
        raise Invalid(_("What became part of a ticket stays there."))
    row.outcome, row.done_at, row.decided_by = Letter.Outcome.NONE, None, None
    row.ticket, row.state = None, Letter.State.QUARANTINED
    row.save(update_fields=["outcome", "done_at", "decided_by", "ticket", "state"])
    quarantine(row, BY_HAND, read_kept(row.pk))
    unlearn(letter_id=row.pk)
    return row


def _ended(actor: Actor, row: Letter, outcome: Letter.Outcome) -> Letter:
    row.state, row.outcome, row.reason = Letter.State.DONE, outcome, BY_HAND
    row.done_at, row.decided_by_id = clock.now(), actor.person_id
    row.save(update_fields=["state", "outcome", "reason", "done_at", "decided_by"])
    return row


def _case(row: Letter, read: ReadLetter) -> Case:
    return case_of(row, read, Standing(row.verdict.get("standing", Standing.NONE)), surroundings())


def _named(read: ReadLetter, requester: str) -> ReadLetter:
    """Return a letter as from whom the actor says that it is."""
    if read.sender is None and not requester.strip():
        why = _("The letter does not say who wrote it. Enter the address of who asks.")
        raise Invalid(fields={"requester": why})
    return as_from(read, requester)


def _vouched(case: Case, ticket: Ticket) -> Decision:
    sender = case.sender
    if sender and sender.pk == ticket.requester_id:
        return Decision(Deed.REPLY)
    if sender and gets_copies(sender.pk, ticket.pk) and ticket.is_open:
        return Decision(Deed.REPLY_AS_COPIED)
    return Decision(Deed.OUTSIDERS_NOTE, voice=Note.Voice.STRANGER)


def _settle(actor: Actor, row: Letter, case: Case, decision: Decision) -> Letter:
    quiet = quietly(is_quiet=wants_quiet(case))
    with translation.override(row.mailbox.language), quiet:
        became = act(row, partial(raw_of, row.pk), case, decision)
    row.decided_by_id = actor.person_id
    keep_outcome(row, case.read, became)
    return row
