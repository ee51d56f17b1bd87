"""Where the sender's signature begins in what was newly said.

In this order: the line `-- `, a rule or a lone dash with little under it, `-Name`, a
closing ("Best regards") with little under it, a notice of confidentiality. The lines that
telephones and programs add ("Sent from my iPhone") count wherever they stand alone.
"""

from collections.abc import Sequence
from typing import Final

from otklik.core.letters.closings import AFTERTHOUGHTS, CLOSINGS, GROUPED, NOTICES, THANKS
from otklik.core.letters.devices import (
    DEVICE_ENDS,
    DEVICE_STARTS,
    DEVICES,
    OWN_DEVICES,
    STANDALONE_DEVICES,
)
from otklik.core.letters.lines import MOST, folded, has_address, is_blank, is_rule

_MOST_UNDER_DASHES: Final = 15
_MOST_UNDER_CLOSING: Final = 14
_LONGEST_PARTICULAR: Final = 90
_SHORTEST_DEVICE: Final = 6
_MOST_DEVICE_WORDS: Final = 12
_MOST_NAME_WORDS: Final = 4
_FEWEST_PROSE_WORDS: Final = 10
_LONGEST_NAME: Final = 40
_MOST_NAME_LINES: Final = 4
_MOST_LAYERS: Final = 4
_PGP: Final = "-----BEGIN PGP SIGNATURE"
_SHORT_WORD: Final = 2
_FEWEST_DIGITS: Final = 6
_BULLETS: Final = ("- ", "* ", "• ", "– ")


def signature_start(lines: Sequence[str]) -> int:
    """Return the place of the first line of the signature that ends `lines`, or their number."""
    end = len(lines)
    for _once in range(_MOST_LAYERS):  # a name above a footer above a notice
        start = _last_part(lines[:end])
        if start == end:
            break
        end = start
    return end


def _last_part(lines: Sequence[str]) -> int:
    shown = [place for place, line in enumerate(lines) if not is_blank(line)]
    if not shown:
        return len(lines)
    finders = (_under_dashes, _under_closing, _notice, _dashed_name)
    start = min(find(lines, shown) for find in finders)
    return start if start > shown[0] or _is_delimiter(lines[start]) else len(lines)


def is_device_line(line: str) -> bool:
    """Tell whether a telephone or a program has added this line."""
    if not _SHORTEST_DEVICE < len(line) <= MOST:
        return False
    bare = folded(line).strip("<>()[]«»\"'-–—.")
    if not bare or len(bare.split()) > _MOST_DEVICE_WORDS:
        return False
    if bare.startswith(STANDALONE_DEVICES):
        return True
    is_plain = ", " not in bare and not bare.endswith("?")
    return is_plain and (
        any(bare.startswith(start) and bare.endswith(end) for start, end in DEVICE_ENDS)
        or bare.startswith(OWN_DEVICES)
        or (bare.startswith(DEVICE_STARTS) and any(device in bare for device in DEVICES))
    )


def _under_dashes(lines: Sequence[str], shown: Sequence[int]) -> int:
    """Find the first `-- ` at any distance from the end, other dashes and rules only near it."""
    start = len(lines)
    for count, place in enumerate(reversed(shown)):
        line = lines[place]
        is_certain = line == "-- " or line.startswith(_PGP)
        if is_certain or (count <= _MOST_UNDER_DASHES and _parts_signature(lines, place)):
            start = place
    return start


def _parts_signature(lines: Sequence[str], place: int) -> bool:
    line = lines[place]
    return _is_delimiter(line) or (is_rule(line) and _is_footer(lines, place))


def _is_delimiter(line: str) -> bool:
    return line.strip(" \t\u00a0") in {"--", "—", "––"}


def _is_footer(lines: Sequence[str], rule: int) -> bool:
    """Tell a footer under a rule from a table or a chapter: short, with particulars or a name."""
    below = [line for line in lines[rule + 1 :] if not is_blank(line)]
    if len(below) > _MOST_UNDER_CLOSING or any(is_rule(one) for one in below[:-1]):
        return False
    if any(_is_particular(line) for line in below):
        return True
    is_apart = rule > 0 and is_blank(lines[rule - 1])
    most = _MOST_NAME_LINES if is_apart else 1
    return len(below) <= most and all(_is_name_line(line) for line in below)


def _is_name_line(line: str) -> bool:
    is_sentence = line.rstrip().endswith((".", "?", "!", ":"))
    has_number = any(character.isdigit() for character in line[:_LONGEST_NAME])
    return len(line.strip()) < _LONGEST_NAME and not is_sentence and not has_number


def _under_closing(lines: Sequence[str], shown: Sequence[int]) -> int:
    """Find the closing whose lines below are short, and not only a name."""
    for count, place in enumerate(reversed(shown)):
        if count > _MOST_UNDER_CLOSING:
            break
        below = shown[len(shown) - count :]
        if count == len(shown) - 1 or not _is_signature_block([lines[at] for at in below]):
            continue
        if is_closing(lines[place]):
            return place
        if _is_thanks(lines[place]) and any(_is_particular(lines[at]) for at in below):
            return below[0]
    return len(lines)


def _is_thanks(line: str) -> bool:
    """Tell thanks that end a letter: they are said, what stands below is not."""
    return len(line) < _LONGEST_NAME and folded(line).rstrip(" ,.!-–—") in THANKS


def _is_signature_block(below: Sequence[str]) -> bool:
    cut = next((at for at, line in enumerate(below) if is_notice(line)), len(below))
    return all(_is_short(line) for line in below[:cut])


def _is_short(line: str) -> bool:
    """Tell whether a line may stand under a closing: no sentence, no question, no afterthought."""
    is_line = len(line.strip()) <= _LONGEST_PARTICULAR and len(line.split()) < _FEWEST_PROSE_WORDS
    is_asked = line.rstrip().endswith(("?", ";")) or folded(line).startswith(AFTERTHOUGHTS)
    return is_line and not is_asked


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


def is_closing(line: str) -> bool:
    """Tell whether a line is a closing, alone or with a name after it."""
    if len(line) > _LONGEST_PARTICULAR:
        return False
    bare = folded(line).strip("-–—~ ").rstrip(" ,.!;:-–—~")
    for closing in CLOSINGS.get(bare[:GROUPED], ()):
        rest = bare.removeprefix(closing)
        if rest == bare or len(rest.split()) > _MOST_NAME_WORDS:
            continue
        if not rest or rest[0] in ",!.":
            return True
        names = line.rstrip(" ,.!").split()[-len(rest.split()) :]
        return rest[0] == " " and all(name[:1].isupper() for name in names)
    return False


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
    is_list = is_list or lines[shown[-2]].rstrip().endswith((":", ";"))
    is_signed = all(_is_name_word(word) for word in words) or line[1:].isalpha()
    return last if is_signed and is_written and not is_list else len(lines)


def _is_name_word(word: str) -> bool:
    return word.strip(".,'’-").isalpha() and (
        word[:1].isupper() or (word == word.lower() and len(word) <= _SHORT_WORD)
    )


def is_notice(line: str) -> bool:
    """Tell whether a paragraph is about confidentiality, viruses or paper."""
    bare = folded(line[:200]).strip("*_- [(")
    return bare.startswith(NOTICES.get(bare[:GROUPED], ()))


def _notice(lines: Sequence[str], shown: Sequence[int]) -> int:
    """Find the notice that ends a letter, with the lines of its paragraph."""
    for place in reversed(shown[-8:]):
        if is_notice(lines[place]):
            return place
    return len(lines)
