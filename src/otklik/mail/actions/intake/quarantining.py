"""Letters that a person must look at, and what is kept of any letter for the mail log."""

import enum

from otklik.core.events import publish
from otklik.core.letters import Letter as ReadLetter
from otklik.core.together import save_prepared
from otklik.mail.events import LetterQuarantined
from otklik.mail.models import Letter

LONGEST_LOOK_UP = 2000
READ = (
    *("sender", "sender_name", "recipients", "subject", "header_id", "sent_at"),
    *("automatic", "warnings", "verdict", "look_up", "spam_percent", "spam_traits"),
    *("is_forward", "forwarded_from"),
)


class Why(enum.StrEnum):
    """Why a letter waits for a person, beside what its reader says."""

    FORGED = "forged"
    """Its sender's domain says that it did not send it."""
    COLLEAGUE = "colleague-unproven"
    """It is from somebody who works here, and it is not proven, or they may not see the ticket."""
    NAMES_TICKET = "names-a-ticket"
    """Its subject has the number of a ticket, and nothing proves that it belongs there."""
    FROM_US = "from-ourselves"
    BY_RULE = "by-rule"
    CALLED_SPAM = "called-spam"
    """The server that received it for us says so."""
    SPAM_SCORE = "spam-score"
    """The learning filter thinks so."""
    NOT_TAKEN = "not-taken"
    """The desk refused it: `refusal` says why."""
    FAILED = "failed"
    """Something of ours failed on it, three times."""


def keep_read(row: Letter, read: ReadLetter) -> None:
    """Note on its row what a letter says, for lists and the mail log."""
    row.sender = read.sender.key if read.sender else ""
    row.sender_name = (read.sender.name if read.sender else "")[:300]
    row.recipients = list(dict.fromkeys(one.key[:254] for one in (*read.to, *read.cc)))[:50]
    row.subject, row.header_id, row.sent_at = read.subject, read.message_id, read.date
    row.automatic = read.automatic or ""
    row.warnings = list(read.warnings)
    row.is_forward, row.forwarded_from = passes_on(read)
    words = [row.sender, row.sender_name, row.subject, *row.recipients, *row.envelope_to]
    row.look_up = " ".join(words).lower()[:LONGEST_LOOK_UP]


def passes_on(read: ReadLetter) -> tuple[bool, str]:
    """Say whether a letter passes on another person's, and at what address that one is named."""
    passed = read.forwarded
    writer, bearer = passed and passed.sender, read.sender
    if passed is None or (writer and bearer and writer.key == bearer.key):
        return False, ""
    return True, writer.key if writer else ""


def quarantine(
    row: Letter, why: str, read: ReadLetter, *, refusal: str = "", hint: str = ""
) -> None:
    """Put a letter where a person looks at it. Publishes LetterQuarantined."""
    keep_read(row, read)
    row.state, row.reason, row.refusal, row.hint = Letter.State.QUARANTINED, why, refusal, hint
    save_prepared(row, "state", "reason", "refusal", "hint", *READ)
    publish(
        LetterQuarantined(
            letter_id=row.pk,
            mailbox_id=row.mailbox_id,
            department_id=row.mailbox.department_id,
            reason=why,
        )
    )
