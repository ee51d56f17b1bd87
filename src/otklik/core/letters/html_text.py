"""A letter's HTML as text, its history marked as mail programs mark it in plain letters.

One pass over the tags, each opened once and closed once, so the time grows with the length
only. What is hidden goes before, by `hidden.visible`. Quotes deeper than DEEPEST are written at
that depth.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from otklik.core.letters import html_marks as marks
from otklik.core.letters import html_tree as tree
from otklik.core.letters.css import declared
from otklik.core.letters.headings import after_header_block, after_separator, after_wrote, header
from otklik.core.letters.html_lines import Lines
from otklik.core.richtext.tokens import End, Start, Text, Token, tokens

DEEPEST: Final = 8
_MOST_DIGITS: Final = 4
_MOST_LISTS: Final = 6

_SPACED: Final = tree.HEADINGS | {"p", "ul", "ol", "dl", "pre"}


@dataclass(slots=True)
class _Open:
    """One open element and what ends with it."""

    name: str
    quotes: bool = False
    history: bool = False
    verbatim: bool = False
    heading_from: int = -1  # the first line of a heading
    link: str = ""
    words_from: tuple[int, int] = (0, 0)


def text_of_html(html: str) -> str:
    """Return any HTML as text, as `text_of_tokens` does."""
    return text_of_tokens(tokens(html))


def text_of_tokens(given: Iterable[Token]) -> str:
    """Return a letter's HTML as text for `split_text`: quotes are marked by `> `.

    A link shows its address where its words do not.
    """
    return _Reading().read(given)


class _Reading:
    """Where the reading stands."""

    def __init__(self) -> None:
        self.lines = Lines()
        self.open: list[_Open] = []
        self.verbatim = 0
        self.quotes = 0
        self.histories = 0
        self.lists: list[int] = []  # the next number of each open list, 0 for bullets

    def read(self, given: Iterable[Token]) -> str:
        for token in given:
            match token:
                case Text(text):
                    self.lines.write(text, verbatim=bool(self.verbatim))
                case Start():
                    self.start(token)
                case End(name):
                    self.end(name)
        self.close_to(0)
        return self.lines.text()

    def start(self, tag: Start) -> None:
        name, style = tag.name, declared(tag.attributes.get("style", ""))
        self.close_to(tree.kept_at_start(self.open, name))
        if name in tree.VOID:
            self.write_void(tag)
            return
        one = _Open(name)
        self.open.append(one)
        if name not in tree.INLINE:
            self.start_block(tag, one, style)
        elif name == "a":
            one.link = tag.attributes.get("href", "").strip()
            one.words_from = self.lines.place
        if marks.is_preformatted(name, style):
            one.verbatim = True
            self.verbatim += 1

    def start_block(self, tag: Start, one: _Open, style: Mapping[str, str]) -> None:
        name, attributes = tag.name, tag.attributes
        if name not in tree.CELLS:
            self.lines.end_line()
        if _is_spaced(name, attributes, style) and not self.lists:
            self.lines.leave_blank()
        one.history = marks.holds_history(name, attributes)
        self.histories += one.history
        is_own = not self.histories and marks.is_own_quotation(name, attributes)
        if marks.is_quoting(name, attributes, style) and not is_own:
            one.quotes = True
            self.quotes += 1
            self.lines.depth = min(self.quotes, DEEPEST)
        elif marks.begins_history(name, attributes, style):
            self.lines.draw_rule(only_above=is_headed)
        elif marks.is_signature(attributes) and not self.quotes:
            self.lines.begin_signature()
        if marks.is_heading(attributes):
            one.heading_from = len(self.lines)
        if name in {"ul", "ol"}:
            self.lists.append(_first_number(attributes) if name == "ol" else 0)
        elif name == "li":
            self.lines.prefix = self.bullet()

    def write_void(self, tag: Start) -> None:
        match tag.name:
            case "br":
                self.lines.end_line(forced=True)
            case "hr":
                self.lines.end_line()
                self.lines.draw_rule(only_above=None)
            case "img":
                alt = " ".join(tag.attributes.get("alt", "").split())
                if alt:
                    self.lines.write(f"[{alt}]", verbatim=False)
            case _:
                pass

    def end(self, name: str) -> None:
        self.close_to(tree.kept_at_end(self.open, name))

    def close_to(self, kept: int) -> None:
        while len(self.open) > kept:
            self.close_last()

    def close_last(self) -> None:
        one = self.open.pop()
        if one.link:
            self.lines.write_link(one.link, one.words_from)
        if one.name not in tree.INLINE:
            self.end_block(one)
        self.verbatim -= one.verbatim

    def end_block(self, one: _Open) -> None:
        if one.name in tree.CELLS and self.lines.has_line:
            self.lines.end_cell()
            return
        self.lines.end_line()
        if one.name in {"ul", "ol"} and self.lists:
            self.lists.pop()
        if one.heading_from >= 0:
            self.lines.quote_unless(is_headed, since=one.heading_from)
        self.histories -= one.history
        if one.quotes:
            self.quotes -= 1
            self.lines.depth = min(self.quotes, DEEPEST)
        if one.name in _SPACED and one.name != "p" and not self.lists:
            self.lines.leave_blank()

    def bullet(self) -> str:
        indent = "  " * min(max(len(self.lists) - 1, 0), _MOST_LISTS)
        number = self.lists[-1] if self.lists else 0
        if not number:
            return f"{indent}- "
        self.lists[-1] = number + 1
        return f"{indent}{number}. "


def is_headed(lines: list[str]) -> bool:
    """Tell whether `split_text` would see a heading somewhere in these first lines."""
    return any(
        after_wrote(lines, at) > at
        or after_separator(lines, at) > at
        or after_header_block(lines, at) > at
        or bool(header(lines[at])[0])
        for at in range(min(len(lines), 3))
    )


def _is_spaced(name: str, attributes: dict[str, str], style: Mapping[str, str]) -> bool:
    """Tell whether a browser leaves a blank line above; Outlook's paragraphs are plain lines."""
    if name == "p":
        is_tight = style.get("margin", "").startswith("0") or style.get("margin-top") == "0"
        return not is_tight and "msonormal" not in attributes.get("class", "").casefold()
    return name in _SPACED


def _first_number(attributes: dict[str, str]) -> int:
    start = attributes.get("start", "")
    is_number = len(start) <= _MOST_DIGITS and start.isascii() and start.isdigit()
    return (int(start) if is_number else 1) or 1
