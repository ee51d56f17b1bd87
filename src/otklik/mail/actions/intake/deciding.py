"""What a letter is to become. Decided from what is known, before anything is done.

Nobody gets a right by a letter. It speaks for its sender in a ticket that they have a part in,
and else it is a note for colleagues, a new ticket, or a question to a person.
"""

import enum
from dataclasses import dataclass
from functools import cached_property

from otklik.core.letters import Automatic, Quarantine
from otklik.core.letters import Letter as ReadLetter
from otklik.core.letters.verdicts import Standing
from otklik.mail.actions.intake.belonging import By, Thread
from otklik.mail.actions.intake.quarantining import Why, passes_on
from otklik.mail.models import Mailbox, SenderRule
from otklik.people.models import Account, Actor, Person
from otklik.people.policies import actor_for, is_colleague, writer
from otklik.tickets.models import Note
from otklik.tickets.policies import gets_copies, works_on

_OF_MACHINES = frozenset({Automatic.AUTO_REPLY, Automatic.BOUNCE, Automatic.OWN_LOOP})
_OF_SENDERS = frozenset(
    {Quarantine.NO_SENDER, Quarantine.SEVERAL_SENDERS, Quarantine.SENDER_UNCLEAR}
)


class Deed(enum.StrEnum):
    """What is done with a letter."""

    OPEN = "open"
    OPEN_FOR_ASKER = "open-for-asker"
    """Opens the ticket of who wrote the letter that a colleague passes on."""
    FOLLOW_UP = "follow-up"
    """Opens a new ticket, linked with the closed one that it answers."""
    REPLY = "reply"
    REPLY_AS_COPIED = "reply-as-copied"
    COLLEAGUES_NOTE = "colleagues-note"
    OUTSIDERS_NOTE = "outsiders-note"
    FILE = "file"
    """A machine's letter: kept where it belongs, and nothing happens by it."""
    ASK = "ask"
    """A person looks at it."""
    DROP = "drop"
    """Nothing, as somebody ruled; the mail log has it."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a decision hangs on."""

    read: ReadLetter
    mailbox: Mailbox
    standing: Standing
    thread: Thread | None = None
    sender: Person | None = None  # as far as their address is known
    own_addresses: frozenset[str] = frozenset()  # of this desk's mailboxes
    treatment: SenderRule.Treatment | None = None  # as somebody ruled for this sender
    is_checked: bool = False  # a server of ours, or the desk itself, looks whose such letters are

    @property
    def holds_token(self) -> bool:
        thread = self.thread
        return bool(thread and self.sender and thread.holder_id == self.sender.pk)

    @cached_property
    def colleague(self) -> Actor | None:
        """The sender with their rights of this moment, where they work here."""
        if self.sender is None or not is_colleague(self.sender):
            return None
        account = Account.objects.filter(person=self.sender, is_active=True).first()
        return actor_for(account) if account else writer(self.sender)

    @property
    def is_proven(self) -> bool:
        """Their domain answers for it, or they hold what was sent to them alone."""
        return self.standing == Standing.PASS or (
            self.holds_token and self.standing != Standing.FAIL
        )

    @property
    def is_doubted(self) -> bool:
        """Whether this thread would have to be taken for theirs on somebody's word.

        Who holds the token of another does. So does who names a letter that came, which whoever
        got a copy of it can: but not where nobody proves anything for us, for nobody there could
        answer their own letter.
        """
        if self.is_proven or self.thread is None:
            return False
        return self.thread.by == By.TOKEN or self.is_checked


@dataclass(frozen=True)
class Decision:
    """What is done, and why where that is asked."""

    deed: Deed
    why: str = ""
    voice: Note.Voice = Note.Voice.DESK
    confirms_copies: bool = False  # whom it names gets copies at once


def decide(case: Case) -> Decision:
    """Decide what a letter becomes; `Decision.why` is empty where nobody needs to ask."""
    read = case.read
    is_taken = case.treatment == SenderRule.Treatment.TAKE
    is_own_loop = read.automatic == Automatic.OWN_LOOP
    is_machine = read.automatic in _OF_MACHINES and (is_own_loop or not is_taken)
    if case.treatment == SenderRule.Treatment.DROP:
        return Decision(Deed.DROP, Why.BY_RULE)
    if read.quarantine and not (is_machine and read.quarantine in _OF_SENDERS):
        return Decision(Deed.ASK, read.quarantine)
    if is_machine:
        return Decision(Deed.FILE, str(read.automatic))
    if read.sender is None:
        return Decision(Deed.ASK, Quarantine.NO_SENDER)
    if read.sender.key in case.own_addresses:
        return Decision(Deed.ASK, Why.FROM_US)
    if case.treatment == SenderRule.Treatment.ASK:
        return Decision(Deed.ASK, Why.BY_RULE)
    if case.thread is None:
        return _decide_new(case)
    if case.thread.by == By.RETURN:
        return Decision(Deed.ASK, _why_unproven(case))
    if case.thread.by == By.NUMBER:
        return _decide_named(case, case.thread)
    return _decide_in(case, case.thread)


def _decide_new(case: Case) -> Decision:
    is_taken = case.treatment == SenderRule.Treatment.TAKE
    if case.standing == Standing.FAIL and not is_taken:
        return Decision(Deed.ASK, Why.FORGED)
    return Decision(Deed.OPEN_FOR_ASKER if _speaks_for_another(case) else Deed.OPEN)


def _speaks_for_another(case: Case) -> bool:
    """Tell whether a colleague passes on a letter for which a ticket is to be opened at once.

    Not one that came as a file: so people report letters that they suspect.
    """
    if case.mailbox.forwarded != Mailbox.Forwarded.APART or case.standing != Standing.PASS:
        return False
    passed = case.read.forwarded
    if passed is None or passed.sender is None or passed.attachment is not None:
        return False
    is_others = passes_on(case.read)[0] and passed.sender.key not in case.own_addresses
    return is_others and case.colleague is not None and case.colleague.is_staff


def _decide_named(case: Case, thread: Thread) -> Decision:
    """A number proves nothing: it counts for who has a part in the ticket, and is proven."""
    if case.is_proven and _has_part(case, thread):
        return _decide_in(case, thread)
    return Decision(Deed.ASK, _why_unproven(case))


def _why_unproven(case: Case) -> Why:
    return Why.FORGED if case.standing == Standing.FAIL else Why.NAMES_TICKET


def _decide_in(case: Case, thread: Thread) -> Decision:
    if _has_part(case, thread):
        return _decide_reply(case, thread)
    if case.colleague is not None:
        is_theirs = case.holds_token and works_on(case.colleague, thread.ticket)
        if is_theirs and case.standing == Standing.PASS:
            return Decision(Deed.COLLEAGUES_NOTE, confirms_copies=True)
        return Decision(Deed.ASK, Why.COLLEAGUE)
    return Decision(Deed.OUTSIDERS_NOTE, voice=Note.Voice.STRANGER)


def _decide_reply(case: Case, thread: Thread) -> Decision:
    """Somebody with a part in the ticket, if it is them.

    The token of another, or a domain that says no, is worse than none.
    """
    if case.standing == Standing.FAIL or case.is_doubted:
        return Decision(Deed.OUTSIDERS_NOTE, voice=Note.Voice.UNPROVEN)
    is_requester = _is_requester(case, thread)
    if not thread.ticket.is_open:
        reopens = case.mailbox.follow_up == Mailbox.FollowUp.REOPEN
        if not (reopens and is_requester and case.is_proven):
            return Decision(Deed.FOLLOW_UP)
    if not is_requester:
        return Decision(Deed.REPLY_AS_COPIED)
    both = case.holds_token and case.standing == Standing.PASS
    return Decision(Deed.REPLY, confirms_copies=both)


def _is_requester(case: Case, thread: Thread) -> bool:
    return case.sender is not None and case.sender.pk == thread.ticket.requester_id


def _has_part(case: Case, thread: Thread) -> bool:
    if case.sender is None:
        return False
    return _is_requester(case, thread) or gets_copies(case.sender.pk, thread.ticket.pk)
