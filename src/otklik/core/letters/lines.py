"""One line of a letter, looked at without patterns that could run away."""

from typing import Final

from otklik.core.letters.phrases import MONTHS, WEEKDAYS

MOST: Final = 500
"""A longer line is never a heading, a signature or a mark."""
EDGES: Final = " \t\u00a0\u200b\u2060\ufeff\u200e\u200f*_"
_DAY_MONTH_YEAR: Final = 3
_DIGITS_OF_A_YEAR: Final = 4
_UNSEEN: Final = EDGES.strip("*_")
DASHES: Final = "-–—−_=*#~+ᐧ"


def folded(line: str) -> str:
    """Return the line for comparing: casefolded, single blanks, no marks of bold at its edges."""
    return " ".join(line.casefold().split()).strip(EDGES)


def is_quote(line: str) -> bool:
    return line.lstrip()[:1] == ">"


def is_blank(line: str) -> bool:
    return not line or not line.strip(_UNSEEN)


def is_rule(line: str) -> bool:
    """Tell whether nothing but dashes or the like stands there, and more than one."""
    if line.lstrip()[:1] not in DASHES:
        return False
    bare = "".join(line[:MOST].split())
    return (len(bare) > 1 or bare == "ᐧ") and len(line) <= MOST and not bare.strip(DASHES)


def has_address(text: str) -> bool:
    """Tell whether some word looks like an address."""
    before, at, after = text.partition("@")
    return bool(at) and before[-1:].isalnum() and after[:1].isalnum()


def has_date(text: str) -> bool:
    """Tell whether a day and a month, a year or an hour is named. Takes a folded text."""
    words = text.replace(",", " ").replace("(", " ").replace("'", " ").split()
    numbers = [word for word in words if word[:1].isdigit()]
    if not numbers:
        return False
    if any(_is_clock(word) or _is_numeric_date(word) or _is_year(word) for word in numbers):
        return True
    return any(word.startswith(MONTHS) for word in words)


def is_moment(text: str) -> bool:
    """Tell whether an hour of a day is named, with its month in letters. Takes a folded text."""
    words = text.replace(",", " ").split()
    return any(map(_is_clock, words)) and any(word.startswith(MONTHS) for word in words)


def begins_with_date(text: str) -> bool:
    """Tell whether the first or second word belongs to a date. Takes a folded text."""
    words = text.split(maxsplit=3)[:3]
    if not words:
        return False
    is_named = words[0].startswith(WEEKDAYS + MONTHS) and len(words) > 1
    return words[0][0].isdigit() or (is_named and any(word[0].isdigit() for word in words[1:]))


def _is_clock(word: str) -> bool:
    hours, colon, minutes = word.partition(":")
    return bool(colon) and hours.isdigit() and minutes[:2].isdigit()


def _is_numeric_date(word: str) -> bool:
    for sign in "./-":
        parts = word.strip(".,:;").split(sign)
        if len(parts) == _DAY_MONTH_YEAR and parts[0].isdigit() and parts[2][:2].isdigit():
            return True
    return False


def _is_year(word: str) -> bool:
    bare = word.strip(".,:;")
    return len(bare) == _DIGITS_OF_A_YEAR and bare.isdigit() and bare[:2] in {"19", "20"}
