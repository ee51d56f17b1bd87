"""HTML as a flat run of tags and texts, in one pass whose time grows with the length only.

The tag grammar is the WHATWG tokenizer's (https://html.spec.whatwg.org/#tokenization) without
its tree: what a browser would drop at the end of the file is dropped here too.
"""

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from otklik.core.text import mend_text

_OPENING = re.compile(r"<(?:(/?)([A-Za-z][^\s/>]*)|(!--)|[!?/])")
_ATTRIBUTE = re.compile(
    r"[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)?))?"
)
_SPACE = re.compile(r"[\s/]*")
_COMMENT_END = re.compile(r"--!?>")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_MOST_ATTRIBUTES: Final = 40

SWALLOWED: Final = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "noembed",
        "noframes",
        "textarea",
        "title",
        "xmp",
        "svg",
        "math",
        "object",
        "applet",
        "select",
        "audio",
        "video",
        "canvas",
    ]
)
"""Elements whose content is no text for people."""
_RAW: Final = frozenset({"script", "style"})


@dataclass(frozen=True, slots=True)
class Text:
    """Characters between tags, with their entities resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """An opening tag; names are lower case, values have their entities resolved."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """A closing tag."""

    name: str


Token = Text | Start | End


def tokens(
    source: str, *, swallowed: Collection[str] = SWALLOWED, sheets: list[Start] | None = None
) -> Iterator[Token]:
    """Split HTML into its tags and texts, leaving out comments and swallowed elements.

    Style elements that are swallowed come into `sheets`, each with the attribute `text`.
    """
    place, endless, bare = 0, set[str](), dict[str, Start]()
    while (opening := _next_opening(source, place)) is not None:
        if opening.start() > place:
            yield Text(unescape(source[place : opening.start()]))
        closes, name = opening[1], (opening[2] or "").lower()
        if not name:
            place = _after_comment(source, opening)
            continue
        tag, place = _tag(source, opening.end(), name)
        if tag is None:
            return
        if closes:
            yield End(name)
        elif name in swallowed:
            after = _after_swallowed(source, place, name, endless)
            if sheets is not None and name == "style":
                held = source[place:after]
                text = held.rpartition("</")[0] or held
                sheets.append(Start(name, {**tag.attributes, "text": text}))
            place = after
        else:  # tags without attributes are one, so that many take no room
            yield tag if tag.attributes else bare.setdefault(name, tag)
    if place < len(source):
        yield Text(unescape(source[place:]))


def unescape(text: str) -> str:
    """Resolve entities, also absurd ones, and mend what they hid."""
    if "&" in text:
        text = html.unescape(_LONG_NUMBER.sub("\ufffd", text))
    return mend_text(text)


def _next_opening(source: str, place: int) -> re.Match[str] | None:
    return _OPENING.search(source, place) if place < len(source) else None


def _after_comment(source: str, opening: re.Match[str]) -> int:
    if opening[3]:
        end = _COMMENT_END.search(source, opening.end() - 2)
        return end.end() if end else len(source)
    end_at = source.find(">", opening.end())
    return end_at + 1 if end_at >= 0 else len(source)


def _tag(source: str, place: int, name: str) -> tuple[Start | None, int]:
    attributes: dict[str, str] = {}
    while True:
        place = _skip(source, place)
        if place >= len(source):
            return None, place
        if source[place] == ">":
            return Start(name, attributes), place + 1
        match = _ATTRIBUTE.match(source, place)
        if match is None:
            return None, len(source)
        place = match.end()
        value = next((one for one in match.groups()[1:] if one is not None), "")
        if len(attributes) < _MOST_ATTRIBUTES:
            attributes.setdefault(match[1].lower(), unescape(value))


def _skip(source: str, place: int) -> int:
    match = _SPACE.match(source, place)
    return match.end() if match else place


def _after_swallowed(source: str, place: int, name: str, endless: set[str]) -> int:
    if name in endless:
        return place
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, place)
    if end is None:
        endless.add(name)
        return len(source) if name in _RAW else place
    _closing, after = _tag(source, end.end(), name)
    return after
