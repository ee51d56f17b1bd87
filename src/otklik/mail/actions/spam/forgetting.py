"""The memory of the filter stays within bounds: old lessons and rare old traits are forgotten."""

from typing import Final

from django.db import connection, transaction

from otklik.mail.actions.spam.learning import forget_lessons, held_memory
from otklik.mail.models import SpamLesson, SpamTrait

MOST_LESSONS: Final = 20_000
MOST_TRAITS: Final = 400_000
OLD: Final = 2_000
"""A trait of one letter that so many lessons had nothing of is forgotten."""
_AT_ONCE: Final = 500

_RARE: Final = "DELETE FROM mail_spamtrait WHERE spam + ham = 1 AND seen < %s"
_BEYOND: Final = """
    DELETE FROM mail_spamtrait
     WHERE key IN (SELECT key FROM mail_spamtrait
                    ORDER BY spam + ham DESC, seen DESC, key OFFSET %s)
"""


def forget_old_lessons() -> None:
    """Take back the oldest lessons beyond the limit, then forget traits that tell little.

    Safe to repeat; a letter whose lesson is forgotten may be learned anew.
    """
    while _forgot_some():
        pass
    with transaction.atomic(), connection.cursor() as cursor:
        turn = held_memory().turn
        cursor.execute(_RARE, [turn - OLD])
        if SpamTrait.objects.count() > MOST_TRAITS:
            cursor.execute(_BEYOND, [MOST_TRAITS])


@transaction.atomic
def _forgot_some() -> bool:
    memory = held_memory()
    beyond = SpamLesson.objects.count() - MOST_LESSONS
    if beyond <= 0:
        return False
    oldest = SpamLesson.objects.order_by("turn")[: min(beyond, _AT_ONCE)]
    forget_lessons(list(oldest), memory)
    return True
