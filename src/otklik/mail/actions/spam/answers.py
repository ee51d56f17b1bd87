"""Letters that colleagues answered are no spam: some of them are learned as that, quietly.

Spam cannot teach this way by coming often: a person has answered each of them in public, a
sender teaches once, and no more than a share of what people themselves taught is learned. What is
wrong all the same is mended with one press on the ticket.
"""

from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from otklik.core import clock
from otklik.mail.actions.intake.reading import read_kept
from otklik.mail.actions.spam.learning import learn
from otklik.mail.models import Letter, SpamLesson
from otklik.mail.selectors.spam import spam_memory

LATELY: Final = timedelta(days=2)
AT_ONCE: Final = 25
ENOUGH: Final = 200
"""So many are learned in any case; above it, twice as many as there is spam."""

_ANSWERED: Final = """
    SELECT min(letter.id) FROM mail_letter letter
      JOIN tickets_ticket ticket ON ticket.id = letter.ticket_id
     WHERE letter.received_at > %s AND letter.outcome = 'ticket' AND letter.automatic = ''
           AND letter.sender <> '' AND ticket.first_replied_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM mail_spamlesson lesson WHERE lesson.letter_id = letter.id)
           AND NOT EXISTS (SELECT FROM mail_spamlesson lesson
                             JOIN mail_letter taught ON taught.id = lesson.letter_id
                            WHERE lesson.taught_by_id IS NULL AND taught.sender = letter.sender)
     GROUP BY letter.sender ORDER BY 1 DESC LIMIT %s
"""


def learn_from_answers() -> int:
    """Learn some answered letters as no spam; return how many. Safe to repeat."""
    learned = spam_memory()
    room = max(ENOUGH, 2 * learned.spam) - learned.ham
    if room <= 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, [clock.now() - LATELY, min(room, AT_ONCE)])
        found = [pk for (pk,) in cursor.fetchall()]
    return sum(_learn(pk) for pk in found)


@transaction.atomic
def _learn(letter_id: int) -> bool:
    """Learn one, unless somebody said meanwhile what it is."""
    rows = Letter.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(pk=letter_id, outcome=Letter.Outcome.TICKET).first()
    if row is None or SpamLesson.objects.filter(pk=letter_id).exists():
        return False
    learn(actor=None, row=row, read=read_kept(letter_id), is_spam=False)
    return True
