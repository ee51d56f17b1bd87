"""What somebody newly said in a letter, apart from the history quoted and the signature.

A letter is read line by line. First come the headings: a block of headers, a line such as
`-----Original Message-----` or our own mark ends what is said, and so does "On …, X wrote:"
when what follows bears no `>`. Then the marked quotes are weighed: one that ends the letter is
history, one whole letter quoted above the answer is history as well, and passages with answers
between them stay with these answers. The end of what is left may be a signature. When nothing
would be left, all of it was said: a lone quotation. A letter that was passed on was never said
here, so it is new, whatever stands above it.

Nothing is deleted and nothing changes its order within a part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from otklik.core.letters.headings import (
    after_header_block,
    after_separator,
    after_wrote,
    is_own_mark,
    next_shown,
    passes_on,
)
from otklik.core.letters.html_text import text_of_html
from otklik.core.letters.lines import (
    MOST,
    folded,
    has_address,
    has_date,
    is_blank,
    is_quote,
    is_rule,
)
from otklik.core.letters.signing import is_closing, is_device_line, signature_start
from otklik.core.letters.wrapping import is_wrapped_quote, parted

__all__ = ["Said", "new_in", "split_text", "text_of_html"]

MOST_LINES: Final = 20_000

Part = Literal["new", "signature", "quoted"]
_MOST_OF_A_FAREWELL: Final = 4
_MOST_INTRODUCED: Final = 12


@dataclass(frozen=True, slots=True)
class Said:
    """A letter's text in three parts; each line of the letter is in one of them."""

    new: str
    signature: str
    quoted: str
    is_forward: bool = False  # a line of it says that it passes on a letter


def split_text(text: str, *, mark: str = "") -> Said:
    r"""Part what is newly said from signature and history.

    `mark` is the line of our own letters above which people answer; lines of the form
    `##- … -##` are known without. Breaks become `\n`, blank lines at the edges of a part go.
    """
    lines = parted(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    letter = _Letter(lines, mark)
    parts = letter.parts()
    new, signature, quoted = (
        _joined(lines, parts, part) for part in ("new", "signature", "quoted")
    )
    return Said(new, signature, quoted, is_forward=letter.is_passed_on)


def new_in(text: str) -> str:
    """Return what is newly said, looked for in the first `MOST_LINES` lines."""
    return split_text("\n".join(text.split("\n", MOST_LINES)[:MOST_LINES])).new


def _joined(lines: Sequence[str], parts: Sequence[Part], wanted: str) -> str:
    kept = [line for line, part in zip(lines, parts, strict=True) if part == wanted]
    first, end = next_shown(kept, 0, most=len(kept)), len(kept)
    while end > first and is_blank(kept[end - 1]):
        end -= 1
    return "\n".join(kept[first:end])


@dataclass(slots=True)
class _Block:
    """Neighbouring lines of one kind, from `start` up to `end`; a quote may have a heading."""

    is_quote: bool
    start: int
    body: int
    end: int

    @property
    def is_headed(self) -> bool:
        return self.body > self.start


class _Letter:
    """The lines of one letter and what is known of them so far."""

    def __init__(self, lines: Sequence[str], mark: str) -> None:
        self.lines = lines
        self.mark = mark
        self.headings: dict[int, int] = {}  # of marked quotes: place, and the place after it
        self.is_passed_on = False  # what stands below was never said here
        self.end = self.find_end()  # where unmarked history begins

    def parts(self) -> list[Part]:
        parts: list[Part] = ["new"] * len(self.lines)
        if not self.is_passed_on:
            self.fill(parts, self.end, len(self.lines), "quoted")
        blocks = list(self.blocks())
        is_history = self.end == len(self.lines)  # what ends the letter, if nothing unmarked does
        while blocks and blocks[-1].is_quote and (is_history or blocks[-1].is_headed):
            if self.is_introduced(blocks[-1]):
                break
            is_history = not blocks[-1].is_headed
            self.fill(parts, blocks[-1].start, blocks[-1].end, "quoted")
            blocks.pop()
        if not any(not block.is_quote for block in blocks):
            return self.all_said()
        self.weigh_quotes(parts, blocks)
        self.sign(parts, blocks)
        return parts if self.says_something(parts) else self.all_said()

    def find_end(self) -> int:
        """Return where history begins that bears no marks; note the headings of marked quotes."""
        lines, place = self.lines, 0
        while place < len(lines):
            if is_blank(lines[place]):
                place += 1
                continue
            if after_separator(lines, place) > place:
                self.is_passed_on = passes_on(lines, place)
                return self.with_rules_above(place)
            if is_own_mark(lines[place], self.mark) or after_header_block(lines, place) > place:
                return self.with_rules_above(place)
            after = after_wrote(lines, place)
            if after > place:
                following = next_shown(lines, after)
                if following >= len(lines) or not is_quote(lines[following]):
                    return self.with_rules_above(place)
                self.headings[place] = following
            place = max(after, place + 1)
        return len(lines)

    def with_rules_above(self, place: int) -> int:
        start = place
        while start and (is_blank(self.lines[start - 1]) or is_rule(self.lines[start - 1])):
            start -= 1
        return start

    def blocks(self) -> Iterator[_Block]:
        """Give what is said and what is quoted with marks in turn, without blank lines."""
        place = next_shown(self.lines, 0, most=self.end)
        while place < self.end:
            body = self.headings.get(place, place)
            quoted = body > place or is_quote(self.lines[place])
            end = self.end_of_quote(body) if quoted else self.end_of_text(place)
            yield _Block(quoted, place, body, end)
            place = next_shown(self.lines, end, most=self.end - end)

    def end_of_quote(self, place: int) -> int:
        end = place
        while place < self.end:
            if is_quote(self.lines[place]) or is_wrapped_quote(self.lines, place):
                end = place + 1
            elif not is_blank(self.lines[place]):
                break
            place += 1
        return end

    def end_of_text(self, place: int) -> int:
        while place < self.end and place not in self.headings and not is_quote(self.lines[place]):
            place += 1
        return place

    def is_introduced(self, quote: _Block) -> bool:
        """Tell a few lines that the sender announced: "It says:", and then what it says."""
        if quote.is_headed or quote.end - quote.body > _MOST_INTRODUCED:
            return False
        place = quote.start - 1
        while place > 0 and is_blank(self.lines[place]):
            place -= 1
        above = self.lines[max(place, 0)].rstrip()
        is_short = above.endswith(":") and len(above) <= MOST and not is_quote(above)
        return is_short and not has_address(above) and not has_date(folded(above))

    def weigh_quotes(self, parts: list[Part], blocks: list[_Block]) -> None:
        """Leave in what is said the quotes that are answered between, without their headings."""
        quotes = [block for block in blocks if block.is_quote]
        last = blocks[-1]
        is_answered_apart = len(quotes) > 1 or self.has_marked_tail(last)
        for block in quotes:
            self.fill(parts, block.start, block.body, "quoted")
        if len(quotes) != 1 or not quotes[0].is_headed or is_answered_apart:
            return
        if blocks[0] is quotes[0] or self.is_farewell(last):
            self.fill(parts, quotes[0].body, quotes[0].end, "quoted")

    def has_marked_tail(self, last: _Block) -> bool:
        """Tell whether the quote goes on under what was said last, with no heading of its own."""
        place = next_shown(self.lines, last.end, most=len(self.lines))
        return place < self.end and place not in self.headings

    def is_farewell(self, block: _Block) -> bool:
        shown = [one for one in self.lines[block.start : block.end] if not is_blank(one)]
        start = signature_start(["", *shown])
        return len(shown) <= _MOST_OF_A_FAREWELL and (
            is_closing(shown[0]) or is_device_line(shown[0]) or start <= 1
        )

    def is_closed_by(self, block: _Block) -> bool:
        """Tell whether nothing but a closing and a name stands below the quotations."""
        shown = [one for one in self.lines[block.start : block.end] if not is_blank(one)]
        return len(shown) <= _MOST_OF_A_FAREWELL and is_closing(shown[0])

    def sign(self, parts: list[Part], blocks: list[_Block]) -> None:
        for block in blocks:
            if block.is_quote:
                continue
            for place in range(block.start, block.end):
                if is_device_line(self.lines[place]) and self.stands_alone(place, block):
                    parts[place] = "signature"
        last = blocks[-1]
        rest = [place for place in range(last.start, last.end) if parts[place] == "new"]
        if len(blocks) > 1 and self.is_closed_by(last):
            self.fill(parts, last.start, last.end, "signature")
            return
        if "quoted" in parts[last.end :]:
            self.leave_out_rules(parts, rest)
        for place in rest[signature_start([self.lines[place] for place in rest]) :]:
            parts[place] = "signature"

    def leave_out_rules(self, parts: list[Part], said: list[int]) -> None:
        """Count the rules that end what was said as the beginning of history."""
        while said and (is_rule(self.lines[said[-1]]) or is_blank(self.lines[said[-1]])):
            parts[said.pop()] = "quoted"

    def stands_alone(self, place: int, block: _Block) -> bool:
        """Tell whether a line is no part of a paragraph that goes on under it."""
        above = place == block.start or is_blank(self.lines[place - 1])
        below = place + 1 >= block.end or is_blank(self.lines[place + 1])
        return above or below

    def says_something(self, parts: Sequence[Part]) -> bool:
        return any(
            part == "new" and not is_blank(line)
            for line, part in zip(self.lines, parts, strict=True)
        )

    def all_said(self) -> list[Part]:
        return ["new"] * len(self.lines)

    def fill(self, parts: list[Part], start: int, end: int, part: Part) -> None:
        parts[start:end] = [part] * (end - start)
