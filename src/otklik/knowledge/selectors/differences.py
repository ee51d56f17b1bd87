"""How two versions of an article differ, word by word, as an editor reads it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from otklik.core.richtext import to_text

Side = Literal["same", "gone", "new"]
_WORD: Final = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS: Final = 2_000  # of two lines that are compared by words; longer ones as wholes
MANY: Final = 400  # lines, or words; with more, what stands everywhere is no landmark
KEPT_AROUND: Final = 2  # lines that are shown about a change
ALIKE: Final = 0.35  # how much of two lines must be one for them to be one line that changed


@dataclass(frozen=True)
class Piece:
    """Some words: on both sides, on the old one alone, or on the new one alone."""

    side: Side
    words: str


@dataclass(frozen=True)
class Line:
    """A paragraph, heading or item; or, without pieces, lines that are the same and left out."""

    pieces: tuple[Piece, ...]
    left_out: int = 0

    @property
    def is_changed(self) -> bool:
        return any(piece.side != "same" for piece in self.pieces)


def differences(old: str, new: str) -> list[Line]:
    """Compare two clean texts; what is the same far from any change is only counted."""
    return _folded(list(_compared(_lines(old), _lines(new))))


def line_difference(old: str, new: str) -> Line:
    """Compare two single lines, such as titles."""
    return _by_words(old, new)


def _lines(body: str) -> list[str]:
    return [line for line in to_text(body).split("\n") if line.strip()]


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for kind, i, j, k, m in _matcher(old, new).get_opcodes():
        if kind == "equal":
            yield from (Line((Piece("same", line),)) for line in old[i:j])
            continue
        paired = min(j - i, m - k)
        for one, other in zip(old[i : i + paired], new[k : k + paired], strict=True):
            if _is_alike(one, other):
                yield _by_words(one, other)
            else:
                yield Line((Piece("gone", one),))
                yield Line((Piece("new", other),))
        yield from (Line((Piece("gone", line),)) for line in old[i + paired : j])
        yield from (Line((Piece("new", line),)) for line in new[k + paired : m])


def _is_alike(old: str, new: str) -> bool:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        return False
    return _matcher(before, after).ratio() >= ALIKE


def _by_words(old: str, new: str) -> Line:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        return Line((Piece("gone", old), Piece("new", new)))
    pieces: list[Piece] = []
    for kind, i, j, k, m in _matcher(before, after).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[i:j])))
            continue
        if j > i:
            pieces.append(Piece("gone", "".join(before[i:j])))
        if m > k:
            pieces.append(Piece("new", "".join(after[k:m])))
    return Line(tuple(pieces))


def _matcher(old: Sequence[str], new: Sequence[str]) -> SequenceMatcher[str]:
    """Compare two runs; the time stays bounded where one word or line comes again and again."""
    return SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > MANY)


def _folded(lines: list[Line]) -> list[Line]:
    """Leave out what is the same and far from a change."""
    near: set[int] = set()
    for place, line in enumerate(lines):
        if line.is_changed:
            near.update(range(place - KEPT_AROUND, place + KEPT_AROUND + 1))
    folded: list[Line] = []
    for place, line in enumerate(lines):
        if place in near:
            folded.append(line)
        elif folded and folded[-1].left_out:
            folded[-1] = Line((), folded[-1].left_out + 1)
        else:
            folded.append(Line((), 1))
    return folded
