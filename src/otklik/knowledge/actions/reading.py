"""What readers do: open an article, say whether it helped, look for something."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid, NotFound
from otklik.core.text import clean_line, clean_text
from otklik.knowledge.models import Asked, Translation, Verdict, Visits
from otklik.knowledge.policies import find_published
from otklik.people.models import Actor

LONGEST_WORDS: Final = 2000
LONGEST_SEARCH: Final = 200
SEARCHES_KEPT: Final = timedelta(days=90)
VISITS_KEPT: Final = timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a reader says of an article."""

    helped: bool
    reason: str = ""
    words: str = ""


@transaction.atomic
def judge_article(
    *, reader: Actor | None, key: str, article_id: int, language: str, judged: Judged
) -> Verdict:
    """Keep whether an article helped; a reader's later word replaces the earlier one.

    `key` tells visitors apart. Raises NotFound, Invalid.
    """
    rows = find_published(reader, article_id)
    translation = next((one for one in rows if one.language == language), None)
    if translation is None or translation.published is None:
        raise NotFound
    words = clean_text(judged.words).strip()
    wrong: dict[str, str] = {}
    if judged.reason not in {"", *Verdict.Reason.values}:
        wrong["reason"] = _("There is no such reason.")
    if len(words) > LONGEST_WORDS:
        wrong["words"] = _("At most %(limit)d characters fit here.") % {"limit": LONGEST_WORDS}
    if wrong:
        raise Invalid(fields=wrong)
    values = {
        "helped": judged.helped,
        "reason": "" if judged.helped else judged.reason,
        "words": words,
        "version": translation.published.number,
        "given_at": clock.now(),
    }
    verdict, _made = Verdict.objects.update_or_create(
        translation=translation, reader=reader_key(reader, key), defaults=values
    )
    return verdict


def reader_key(reader: Actor | None, key: str) -> str:
    """Return what tells one reader from another: a person, or a visitor's own random word."""
    return f"p{reader.person_id}" if reader else f"v{key}"[:40]


def count_visit(translation: Translation) -> None:
    """Count that an article was opened today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knowledge_visits (translation_id, day, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (translation_id, day) DO UPDATE SET count = knowledge_visits.count + 1",
            [translation.pk, clock.now().date()],
        )


def note_search(*, text: str, language: str, found: int) -> None:
    """Keep what was looked for in the help centre: what finds nothing is an article to write."""
    line = clean_line(text).strip()[:LONGEST_SEARCH]
    if line:
        Asked.objects.create(text=line, language=language, found=found, asked_at=clock.now())


def forget_old_reading() -> int:
    """Forget what was looked for and opened long ago. Returns how many rows went."""
    now = clock.now()
    old = Asked.objects.filter(asked_at__lt=now - SEARCHES_KEPT).delete()[0]
    return old + Visits.objects.filter(day__lt=(now - VISITS_KEPT).date()).delete()[0]
