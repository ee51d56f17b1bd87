"""Rich text as plain text: for search, snippets and counting, and for mail."""

import re
from typing import Final

from typing_extensions import override

from otklik.core.richtext.outline import CELLS, LISTS
from otklik.core.richtext.tokens import End, Start, Text, Token, tokens

_BLOCKS: Final = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "blockquote",
        "hr",
        "table",
        "ul",
        "ol",
        "dd",
        "dt",
    ]
)
_SPACED: Final = frozenset({"p", "h3", "h4", "pre", "table", "blockquote"})
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_UNSEEN = re.compile(
    "[\\s\u00ad\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u2800\u3164\ufeff]+"
)
_ADDRESS_START = re.compile("https://|mailto:|tel:")
_RULE: Final = "-" * 20


def to_text(html: str) -> str:
    """Return what a reader sees, line by line, without any marks. Takes any HTML."""
    return _Plain().read(html)


def to_mail_text(html: str) -> str:
    """Return a text for a plain mail: with bullets, `>` before quoted lines, links spelled out."""
    return _Letter().read(html)


def is_blank(html: str) -> bool:
    """Tell whether a reader would see nothing at all."""
    return "<img" not in html and not _UNSEEN.sub("", to_text(html))


class _Plain:
    """Lines under construction."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.in_pre = False

    def read(self, html: str) -> str:
        for token in tokens(html):
            self.take(token)
        self.end_line()
        return "\n".join(self.lines).strip("\n")

    def take(self, token: Token) -> None:
        match token:
            case Text(text):
                self.write(text)
            case Start():
                self.start(token)
            case End(name):
                self.end(name)

    def write(self, text: str) -> None:
        if not self.in_pre:
            self.line.append(_SPACE.sub(" ", text))
            return
        first, *more = text.split("\n")
        self.line.append(first)
        for line in more:
            self.end_line(forced=True)
            self.line.append(line)

    def start(self, tag: Start) -> None:
        if tag.name in _BLOCKS:
            self.end_line(forced=tag.name == "br")
        if "data-remote" in tag.attributes:
            self.write(tag.attributes.get("alt", ""))
        self.in_pre = self.in_pre or tag.name == "pre"

    def end(self, name: str) -> None:
        if name in CELLS:
            self.line.append(" ")
        elif name in _BLOCKS:
            self.end_line()
        self.in_pre = self.in_pre and name != "pre"

    def end_line(self, *, forced: bool = False) -> None:
        line = "".join(self.line)
        line = line.rstrip() if self.in_pre else _SPACE.sub(" ", line).strip()
        self.line.clear()
        if line or forced:
            self.lines.append(line)


class _Letter(_Plain):
    """The same with what a plain mail needs."""

    def __init__(self) -> None:
        super().__init__()
        self.prefix = ""  # of the next line: a bullet
        self.quotes = 0
        self.lists: list[int | None] = []  # the next number of each open list
        self.link: tuple[str, int] = ("", 0)  # its address, and where its words begin

    @override
    def read(self, html: str) -> str:
        return super().read(html).rstrip("> \n")

    @override
    def start(self, tag: Start) -> None:
        super().start(tag)
        name, attributes = tag.name, tag.attributes
        is_list = name in LISTS and not self.lists
        if (name in _SPACED or is_list) and not self.prefix:
            self.blank_line()
        match name:
            case "ul" | "ol":
                self.lists.append(_first_number(attributes) if name == "ol" else None)
            case "li":
                self.prefix = self.bullet()
            case "a":
                self.link = (attributes.get("href", ""), len(self.line))
            case "img":
                self.line.append(f"[{attributes.get('alt') or '…'}]")
            case "hr":
                self.lines.append(_RULE)
            case "blockquote":
                self.quotes += 1
            case _:
                pass

    @override
    def end(self, name: str) -> None:
        if name == "a":
            href, place = self.link
            shown = "".join(self.line[place:]).strip()
            if href and shown != _ADDRESS_START.sub("", href) and shown != href:
                self.line.append(f" ({href})")
        super().end(name)
        if name in LISTS:
            self.lists = self.lists[:-1]
        elif name == "blockquote":
            self.quotes = max(self.quotes - 1, 0)
            self.blank_line()

    def bullet(self) -> str:
        indent = "  " * max(len(self.lists) - 1, 0)
        number = self.lists[-1] if self.lists else None
        if number is None:
            return f"{indent}- "
        self.lists[-1] = number + 1
        return f"{indent}{number}. "

    def blank_line(self) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * self.quotes)

    @override
    def end_line(self, *, forced: bool = False) -> None:
        before = len(self.lines)
        super().end_line(forced=forced)
        if len(self.lines) > before:
            self.lines[-1] = f"{'> ' * self.quotes}{self.prefix}{self.lines[-1]}".rstrip()
            self.prefix = ""


def _first_number(attributes: dict[str, str]) -> int:
    start = attributes.get("start", "")
    return int(start) if re.fullmatch("[0-9]{1,4}", start) else 1
