"""An article as it is read: headings with anchors, a table of contents, links that stay here."""

import re
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from otklik.core.richtext import stored, to_text, without_remote

_HEADING: Final = re.compile(r"<h([34])>(.*?)</h\1>", re.DOTALL)
_OWN_LINK: Final = re.compile(r'<a href="(/[^"]*)"[^>]*>')
_NOT_IN_ANCHORS: Final = re.compile(r"[^\w]+")
_LONGEST: Final = 60
FEWEST: Final = 2  # headings that are worth a table


@dataclass(frozen=True)
class Heading:
    """One line of a table of contents."""

    anchor: str
    words: str
    is_minor: bool


@dataclass(frozen=True)
class Outline:
    """A text to show and the headings in it."""

    body: Markup
    headings: tuple[Heading, ...]

    @property
    def is_worth_a_table(self) -> bool:
        return len(self.headings) >= FEWEST


def outlined(body: str) -> Outline:
    """Return a clean text with anchors at its headings, which begin under the page's own."""
    headings: list[Heading] = []
    taken: set[str] = set()

    def anchored(match: re.Match[str]) -> str:
        words = to_text(match[2]).strip()
        anchor = _anchor(words, taken)
        headings.append(Heading(anchor, words, is_minor=match[1] == "4"))
        level = int(match[1]) - 1
        return f'<h{level} id="{escape(anchor)}">{match[2]}</h{level}>'

    shown = _HEADING.sub(anchored, str(without_remote(stored(body))))
    shown = _OWN_LINK.sub(r'<a href="\1">', shown)
    return Outline(Markup(shown), tuple(headings))  # noqa: S704  # clean, and ids of word characters


def _anchor(words: str, taken: set[str]) -> str:
    """Return a word for a heading that no other heading of the text has."""
    base = _NOT_IN_ANCHORS.sub("-", words.lower()).strip("-")[:_LONGEST].strip("-") or "part"
    anchor, number = base, 2
    while anchor in taken:
        anchor, number = f"{base}-{number}", number + 1
    taken.add(anchor)
    return anchor
