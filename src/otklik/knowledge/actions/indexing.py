"""Keep the words of what is published where search finds them."""

from typing import Final

from django.db import connection

from otklik.core.language import to_vector
from otklik.core.richtext import to_text
from otklik.knowledge.models import Translation, TranslationText, Version

LONGEST: Final = 60_000  # characters of a body that search reads


def keep_words(translation: Translation, version: Version) -> None:
    """Let search find a version: its title weighs most, then summary and tags, then the text."""
    tags = " ".join(translation.article.tags)
    parts = [
        to_vector(version.title, translation.language, "A"),
        to_vector(f"{version.summary} {tags}", translation.language, "B"),
        to_vector(to_text(version.body)[:LONGEST], translation.language, "D"),
    ]
    words = " || ".join(sql for sql, _values in parts)
    values = [one for _sql, part in parts for one in part]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO knowledge_translationtext (translation_id, title, words) "  # noqa: S608  # parts are our own SQL
            f"VALUES (%s, %s, {words}) ON CONFLICT (translation_id) "
            f"DO UPDATE SET title = EXCLUDED.title, words = EXCLUDED.words",
            [translation.pk, version.title.lower(), *values],
        )


def forget_words(translation: Translation) -> None:
    """Let search find it no more."""
    TranslationText.objects.filter(translation=translation).delete()
