"""The lines of a text that is being made of HTML."""

import re
from collections.abc import Callable
from typing import Final

RULE: Final = "_" * 32
"""What Outlook itself writes above the headers of an older letter."""
HARD_BLANK: Final = "\u00a0"
_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")
_SIGNATURE: Final = "-- "
_ADDRESSES: Final = ("http://", "https://", "mailto:", "ftp://", "tel:")
_MOST_BLANK: Final = 2
_MOST_OF_A_HEADING: Final = 12

Judge = Callable[[list[str]], bool]


class Lines:
    """What is written so far, and the line that is being written."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.depths: list[int] = []
        self.judged: list[tuple[int, Judge]] = []  # rules, kept if what follows is a heading
        self.line: list[str] = []
        self.prefix = ""  # a bullet
        self.linked = (0, 0)  # the place behind the last link
        self.depth = 0
        self.is_verbatim = False

    def __len__(self) -> int:
        return len(self.done)

    @property
    def place(self) -> tuple[int, int]:
        return len(self.done), len(self.line)

    @property
    def has_line(self) -> bool:
        return any(part.strip() for part in self.line)

    def write(self, text: str, *, verbatim: bool) -> None:
        if not verbatim:
            self.line.append(_single_spaced(text))
            return
        self.is_verbatim = True
        first, *more = text.split("\n")
        self.line.append(first)
        for line in more:
            self.end_line(forced=True)
            self.is_verbatim = True
            self.line.append(line)

    def end_line(self, *, forced: bool = False) -> None:
        written = "".join(self.line)
        line = written.rstrip() if self.is_verbatim else _tidy(written)
        forced = forced or HARD_BLANK in written  # a paragraph of it is a blank line to the eye
        self.line.clear()
        self.is_verbatim = False
        if line or forced:
            self.add(self.prefix + line if line else "")
            self.prefix = "" if line else self.prefix

    def add(self, line: str) -> None:
        self.done.append(line)
        self.depths.append(self.depth)

    def leave_blank(self) -> None:
        """Make sure that a blank line stands above what comes next."""
        self.end_line()
        if self.done and self.done[-1]:
            self.done.append("")
            self.depths.append(min(self.depth, self.depths[-1]))

    def draw_rule(self, *, only_above: Judge | None) -> None:
        self.end_line()
        if only_above is not None:
            self.judged.append((len(self.done), only_above))
        self.add(RULE)

    def begin_signature(self) -> None:
        self.end_line()
        self.judged.append((len(self.done), _has_no_dashes))
        self.add(_SIGNATURE)

    def quote_unless(self, judge: Judge, *, since: int) -> None:
        """Mark the lines of a heading as quoted where nothing in them would tell."""
        is_short = len(self.done) - since <= _MOST_OF_A_HEADING
        if is_short and not judge([line for line in self.done[since:] if line]):
            for place in range(since, len(self.done)):
                self.depths[place] = max(self.depths[place], 1)

    def end_cell(self) -> None:
        self.line.append("\t")

    def write_link(self, address: str, since: tuple[int, int]) -> None:
        """Write the address after the words of a link, where they differ.

        Of links within links the inner one counts: what a browser makes of them has no outer one.
        """
        is_outer, self.linked = self.linked > since, self.place
        if is_outer:
            return
        line, place = since
        words = "".join(self.line[place:]).strip() if line == len(self.done) else ""
        bare = _bare(address)
        if words and address.casefold().startswith(_ADDRESSES) and bare not in _bare(words):
            self.line.append(f" <{address.removeprefix('mailto:')}>")
            self.linked = self.place

    def text(self) -> str:
        self.end_line()
        gone = {place for place, judge in self.judged if not judge(self._after(place))}
        shown: list[str] = []
        blank = 0
        for place, (line, depth) in enumerate(zip(self.done, self.depths, strict=True)):
            if place in gone:
                continue
            blank = 0 if line else blank + 1
            if blank <= _MOST_BLANK:
                marked = f"{'> ' * depth}{line}"
                shown.append(marked if line == _SIGNATURE else marked.rstrip())
        return "\n".join(shown).strip("\n")

    def _after(self, place: int) -> list[str]:
        return [line for line in self.done[place + 1 : place + 8] if line]


def _has_no_dashes(lines: list[str]) -> bool:
    return not lines or lines[0].strip() not in {"--", "—", "---"}


def _single_spaced(text: str) -> str:
    """Return the text with each run of white space as one blank; hard blanks stay apart."""
    return _SPACE.sub(" ", text)


def _tidy(line: str) -> str:
    return "\t".join(" ".join(cell.split()) for cell in line.split("\t")).strip()


def _bare(address: str) -> str:
    bare = address.strip().casefold().rstrip("/")
    for start in (*_ADDRESSES, "www."):
        bare = bare.removeprefix(start)
    return bare.partition("?")[0] if "mailto" in address[:8].casefold() else bare
