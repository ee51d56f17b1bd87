"""A letter's HTML cut where its text was: what is newly said, and what is folded below it.

The new text was found in the letter as text. Its letters and digits are counted off in the HTML,
from the top or, where the answer stands below the history, from the end; there the HTML is cut
and both halves are made whole again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from otklik.core.richtext import CleanHtml, clean_tokens
from otklik.core.richtext.tokens import End, Start, Text, Token, tokens

_VOID: Final = frozenset({"br", "hr", "img"})
_CLOSERS: Final = frozenset(".,;:!?…)]}»”’\"'")


@dataclass(frozen=True, slots=True)
class Halves:
    """The HTML of what is new, and of the rest."""

    new: CleanHtml
    rest: CleanHtml


def halves_of(html: CleanHtml, new: str) -> Halves | None:
    """Return the HTML in two halves, or None where what is new is not one stretch at an edge."""
    given, wanted = list(tokens(html)), _solid(new)
    said = "".join(_solid(one.text) for one in given if isinstance(one, Text))
    if not wanted or len(wanted) >= len(said):
        return None
    if said.startswith(wanted):
        above, below = _cut(given, len(wanted))
        return Halves(clean_tokens(_ended(above)), clean_tokens(below))
    if said.endswith(wanted):
        above, below = _cut(given, len(said) - len(wanted))
        return Halves(clean_tokens(below), clean_tokens(above))
    return None


def _solid(text: str) -> str:
    """Return the letters and digits of a text: what both forms of a letter have in common."""
    return "".join(filter(str.isalnum, text))


def _cut(given: Sequence[Token], count: int) -> tuple[list[Token], Iterable[Token]]:
    """Cut after so many letters and digits; what stands open there is opened again below."""
    above: list[Token] = []
    opened: list[Start] = []
    for place, token in enumerate(given):
        if isinstance(token, Text):
            solid = len(_solid(token.text))
            if solid > count:
                end = _place_after(token.text, count) if count else _closed(token.text)
                above.append(Text(token.text[:end]))
                rest = Text(token.text[end:])
                return above, chain(opened, [rest], given[place + 1 :])
            count -= solid
        elif isinstance(token, Start) and token.name not in _VOID:
            opened.append(token)
        elif isinstance(token, End) and opened and opened[-1].name == token.name:
            opened.pop()
        above.append(token)
    return above, opened


def _ended(above: list[Token]) -> list[Token]:
    """Leave out the empty lines that stood between the halves."""
    end = len(above)
    while end and not _is_seen(above[end - 1]):
        end -= 1
    kept, depth = above[:end], 0
    for token in above[end:]:
        if isinstance(token, End):
            if not depth:
                kept.append(token)
            depth = max(0, depth - 1)
        elif isinstance(token, Start) and token.name not in _VOID:
            depth += 1
    return kept


def _is_seen(token: Token) -> bool:
    if isinstance(token, Text):
        return bool(token.text.strip())
    return isinstance(token, Start) and token.name in _VOID - {"br"}


def _closed(text: str) -> int:
    """Return the place after what closes the words that stood before this text."""
    place = 0
    while place < len(text) and text[place] in _CLOSERS:
        place += 1
    return place


def _place_after(text: str, count: int) -> int:
    """Return the place in a text after so many letters and digits, and what closes them."""
    place = 0
    while count and place < len(text):
        count -= text[place].isalnum()
        place += 1
    while place < len(text) and not text[place].isalnum() and not text[place].isspace():
        place += 1
    return place
