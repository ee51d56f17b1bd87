"""Whether a letter is likely spam: by the word of its server, or by what was learned here.

Asked only of letters of people that would begin something, or speak into a ticket as a
stranger's. Who holds a token of ours, has a part in the ticket, or is always taken is not asked
about; and nothing is dropped by it.
"""

from typing import Final

from otklik.core.letters.verdicts import is_called_spam
from otklik.mail.actions.intake.belonging import By
from otklik.mail.actions.intake.deciding import Case, Decision, Deed
from otklik.mail.actions.intake.quarantining import Why
from otklik.mail.models import Letter, Mailbox, SenderRule
from otklik.mail.selectors.mailboxes import Surroundings
from otklik.mail.selectors.spam import may_judge, suspicion_of, traits_of

_DOUBTFUL: Final = frozenset({Deed.OPEN, Deed.OPEN_FOR_ASKER, Deed.FOLLOW_UP, Deed.OUTSIDERS_NOTE})


def suspect(row: Letter, case: Case, decision: Decision, around: Surroundings) -> Decision:
    """Return what is to be done after all, and note the score on the row."""
    if decision.deed not in _DOUBTFUL or case.treatment == SenderRule.Treatment.TAKE:
        return decision
    if case.thread is not None and case.thread.by == By.TOKEN:
        return decision
    is_held = _scores_too_high(row, case, around)
    if _is_called_spam(row, case):
        return Decision(Deed.ASK, Why.CALLED_SPAM)
    return Decision(Deed.ASK, Why.SPAM_SCORE) if is_held else decision


def _is_called_spam(row: Letter, case: Case) -> bool:
    if row.handed_by:
        return False  # no server of ours was before us: the mark came with the letter
    read = case.read
    return is_called_spam(read.authentication, row.mailbox.authserv_id, read.called_spam)


def _scores_too_high(row: Letter, case: Case, around: Surroundings) -> bool:
    mailbox, learned = row.mailbox, around.learned
    if mailbox.spam_filter == Mailbox.SpamFilter.OFF or not (learned.spam and learned.ham):
        return False
    found = suspicion_of(traits_of(case.read, case.standing), learned)
    row.spam_percent, row.spam_traits = found.percent, list(found.traits)
    is_above = found.percent >= mailbox.spam_threshold
    return is_above and mailbox.spam_filter == Mailbox.SpamFilter.HOLD and may_judge(learned)
