"""A letter taken apart: a tree of parts by place, in time that grows with its length.

Only what an outer part holds is looked through for its inner parts (RFC 2046), so each byte is
read once a level, and there are at most `DEEPEST` levels. Forwarded letters are not opened:
they are files of this one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from otklik.core.letters.headers import Head, head_of
from otklik.core.letters.letter import DEEPEST, MOST_PARTS
from otklik.core.letters.transfer import pieces_of
from otklik.core.letters.words import parameters_of

_SNIFFED = re.compile(
    rb"^--([^\s][^\r\n]{0,98}+)[ \t]*+\r*+\nContent-", re.MULTILINE | re.IGNORECASE
)
_SNIFFED_WITHIN: Final = 64 * 1024
_LETTER = re.compile(rb"[0-9A-Za-z\x80-\xff]")
_OF_PROGRAMS = re.compile(
    rb"\s*+(?:[^\r\n]++\r*\n){0,3}?[^\r\n]*?(?:mime|multi-?part)[^\r\n]*+(?:\r*\n[^\r\n]++)*+",
    re.IGNORECASE,
)
"""A first paragraph that tells people of MIME."""
_LONGEST_NOTE: Final = 2000
_LONGEST_BOUNDARY: Final = 1000
_MOST_RETURNS: Final = 3
_LINE_REST = re.compile(rb"(?:--)?[ \t]*\r*(?:\n|\Z)")


@dataclass(slots=True)
class Bounds:
    """What of the limits is used up, for one letter."""

    parts: int = 0
    too_many: bool = False
    too_deep: bool = False
    head_cut: bool = False
    warnings: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Part:
    """One part: its head, and where its body stands in the raw letter."""

    raw: bytes
    head: Head
    end: int
    default_type: str
    children: tuple["Part", ...] = ()
    strays: tuple["Part", ...] = ()
    """What stands in its head and around its parts, and no program wrote."""

    @property
    def start(self) -> int:
        return self.head.end

    @cached_property
    def _typed(self) -> tuple[str, dict[str, str]]:
        value = self.head.raw("content-type")
        kind, parameters = parameters_of(value)
        return (kind if kind.count("/") == 1 else self.default_type), parameters

    @property
    def kind(self) -> str:
        return self._typed[0]

    @property
    def is_typed(self) -> bool:
        """Tell whether the part says itself what it is."""
        return bool(self.head.raw("content-type"))

    @property
    def parameters(self) -> dict[str, str]:
        return self._typed[1]

    @cached_property
    def disposition(self) -> tuple[str, dict[str, str]]:
        return parameters_of(self.head.raw("content-disposition"))

    @cached_property
    def encoding(self) -> str:
        return self.head.token("content-transfer-encoding").strip("\"' ")

    @property
    def strays_apart(self) -> tuple[list["Part"], list["Part"]]:
        """Return the strays before what is said in the part, and those after it."""
        before = [
            one for one in self.strays if not self.children or one.start < self.children[0].start
        ]
        return before, list(self.strays[len(before) :])

    def content(self, most: int | None = None) -> bytes:
        """Return the decoded body, or about the first `most` bytes of it."""
        end = self.end if most is None else min(self.end, self.start + most)
        return b"".join(pieces_of(self.raw, self.start, end, self.encoding))


def taken_apart(raw: bytes, head: Head, bounds: Bounds) -> Part:
    """Return the whole letter as a part with its parts."""
    return _opened(Part(raw, head, len(raw), "text/plain"), bounds, 0)


def _opened(part: Part, bounds: Bounds, depth: int) -> Part:
    strays = [_stray(part.raw, start, end) for start, end in part.head.strays]
    if part.kind.startswith("multipart/") and depth >= DEEPEST:
        bounds.too_deep = True
    if not part.kind.startswith("multipart/") or depth >= DEEPEST:
        return replace(part, strays=tuple(filter(_is_written, strays)))
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    children = []
    for start, end, is_part in _spans(part, bounds):
        if not is_part:
            strays.append(_stray(part.raw, start, end))
            continue
        bounds.parts += 1
        if bounds.parts > MOST_PARTS:
            bounds.too_many = True
            break
        head = head_of(part.raw, start, end)
        bounds.head_cut = bounds.head_cut or head.is_cut
        children.append(_opened(Part(part.raw, head, end, default), bounds, depth + 1))
    written = tuple(filter(_is_written, strays))
    return replace(part, children=tuple(children), strays=written)


def _stray(raw: bytes, start: int, end: int) -> Part:
    """Return a stretch that belongs to no part as one of plain text."""
    return Part(raw, Head((), start, 0, is_cut=False, is_broken=False), end, "text/plain")


def _is_written(stray: Part) -> bool:
    """Tell whether more stands there than what programs put before the first part."""
    start = stray.raw[stray.start : min(stray.end, stray.start + _LONGEST_NOTE)]
    note = _OF_PROGRAMS.match(start)
    return (
        _LETTER.search(stray.raw, stray.start + (note.end() if note else 0), stray.end) is not None
    )


def _spans(part: Part, bounds: Bounds) -> Iterator[tuple[int, int, bool]]:
    """Give each stretch and whether it is a part, the last one to the end if it must."""
    named = part.parameters.get("boundary", "").strip().encode(errors="replace")[:_LONGEST_BOUNDARY]
    delimiters = _delimiters(part, named) if named else iter(())
    first = next(delimiters, None)
    if first is None and (sniffed := _sniffed(part)):
        bounds.warnings.add("boundary-guessed")
        delimiters = _delimiters(part, sniffed)
        first = next(delimiters, None)
    if first is None:
        bounds.warnings.add("boundary-missing")
        return
    before, start, closes = first
    yield part.start, before, False
    for before, after, closing in delimiters:
        yield start, before, not closes
        start, closes = after, closing
    if not closes:
        bounds.warnings.add("boundary-unclosed")
    yield start, part.end, not closes


def _delimiters(part: Part, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Give where the text before a delimiter ends, where it goes on, and whether it closes."""
    raw, line = part.raw, b"\n--" + boundary
    place = raw.find(line, max(part.start - 1, 0), part.end)
    while place >= 0:
        end = place + len(line)
        rest = _LINE_REST.match(raw, end, part.end)
        if rest:
            last = raw[max(part.start, place - _MOST_RETURNS) : place]
            before = place - len(last) + len(last.rstrip(b"\r"))
            yield max(part.start, before), rest.end(), rest[0].startswith(b"--")
        place = raw.find(line, rest.end() - 1 if rest else end, part.end)


def _sniffed(part: Part) -> bytes:
    """Find what looks like a delimiter where none is named, or another than what stands there."""
    found = _SNIFFED.search(part.raw, part.start, min(part.end, part.start + _SNIFFED_WITHIN))
    return found[1].rstrip(b" \t") if found else b""
