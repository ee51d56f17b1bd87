"""Sending again by hand what did not leave."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Conflict, Invalid
from otklik.core.events import publish
from otklik.mail.actions.outbox.handing import LOCKS, tell_pages
from otklik.mail.events import LetterPut
from otklik.mail.models import Outgoing
from otklik.mail.policies import lock_outgoing
from otklik.mail.selectors.outgoing import MAY_GO_AGAIN
from otklik.people.models import Actor

State = Outgoing.State


@transaction.atomic
def send_again(*, actor: Actor, letter_id: int, knowing: bool = False) -> Outgoing:
    """Let a letter go once more, as the same letter. One that waits or is gone stays as it is.

    `knowing`: that it may arrive twice, which an uncertain one needs. Publishes LetterPut.
    Raises NotFound, Invalid without that word, Conflict while it is being sent.
    """
    letter = lock_outgoing(actor, letter_id)
    if letter.state not in MAY_GO_AGAIN:
        return letter
    if _is_being_sent(letter):
        raise Conflict(_("This letter is being sent right now."))
    if letter.state == State.UNCERTAIN and not knowing:
        raise Invalid(_("It may have arrived already. Say that you know it could arrive twice."))
    letter.state, letter.attempts, letter.late_told_at = State.WAITING, 0, None
    letter.next_at = letter.changed_at = clock.now()
    letter.save(update_fields=["state", "attempts", "late_told_at", "next_at", "changed_at"])
    publish(LetterPut(letter_id=letter.pk, sender_id=letter.sender_id))
    tell_pages(letter)
    return letter


def _is_being_sent(letter: Outgoing) -> bool:
    """Tell whether a worker holds it; whoever asks holds it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCKS, letter.pk % 2**31])
        row = cursor.fetchone()
    return not (row and row[0])
