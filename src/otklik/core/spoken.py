"""Which languages the product speaks here: its own three, and those whose catalogues were found.

Everything that deals with languages asks this room. The desk offers some of them (`offered`).
"""

from collections.abc import Sequence

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language

from otklik.core.codes import PROMISED, code_of, locale_of, named_in


def known_languages() -> tuple[str, ...]:
    """Return every language that can be spoken here, the product's own first."""
    return tuple(code for code, _name in settings.LANGUAGES)


def further_languages() -> tuple[str, ...]:
    """Return those that translation files added."""
    return tuple(code for code in known_languages() if code not in PROMISED)


def speakable(languages: Sequence[str]) -> tuple[str, ...]:
    """Return those of a desk's languages that can be spoken: a catalogue may be gone or broken."""
    known = known_languages()
    return tuple(code for code in languages if code in known) or known[:1]


def present_language() -> str:
    """Return the language that is spoken now."""
    return get_language() or PROMISED[0]


def language_name(code: str) -> str:
    """Say a language in the present one; what is no language stands for itself."""
    return named_in(code, present_language()) if code_of(code) else code


def own_name(code: str) -> str:
    """Say a language in itself."""
    return named_in(code, code)


def direction(code: str) -> str:
    """Tell which way a language is written: `ltr` or `rtl`."""
    return "ltr" if code in PROMISED else locale_of(code).text_direction


language_words = lazy(language_name, str)
"""The name of a language where the present one is not known yet: in the class of a form."""
