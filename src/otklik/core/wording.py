"""Words that an administrator configures, kept in each language of the desk."""

from collections.abc import Mapping

from django.utils.translation import get_language

LANGUAGES = ("en", "ru", "bg")
OWN_NAMES = {"en": "English", "ru": "Русский", "bg": "Български"}

Names = dict[str, str]


def word(names: Mapping[str, str], language: str | None = None) -> str:
    """Return the word in the wanted (or present) language, else the first that is given."""
    wanted = (language or get_language() or "en")[:2]
    if text := names.get(wanted):
        return text
    return next((names[code] for code in LANGUAGES if names.get(code)), "")
