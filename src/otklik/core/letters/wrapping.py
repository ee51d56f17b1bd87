"""Lines that a program broke or ran together, put right before they are read."""

from collections.abc import Sequence
from typing import Final

from otklik.core.letters.headings import is_wrote
from otklik.core.letters.lines import MOST, folded, has_date, is_blank, is_quote

_WIDTH: Final = 60
"""A quoted line this long may have been wrapped by a program that forgot the mark."""
_REST: Final = 50


def parted(lines: Sequence[str]) -> list[str]:
    """Give a heading its own line where a program has run it on after the answer."""
    result: list[str] = []
    for place, line in enumerate(lines):
        cut = _run_on(line) if _is_quoted_next(lines, place + 1) else 0
        result += [line[:cut], line[cut:]] if cut else [line]
    return result


def is_wrapped_quote(lines: Sequence[str], place: int) -> bool:
    """Tell whether a line without a mark is the torn-off end of the quoted line above it."""
    if not 0 < place < len(lines) - 1 or is_blank(lines[place]):
        return False
    above, line, below = lines[place - 1], lines[place].strip(), lines[place + 1]
    if not is_quote(above) or not is_quote(below):
        return False
    if line.startswith("(http") and line.rstrip("> ").endswith(")") and " " not in line[:-2]:
        return True
    if len(line) > _REST:
        return False
    bare = above.strip("> \t")
    return len(above) > _WIDTH or _is_open(bare) or line in {")", ">"}


def _is_open(text: str) -> bool:
    """Tell whether a bracket around an address was left open."""
    return text.rfind("(http") > text.rfind(")") or text.rfind("<http") > text.rfind(">")


def _is_quoted_next(lines: Sequence[str], place: int) -> bool:
    return place < len(lines) and is_quote(lines[place])


def _run_on(line: str) -> int:
    if len(line) > MOST or is_quote(line) or not line.rstrip(" -").endswith(":"):
        return 0
    cut = line.rfind("On ")
    if cut < 1 or line[cut - 1] not in " -":
        return 0
    heading = folded(line[cut:])
    if not has_date(heading) or not is_wrote(heading, is_quoted=True):
        return 0
    above = line[:cut].rstrip(" -")
    return len(above) if above.strip() else 0
