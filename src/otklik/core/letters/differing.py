"""Whether the plain text and the HTML of a letter say the same.

Programs make one of the other in ways of their own: a few words, marks and addresses may
differ. A negation or a number that stands in one alone may not, and neither may an address that
leads elsewhere.
"""

import re
from collections import Counter
from typing import Final

from otklik.core.letters.quoting import new_in

_LINK = re.compile(
    r"<?(?:https?://|www\.|mailto:|tel:)[^\s<>]+>?|\[(?:cid|image|image):?[^\]\n]{0,200}\]"
)
_HOST = re.compile(
    r"https?://(?:[^\s<>/?#@]{1,200}@)?([^\s<>/?#:@\[\]()\"',]{1,253})", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['’]t\b)?")
_BULLET = re.compile(r"^[>\s]*(?:\d{1,4}[.)]|[-*•·o])[ \t]+", re.MULTILINE)
_NUMBERED_BRACKETS = re.compile(r"\[[^\]\n]{0,200}\]")
_MOST_DIFFERENT: Final = 0.05
_NEGATIONS: Final = frozenset(
    [
        *("not", "no", "never", "none", "cannot", "nor", "neither", "without", "nothing"),
        *("не", "нет", "ни", "никогда", "нельзя", "без", "ничего", "никто", "нету"),
        *("няма", "недей", "недейте", "никога", "нищо", "никой", "нито", "nicht", "kein"),
        *("keine", "keinen", "keiner", "nie", "niemals", "ohne", "pas", "jamais", "sans"),
        *("nunca", "sin", "não", "non", "mai", "senza", "nigdy", "bez", "niet", "geen", "ні"),
    ]
)


def differ(plain: str, read: str) -> bool:
    """Tell whether what is newly said in two texts differs in more than its marks.

    Programs quote in ways of their own, so only what is new in both must be the same.
    """
    if not _differ(plain, read):
        return False
    return _differ(new_in(plain), new_in(read))


def _differ(plain: str, read: str) -> bool:
    mine, yours = _words(plain), _words(read)
    different = (mine - yours) + (yours - mine)
    if different.total() > _MOST_DIFFERENT * (mine.total() + yours.total()) / 2:
        return True
    return any(map(_is_weighty, different)) or _lead_apart(plain, read)


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_BULLET.sub("", _LINK.sub(" ", _bare(text))).casefold()))


def _bare(text: str) -> str:
    """Return a text without what stands for a picture or a footnote: `[1]`, `[photo 12]`."""
    if "[" not in text:
        return text
    return _NUMBERED_BRACKETS.sub(lambda held: " " if _has_digit(held[0]) else held[0], text)


def _is_weighty(word: str) -> bool:
    return word in _NEGATIONS or word.endswith(("'t", "’t")) or _has_digit(word)


def _has_digit(text: str) -> bool:
    return any(one.isdigit() for one in text)


def _lead_apart(plain: str, read: str) -> bool:
    """Tell whether the plain text names a host to which the other does not lead."""
    mine, yours = _hosts(plain), _hosts(read)
    return bool(yours) and not mine <= yours


def _hosts(text: str) -> set[str]:
    if "://" not in text:
        return set()
    return {one.casefold().removeprefix("www.").rstrip(".") for one in _HOST.findall(text)}
