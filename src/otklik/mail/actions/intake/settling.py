"""A letter that was read, brought to its one outcome, in the transaction of its caller."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.configuration import stamp_as_asked
from otklik.core.errors import DomainError, Invalid
from otklik.core.letters import Automatic, Quarantine
from otklik.core.letters import Letter as ReadLetter
from otklik.core.letters import Mailbox as Sender
from otklik.core.letters.verdicts import Result, Standing, Verdict, standing_of, verdict_of
from otklik.core.together import save_prepared
from otklik.mail.actions.intake.belonging import Thread, thread_of
from otklik.mail.actions.intake.deciding import Case, Decision, Deed, decide
from otklik.mail.actions.intake.parting import halves_in_words, note_of
from otklik.mail.actions.intake.quarantining import READ, Why, keep_read, quarantine
from otklik.mail.actions.intake.reporting import Came, take_report
from otklik.mail.actions.intake.suspecting import suspect
from otklik.mail.actions.intake.wording import subject_of, words_of
from otklik.mail.actions.outbox.reporting import note_answered
from otklik.mail.actions.quiet import quietly
from otklik.mail.models import Letter
from otklik.mail.selectors.mailboxes import Surroundings
from otklik.mail.selectors.rules import treatment_of
from otklik.people.actions import person_at, register_requester
from otklik.people.models import Actor, Person
from otklik.people.models.contact import canonical_email
from otklik.people.policies import writer
from otklik.tickets.actions import (
    NewTicket,
    Words,
    confirm_copy,
    keep_outsiders_words,
    link_follow_up,
    open_with_message,
    propose_copies,
    reply_as_copied,
    reply_to_desk,
    write_internal_note,
)
from otklik.tickets.models import Message, Note, Ticket
from otklik.tickets.selectors.known import known_configuration

LONGEST_NAME: Final = 200
_DOUBTS: Final = frozenset({"name-holds-address", "confusable-name", "confusable-address"})


@dataclass(frozen=True, kw_only=True)
class Became:
    """What a letter has become."""

    outcome: Letter.Outcome
    ticket: Ticket
    message: Message | None = None
    note: Note | None = None


class NotTaken(Exception):
    """The desk refused what a letter was to become; the transaction is to be undone."""

    def __init__(self, words: str, hint: str) -> None:
        super().__init__(words)
        self.words, self.hint = words, hint


def settle(row: Letter, raw: Callable[[], bytes], read: ReadLetter, around: Surroundings) -> None:
    """Decide what a waiting letter becomes, do it, and note it on its row. Raises NotTaken."""
    with translation.override(row.mailbox.language):
        case = _judged(row, read, around)
        decision = suspect(row, case, decide(case), around)
        match decision.deed:
            case Deed.ASK:
                hint = case.thread.ticket.number if case.thread else ""
                quarantine(row, decision.why, read, hint=hint)
            case Deed.FILE:
                _file(row, read, case.thread, decision)
                came = Came(row.envelope_from, row.envelope_to, case.standing)
                take_report(read, raw, came)
            case Deed.DROP:
                _file(row, read, None, decision)
            case _:
                _do(row, raw, case, decision)


def refuse(row: Letter, read: ReadLetter, refused: NotTaken, around: Surroundings) -> None:
    """Put a letter that the desk did not take where a person looks at it, with the desk's words."""
    _judged(row, read, around)
    quarantine(row, Why.NOT_TAKEN, read, refusal=refused.words, hint=refused.hint)


def _judged(row: Letter, read: ReadLetter, around: Surroundings) -> Case:
    verdict = verdict_for(row, read)
    row.verdict = asdict(verdict)
    return case_of(row, read, verdict.standing, around)


def verdict_for(row: Letter, read: ReadLetter) -> Verdict:
    """Return what is known of the sender: found out as it was received, or told by its server."""
    sender = read.sender.key if read.sender else ""
    if row.verdict.get("results"):
        results = tuple(Result(**one) for one in row.verdict["results"])
        return Verdict(standing_of(results, sender.rpartition("@")[2]), results)
    if row.handed_by:
        return Verdict(Standing.ERROR)  # nothing could be found out in time
    return verdict_of(read.authentication, row.mailbox.authserv_id, sender)


def case_of(row: Letter, read: ReadLetter, standing: Standing, around: Surroundings) -> Case:
    """Gather what a decision hangs on."""
    sender = known_writer(read)
    return Case(
        read=read,
        mailbox=row.mailbox,
        standing=standing,
        thread=thread_of(read, row.envelope_to),
        sender=sender,
        own_addresses=around.own_addresses,
        is_checked=bool(row.handed_by or row.mailbox.authserv_id),
        treatment=(
            treatment_of(row.mailbox_id, read.sender.key)
            if read.sender and around.has_rules
            else None
        ),
    )


def _do(row: Letter, raw: Callable[[], bytes], case: Case, decision: Decision) -> None:
    try:
        with quietly(is_quiet=wants_quiet(case)):
            became = act(row, raw, case, decision)
    except DomainError as refused:
        hint = case.thread.ticket.number if case.thread else ""
        words = " ".join([refused.message, *_complaints(refused)])
        raise NotTaken(words, hint) from refused
    keep_outcome(row, case.read, became)
    note_answered(header_id=case.read.in_reply_to)


def wants_quiet(case: Case) -> bool:
    """Say whether no machine may answer: one wrote it, or it asks for that, or it may be forged."""
    read = case.read
    is_machines = read.automatic is not None and read.automatic != Automatic.LIST
    return is_machines or "no-automatic-answer" in read.warnings or case.standing == Standing.FAIL


def keep_outcome(row: Letter, read: ReadLetter, became: Became) -> None:
    """Note on its row what a letter has become."""
    keep_read(row, read)
    row.state, row.outcome, row.done_at = Letter.State.DONE, became.outcome, clock.now()
    row.ticket, row.message, row.note = became.ticket, became.message, became.note
    row.reason = row.refusal = row.hint = ""
    ends = ("state", "outcome", "done_at", "reason", "refusal", "hint")
    save_prepared(row, *ends, "ticket", "message", "note", "decided_by", *READ)


def _file(row: Letter, read: ReadLetter, thread: Thread | None, decision: Decision) -> None:
    """Keep a letter of which nothing comes where it belongs; no ticket changes by it."""
    keep_read(row, read)
    is_dropped = decision.deed == Deed.DROP
    row.outcome = Letter.Outcome.DROPPED if is_dropped else Letter.Outcome.MACHINE
    row.state, row.reason = Letter.State.DONE, decision.why
    row.ticket, row.done_at = thread.ticket if thread else None, clock.now()
    save_prepared(row, "state", "outcome", "reason", "ticket", "done_at", *READ)


def act(row: Letter, raw: Callable[[], bytes], case: Case, decision: Decision) -> Became:
    """Do what was decided. Raises what the desk's own actions refuse."""
    read, thread = case.read, case.thread
    person = case.sender or registered(read)
    actor = writer(person)
    if decision.deed == Deed.OPEN_FOR_ASKER and case.colleague is not None:
        became = _open_for_asker(row, raw, case, case.colleague)
        _name_copies(case, decision, actor, became.ticket)
        return became
    words = words_of(actor, read, raw, row.mailbox.language)
    if thread is None or decision.deed in {Deed.OPEN, Deed.FOLLOW_UP}:
        follows = thread.ticket if thread and decision.deed == Deed.FOLLOW_UP else None
        became = _open(row, read, person, words, follows)
    elif decision.deed in {Deed.REPLY, Deed.REPLY_AS_COPIED}:
        reply = reply_to_desk if decision.deed == Deed.REPLY else reply_as_copied
        message = reply(actor=actor, ticket_id=thread.ticket.pk, words=words)
        became = Became(outcome=Letter.Outcome.REPLY, ticket=message.ticket, message=message)
    else:
        became = _note(thread.ticket, actor, case, decision, words)
    _name_copies(case, decision, actor, became.ticket)
    return became


def _open(
    row: Letter, read: ReadLetter, person: Person, words: Words, follows: Ticket | None
) -> Became:
    actor = writer(person)
    message = open_with_message(actor, _asked(row, read, person, words))
    ticket = message.ticket
    if follows is not None:
        link_follow_up(actor=actor, ticket_id=ticket.pk, closed_id=follows.pk)
    return Became(outcome=Letter.Outcome.TICKET, ticket=ticket, message=message)


def _asked(row: Letter, read: ReadLetter, person: Person, words: Words) -> NewTicket:
    return NewTicket(
        subject=subject_of(read, row.mailbox.language),
        words=words,
        requester_id=person.pk,
        requester=person,
        department_id=row.mailbox.department_id,
        source=Ticket.Source.EMAIL,
        as_customer=True,
        is_placed=True,
        known=known_configuration(stamp_as_asked()),
    )


def _open_for_asker(row: Letter, raw: Callable[[], bytes], case: Case, colleague: Actor) -> Became:
    """Open the ticket of who wrote what a colleague passes on; the colleague's words are a note."""
    language = row.mailbox.language
    halves = halves_in_words(case.read, raw)
    if halves is None:
        raise Invalid(fields={"from": Quarantine.NO_SENDER})
    asked = halves.asked
    person = known_writer(asked) or registered(asked)
    words = words_of(colleague, asked, raw, language, without=halves.asked_without)
    message = open_with_message(colleague, _asked(row, asked, person, words))
    ticket = message.ticket
    bearer = writer(case.sender or person)
    said = note_of(halves, bearer, raw, language)
    voice = Note.Voice.BEARER
    keep_outsiders_words(actor=bearer, ticket_id=ticket.pk, words=said, voice=voice)
    return Became(outcome=Letter.Outcome.TICKET, ticket=ticket, message=message)


def _note(ticket: Ticket, actor: Actor, case: Case, decision: Decision, words: Words) -> Became:
    if decision.deed == Deed.COLLEAGUES_NOTE and case.colleague is not None:
        note = write_internal_note(actor=case.colleague, ticket_id=ticket.pk, words=words)
    else:
        voice = decision.voice
        note = keep_outsiders_words(actor=actor, ticket_id=ticket.pk, words=words, voice=voice)
    return Became(outcome=Letter.Outcome.NOTE, ticket=note.ticket, note=note)


def _name_copies(case: Case, decision: Decision, actor: Actor, ticket: Ticket) -> None:
    """Propose whom the letter names; confirm them where its sender may, and is proven twice."""
    if decision.deed == Deed.OUTSIDERS_NOTE:
        return
    named = [
        (one.key, one.name)
        for one in (*case.read.to, *case.read.cc)
        if not _is_ours(one.key, case.own_addresses)
    ]
    fresh = propose_copies(actor=actor, ticket_id=ticket.pk, named=named) if named else []
    if fresh and decision.confirms_copies:
        is_note = decision.deed == Deed.COLLEAGUES_NOTE
        confirming = case.colleague or actor if is_note else actor
        for one in fresh:
            confirm_copy(actor=confirming, ticket_id=ticket.pk, copied_id=one.pk)


def _is_ours(address: str, own: frozenset[str]) -> bool:
    """Tell the desk's own addresses, also with a token of its own in them."""
    local, _at, domain = address.rpartition("@")
    return address in own or f"{local.partition('+')[0]}@{domain}" in own


def known_writer(read: ReadLetter) -> Person | None:
    return person_at(read.sender.key) if read.sender else None


def registered(read: ReadLetter) -> Person:
    """Register who wrote a letter and is not known. Raises Invalid where that is nobody."""
    if read.sender is None:
        raise Invalid(fields={"from": Quarantine.NO_SENDER})
    is_doubtful = any(one in _DOUBTS for one in read.warnings)
    name = "" if is_doubtful else read.sender.name[:LONGEST_NAME]
    return register_requester(email=read.sender.key, name=name)


def as_from(read: ReadLetter, address: str) -> ReadLetter:
    """Return a letter as from whom a person says that it is; "": as it says itself.

    Raises Invalid naming `requester`.
    """
    if not address.strip():
        return read
    try:
        key = canonical_email(address.strip())
    except ValueError:
        why = _("This is no e-mail address.")
        raise Invalid(fields={"requester": why}) from None
    if read.sender and read.sender.key == key:
        return read
    return replace(read, sender=Sender(name="", address=key, key=key))


def _complaints(refused: DomainError) -> Iterable[str]:
    fields: dict[str, Any] = getattr(refused, "fields", {})
    return map(str, fields.values())
