"""What becomes known of a letter once our server has taken it: delivery reports, and answers."""

import enum
from typing import Final

from django.db import transaction

from otklik.core import clock
from otklik.core.prepared import Given, Prepared
from otklik.mail.actions.outbox.handing import tell_of_trouble, tell_pages
from otklik.mail.models import Outgoing

State = Outgoing.State
LONGEST_WORDS = 500


class Report(enum.StrEnum):
    """What a delivery report says of a letter (RFC 3464, Action)."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    FAILED = "failed"


_AFTER = {
    Report.DELIVERED: State.ACCEPTED,
    Report.DELAYED: State.SENT,
    Report.FAILED: State.BOUNCED,
}
_LEFT = (State.SENT, State.UNCERTAIN, State.ACCEPTED)
"""States of a letter of which a report can speak."""
_MAY_ARRIVE = (State.SENT, State.UNCERTAIN)
_UNANSWERED: Final = Prepared(
    lambda: Outgoing.objects.filter(header_id=Given("header_id"), state__in=_MAY_ARRIVE)
)


@transaction.atomic
def note_report(*, letter_id: int, report: Report, words: str) -> bool:
    """Write down what a report says of the letter that its signed return path names.

    Tells whether that changed anything. Safe to repeat; a report for a letter that never left,
    or is known as bounced, does nothing. A delay is only told: it is not ours to try again.
    """
    letter = Outgoing.objects.select_for_update().filter(pk=letter_id, state__in=_LEFT).first()
    if letter is None:
        return False
    now = clock.now()
    letter.answer = " ".join(words.split())[:LONGEST_WORDS]
    letter.changed_at, letter.sent_at = now, letter.sent_at or now
    letter.state = _AFTER[report]
    letter.save(update_fields=["answer", "changed_at", "sent_at", "state"])
    if report == Report.FAILED:
        tell_of_trouble(letter)
    tell_pages(letter)
    return True


@transaction.atomic(savepoint=False)
def note_answered(*, header_id: str) -> bool:
    """Write down that somebody answered a letter, so it has arrived. Safe to repeat."""
    if not header_id or not _UNANSWERED.rows(header_id=header_id):
        return False
    known = Outgoing.objects.filter(header_id=header_id, state__in=_MAY_ARRIVE)
    letter = known.select_for_update(of=("self",)).first()
    if letter is None:
        return False
    now = clock.now()
    letter.state, letter.changed_at, letter.sent_at = State.ACCEPTED, now, letter.sent_at or now
    letter.save(update_fields=["state", "changed_at", "sent_at"])
    tell_pages(letter)
    return True
