"""Codes of languages: as pages name them (BCP 47, in small letters), as folders do, as CLDR does.

Knows nothing of Django: the settings ask it.
"""

import re
from functools import cache, lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

PROMISED: Final = ("en", "ru", "bg")
"""The languages that the product itself brings whole; the first is the one of its code."""
_OURS: Final = {
    "en": ("English", "Russian", "Bulgarian"),
    "ru": ("Английский", "Русский", "Болгарский"),
    "bg": ("Английски", "Руски", "Български"),
}
"""What CLDR says of them in each other; to load it for that takes 2 MB a language."""
LONGEST: Final = 12
SCRIPT_LETTERS: Final = 4
SHAPE: Final = r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?"
"""Language, script, region: `de`, `pt-br`, `zh-hans`, `sr-latn-rs`."""


def code_of(name: str) -> str:
    """Return the code that a person, a browser or a file name wrote; "" if that is none."""
    code = name.replace("_", "-").lower()
    return code if re.fullmatch(SHAPE, code) and _is_known(code) else ""


def folder_of(code: str) -> str:
    """Return what Django's folders call a language: `pt_BR`, `zh_Hans`, `sr_Latn-rs`."""
    first, _, rest = code.partition("-")
    second, dash, region = rest.partition("-")
    part = second.title() if len(second) == SCRIPT_LETTERS else second.upper()
    return f"{first}_{part}{dash}{region}" if part else first


@cache
def locale_of(code: str) -> Locale:
    """Return what CLDR knows of a language."""
    return Locale.parse(code, sep="-")


@lru_cache(maxsize=1000)
def named_in(code: str, reader: str) -> str:
    """Say a language in the language of a reader, as a list of languages does."""
    if code in PROMISED and reader in PROMISED:
        return _OURS[reader][PROMISED.index(code)]
    words = locale_of(code).get_display_name(locale_of(reader)) or code
    return words[:1].upper() + words[1:]


@lru_cache(maxsize=1000)
def _is_known(code: str) -> bool:
    try:
        locale_of(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True
