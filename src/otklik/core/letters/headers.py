"""The head of a letter or of a part: its fields as bytes, as far as the limits go."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from otklik.core.letters.charsets import text_of
from otklik.core.letters.letter import MOST_HEADER, MOST_HEADERS
from otklik.core.letters.words import words_of

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_FOLD = re.compile(rb"\n[ \t]*")
_SENDER = re.compile(rb"[\r\n]from[ \t]*:", re.IGNORECASE)
_EMPTY_LINE = re.compile(rb"\n\r*\n")
_SPACE: Final = (b" ", b"\t")
_LINE_END: Final = b"\r\n"
_MOST_STRAYS: Final = 8
_MBOX: Final = (b"From ", b">From ")


@dataclass(frozen=True)
class Head:
    """Fields in order, names in lower case, values as they stand with their folds."""

    fields: tuple[tuple[str, bytes], ...]
    end: int
    """Where the body begins."""
    sure: int
    """So many fields stand before the first place where another reader may end the head."""
    is_cut: bool
    """A limit was reached, and something of the head is unread."""
    is_broken: bool
    """Another reader may find other fields here, a sender among them."""
    strays: tuple[tuple[int, int], ...] = ()
    """Where the lines stand that are no fields, and are not lost for that."""

    def all(self, name: str) -> Sequence[bytes]:
        return self._values.get(name, ())

    def raw(self, name: str) -> bytes:
        """Return the first value, unfolded; empty for none."""
        values = self._values.get(name)
        return unfolded(values[0]) if values else b""

    @cached_property
    def _values(self) -> dict[str, list[bytes]]:
        values: dict[str, list[bytes]] = {}
        for name, value in self.fields:
            values.setdefault(name, []).append(value)
        return values

    def token(self, name: str) -> str:
        """Return a value of plain words in lower case, without what follows a semicolon."""
        return text_of(self.raw(name)).partition(";")[0].strip().lower()

    def words(self, name: str) -> str:
        """Return a value for people, its encoded words read."""
        return words_of(self.raw(name))


class _Fields:
    """A head under construction."""

    def __init__(self) -> None:
        self.found: list[tuple[str, list[bytes]]] = []
        self.length = 0
        self.sure: int | None = None
        self.goes_on = False  # a folded line belongs to the last field
        self.is_cut = False
        self.is_broken = False
        self.strays: list[tuple[int, int]] = []

    def start(self, name: bytes, value: bytes, *, spaced: bool) -> None:
        if spaced:
            self.doubt()
        self.found.append((name.decode("ascii").lower(), [value]))
        self.length = len(value)
        self.goes_on = True

    def fold(self, line: bytes, where: tuple[int, int]) -> None:
        if not self.found:
            self.doubt()
        if not self.goes_on:
            self.stray(where)
        self.length += len(line) + 1
        self.is_cut = self.is_cut or self.length > MOST_HEADER
        if self.goes_on and self.length <= MOST_HEADER:
            self.found[-1][1].append(line)

    def junk(self) -> None:
        self.goes_on = False
        self.doubt()

    def stray(self, where: tuple[int, int]) -> None:
        """Remember a line that is no field; neighbours are one stretch, as is all beyond many."""
        if self.strays and (self.strays[-1][1] == where[0] or len(self.strays) == _MOST_STRAYS):
            where = self.strays.pop()[0], where[1]
        self.strays.append(where)

    def doubt(self) -> None:
        """Remember that a reader may end the head here."""
        self.sure = len(self.found) if self.sure is None else self.sure

    def head(self, end: int) -> Head:
        fields = tuple((name, b"\n".join(lines)) for name, lines in self.found)
        sure = len(fields) if self.sure is None else self.sure
        return Head(fields, end, sure, self.is_cut, self.is_broken, tuple(self.strays))


def unfolded(value: bytes) -> bytes:
    return _FOLD.sub(b" ", value).strip(b" \t")


def head_of(raw: bytes, start: int = 0, end: int | None = None) -> Head:
    """Read fields from `start` on, to the first empty line; a text without any is all body."""
    end = len(raw) if end is None else end
    fields = _Fields()
    for place, line, after in _lines(raw, start, end):
        if not line:
            return fields.head(after)
        if after - start > MOST_HEADERS or len(line) > MOST_HEADER:
            fields.is_cut = True
            return fields.head(_after_head(raw, place, end))
        fields.is_broken = fields.is_broken or b"\r" in line
        named = _FIELD.match(line)
        if line.startswith(_SPACE):
            fields.fold(line, (place, after))
        elif named:
            fields.start(named[1], line[named.end() :], spaced=named.end() > named.end(1) + 1)
        elif place == start and line.startswith(_MBOX):
            continue
        else:
            fields.junk()
            if not _is_head(raw, after, end):
                fields.is_broken = fields.is_broken or _may_go_on(raw, place, end)
                return fields.head(place)
            fields.stray((place, after))
        if after - place > len(line) + len(_LINE_END):
            fields.doubt()  # of several returns, some readers make an empty line
    return fields.head(end)


def _lines(raw: bytes, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """Give where each line begins, the line without its end, and where the next one begins.

    Of a line beyond the limit comes so much as shows that it is.
    """
    place = start
    while place < end:
        stop = raw.find(b"\n", place, end)
        stop = end if stop < 0 else stop
        shown = min(stop, place + MOST_HEADER + 2)
        line = bytes(raw[place:shown])
        yield place, line.rstrip(b"\r") if shown == stop else line, min(stop + 1, end)
        place = stop + 1


def _is_head(raw: bytes, place: int, end: int) -> bool:
    """Tell whether a field or a folded line stands there, so that the line before is junk."""
    return _FIELD.match(raw, place, end) is not None


def _may_go_on(raw: bytes, place: int, end: int) -> bool:
    """Tell whether a reader who skips all that is no field could find a sender there."""
    within = min(end, place + MOST_HEADERS)
    stop = _EMPTY_LINE.search(raw, place, within)
    if stop is None and within < end:
        return True
    return _SENDER.search(raw, place, stop.end() if stop else within) is not None


def _after_head(raw: bytes, place: int, end: int) -> int:
    found = _EMPTY_LINE.search(raw, place, end)
    return found.end() if found else end
