"""One letter, learned as one kind: what it adds is noted, and taken back exactly.

Whoever learns holds the one row of the memory until the transaction ends, so lessons come one
after another and their turns are their order. It is held last, so that nobody waits in a ring.
"""

from collections.abc import Sequence
from typing import Final

from django.db import connection, transaction

from otklik.core import clock
from otklik.core.letters import Letter as ReadLetter
from otklik.mail.models import Letter, SpamLesson, SpamMemory
from otklik.mail.selectors.spam import keys_of, listed, traits_of
from otklik.people.models import Actor

_ADD: Final = """
    INSERT INTO mail_spamtrait (key, spam, ham, since, seen)
         SELECT key, %(spam)s, %(ham)s, %(turn)s, %(turn)s
           FROM unnest(%(keys)s::bigint[]) AS key
    ON CONFLICT (key) DO UPDATE SET spam = mail_spamtrait.spam + excluded.spam,
                                    ham = mail_spamtrait.ham + excluded.ham,
                                    seen = excluded.seen
"""
# A trait that was forgotten since the lesson, and met again, has nothing of it.
_DROP: Final = """
    DELETE FROM mail_spamtrait
     WHERE key = ANY(%(keys)s::bigint[]) AND since <= %(turn)s
           AND spam = %(spam)s AND ham = %(ham)s
"""
_TAKE: Final = """
    UPDATE mail_spamtrait SET spam = spam - %(spam)s, ham = ham - %(ham)s
     WHERE key = ANY(%(keys)s::bigint[]) AND since <= %(turn)s
"""


@transaction.atomic
def learn(*, actor: Actor | None, row: Letter, read: ReadLetter, is_spam: bool) -> SpamLesson:
    """Learn a letter as one kind; what it taught as the other is taken back.

    Again as the same kind changes nothing. A letter with the very traits of one that was
    learned so adds nothing, so that nobody tips the scales by sending the same many times.
    `actor` is who said so, None for the desk itself.
    """
    memory = held_memory()
    known = SpamLesson.objects.filter(pk=row.pk).first()
    if known is not None and known.is_spam == is_spam:
        return known
    if known is not None:
        _take_back(known, memory)
    keys = sorted(set(keys_of(traits_of(read, row.verdict.get("standing", "")))))
    twins = keys_of([listed(keys)])[0]
    memory.turn += 1
    is_again = SpamLesson.objects.filter(twins=twins, is_spam=is_spam).exclude(pk=row.pk).exists()
    lesson = SpamLesson(
        letter=row,
        is_spam=is_spam,
        traits=[] if is_again else keys,
        twins=twins,
        turn=memory.turn,
        taught_at=clock.now(),
        taught_by_id=actor.person_id if actor else None,
    )
    lesson.save(force_insert=known is None, force_update=known is not None)
    if lesson.traits:
        _count(lesson, memory, 1)
        _write(_ADD, lesson)
    memory.save()
    return lesson


@transaction.atomic
def unlearn(*, letter_id: int) -> None:
    """Take back what a letter taught, and nothing else; nothing where it taught nothing."""
    if not SpamLesson.objects.filter(pk=letter_id).exists():
        return
    memory = held_memory()
    lesson = SpamLesson.objects.filter(pk=letter_id).first()
    if lesson is not None:
        forget_lessons([lesson], memory)


def forget_lessons(lessons: Sequence[SpamLesson], memory: SpamMemory) -> None:
    """Take back lessons and let go of them; the caller holds the memory."""
    for lesson in lessons:
        _take_back(lesson, memory)
    SpamLesson.objects.filter(pk__in=[one.pk for one in lessons]).delete()
    memory.save()


def held_memory() -> SpamMemory:
    """Return the memory, held until the transaction ends."""
    SpamMemory.objects.bulk_create([SpamMemory(pk=1)], ignore_conflicts=True)
    return SpamMemory.objects.select_for_update().get()


def _take_back(lesson: SpamLesson, memory: SpamMemory) -> None:
    if lesson.traits:
        _count(lesson, memory, -1)
        _write(_DROP, lesson)
        _write(_TAKE, lesson)


def _count(lesson: SpamLesson, memory: SpamMemory, step: int) -> None:
    if lesson.is_spam:
        memory.spam += step
    else:
        memory.ham += step


def _write(statement: str, lesson: SpamLesson) -> None:
    values: dict[str, str | int] = {
        "keys": listed(lesson.traits),
        "turn": lesson.turn,
        "spam": int(lesson.is_spam),
        "ham": int(not lesson.is_spam),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
