"""Where the sender's signature begins in what was newly said.

In this order: the line `-- `, a rule or a lone dash with little under it, `-Name`, a
closing ("Best regards") with particulars under it, a notice of confidentiality. The lines that
telephones and programs add ("Sent from my iPhone") count wherever they stand alone.
"""

from collections.abc import Sequence
from typing import Final

from otklik.core.letters.closings import (
    CLOSINGS,
    DEVICE_ENDS,
    DEVICE_STARTS,
    NOTICES,
    STANDALONE_DEVICES,
)
from otklik.core.letters.lines import MOST, folded, has_address, is_blank, is_rule

_MOST_UNDER_DASHES: Final = 15
_MOST_UNDER_CLOSING: Final = 14
_LONGEST_PARTICULAR: Final = 90
_MOST_DEVICE_WORDS: Final = 12
_MOST_NAME_WORDS: Final = 4
_LONGEST_NAME: Final = 40
_SHORT_WORD: Final = 2
_FEWEST_DIGITS: Final = 6
_BULLETS: Final = ("- ", "* ", "• ", "– ")


def signature_start(lines: Sequence[str]) -> int:
    """Return the place of the first line of the signature that ends `lines`, or their number."""
    shown = [place for place, line in enumerate(lines) if not is_blank(line)]
    if not shown:
        return len(lines)
    first, end = shown[0], len(lines)
    starts = [
        _under_dashes(lines, shown),
        _under_closing(lines, shown),
        _notice(lines, shown),
    ]
    start = min(one for one in (*starts, end) if one >= 0)
    if start <= first and not _is_delimiter(lines[first]):
        return end
    if start == end:
        return _dashed_name(lines, shown)
    return start


def is_device_line(line: str) -> bool:
    """Tell whether a telephone or a program has added this line."""
    if len(line) > MOST:
        return False
    bare = folded(line).strip("<>()[]«»\"'-–—.")
    if not bare or len(bare.split()) > _MOST_DEVICE_WORDS:
        return False
    if bare.startswith(STANDALONE_DEVICES):
        return True
    is_plain = ", " not in bare and not bare.endswith(("?", "!"))
    return is_plain and (
        any(bare.startswith(start) and bare.endswith(end) for start, end in DEVICE_ENDS)
        or (bare.startswith(DEVICE_STARTS) and len(bare.split()) <= _MOST_DEVICE_WORDS - 2)
    )


def is_closing(line: str) -> bool:
    """Tell whether a line says good-bye, with a name or without."""
    return _closing_rest(line) is not None


def _under_dashes(lines: Sequence[str], shown: Sequence[int]) -> int:
    """Find `-- ` at any distance from the end, other dashes and rules only near it."""
    for count, place in enumerate(reversed(shown)):
        line = lines[place]
        if line.rstrip("\r") == "-- ":
            return place
        if count > _MOST_UNDER_DASHES:
            continue
        if _is_delimiter(line) or (is_rule(line) and _is_footer(lines[place + 1 :])):
            return place
    return len(lines)


def _is_delimiter(line: str) -> bool:
    return line.strip(" \t\u00a0") in {"--", "—", "––"}


def _is_footer(lines: Sequence[str]) -> bool:
    """Tell a footer under a rule from a table or a chapter: short, and with particulars."""
    shown = [line for line in lines if not is_blank(line)]
    is_short = len(shown) <= _MOST_UNDER_CLOSING and not any(is_rule(one) for one in shown[:-1])
    return is_short and (not shown or any(_is_particular(line) for line in shown))


def _under_closing(lines: Sequence[str], shown: Sequence[int]) -> int:
    """Find the closing whose lines below are short, and not only a name."""
    for count, place in enumerate(reversed(shown)):
        if count > _MOST_UNDER_CLOSING:
            break
        if count < len(shown) - 1 and _closing_rest(lines[place]) is not None:
            below = [lines[at] for at in shown[len(shown) - count :]]
            if _is_signature_block(below):
                return place
    return len(lines)


def _is_signature_block(below: Sequence[str]) -> bool:
    cut = next((at for at, line in enumerate(below) if is_notice(line)), len(below))
    block = below[:cut]
    return all(_is_short(line) for line in block)


def _is_short(line: str) -> bool:
    return len(line.strip()) <= _LONGEST_PARTICULAR and not line.rstrip().endswith(("?", ";"))


def _is_particular(line: str) -> bool:
    """Tell whether a line gives an address, a site or a telephone."""
    if len(line) > MOST:
        return is_notice(line)
    digits = sum(character.isdigit() for character in line)
    return (
        has_address(line)
        or "http" in line
        or "www." in line
        or digits >= _FEWEST_DIGITS
        or is_notice(line)
    )


def _closing_rest(line: str) -> str | None:
    """Return what follows the words of a closing on its line; None if it is no closing."""
    if len(line) > MOST:
        return None
    bare = folded(line).strip("-–—~ ").rstrip(" ,.!;:-–—~")
    for closing in _closings_of(bare):
        if bare == closing:
            return ""
        if bare.startswith((closing + " ", closing + ",", closing + "!", closing + ".")):
            rest = bare[len(closing) :].strip(" ,.!-–—")
            if len(rest.split()) <= _MOST_NAME_WORDS and not rest.endswith(":"):
                return rest
    return None


def _closings_of(bare: str) -> Sequence[str]:
    return CLOSINGS.get(bare[:3], ())


def _dashed_name(lines: Sequence[str], shown: Sequence[int]) -> int:
    """Find `-Name` or `/Name` on the last line, or above a footer, if it ends no list."""
    last = shown[-1]
    line = lines[last].strip()
    words = line[1:].split()
    is_name = (
        line[:1] in {"-", "–", "—", "/"}
        and 0 < len(words) < _MOST_NAME_WORDS
        and len(line) < _LONGEST_NAME
    )
    if not is_name or shown == [last] or line.startswith(("--", "//")):
        return len(lines)
    is_list = lines[shown[-2]].lstrip().startswith((*_BULLETS, "-"))
    is_written = line[1:2] != " " or lines[last - 1 : last] == [""]
    if is_list or not is_written or not all(_is_name_word(word) for word in words):
        return len(lines)
    return last


def _is_name_word(word: str) -> bool:
    return word.strip(".,'’-").isalpha() and (
        word[:1].isupper() or (word == word.lower() and len(word) <= _SHORT_WORD)
    )


def is_notice(line: str) -> bool:
    """Tell whether a paragraph is about confidentiality, viruses or paper."""
    return folded(line[:200]).strip("*_- [(").startswith(NOTICES)


def _notice(lines: Sequence[str], shown: Sequence[int]) -> int:
    """Find the notice that ends a letter, with the lines of its paragraph."""
    for place in reversed(shown[-8:]):
        if is_notice(lines[place]):
            return place
    return len(lines)
