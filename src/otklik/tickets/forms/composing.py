"""Turn what was typed under a ticket into words and a move."""

from dataclasses import dataclass, replace
from typing import Literal

from django.http import QueryDict

from otklik.core.richtext import from_text
from otklik.tickets.actions import Move, Thought, Words
from otklik.tickets.actions.attaching import tokens
from otklik.tickets.forms.asked import AskedForm

LONGEST_KEY = 80
MARKS: tuple[Literal["solution", "service"], ...] = ("solution", "service")
WORDS: tuple[Literal["comment", "suggestion"], ...] = ("comment", "suggestion")
MOST_UPLOADS = 50
MOST_DIGITS = 18  # of what fits a bigint for certain


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A composer's post."""

    is_note: bool
    words: Words
    target_id: int | None  # the status to go to with it
    source_id: int | None  # the status that the person saw
    raw: str  # as it was typed, to show again
    is_html: bool  # by the editor; else plain text

    @property
    def is_blank(self) -> bool:
        return not self.words.body and not self.words.uploads


def words_from(post: QueryDict, name: str = "body") -> Words:
    """Read rich or plain text, file tokens and the key against repeats."""
    body = post.get(name, "")
    if post.get(f"{name}_format", "text") != "html":
        body = str(from_text(body)) if body.strip() else ""
    return Words(
        body=body,
        uploads=tokens(post.getlist("uploads")[:MOST_UPLOADS]),
        once=post.get("once", "").replace("\0", "")[:LONGEST_KEY],
        signs="sign" in post,
        seen_message=whole(post.get("seen_message")),
    )


def composed_from(post: QueryDict) -> Composed:
    """Read a composer. Numbers that are none are taken as not given."""
    return Composed(
        is_note=post.get("mode") == "note",
        words=words_from(post),
        target_id=whole(post.get("target")),
        source_id=whole(post.get("source")),
        raw=post.get("body", ""),
        is_html=post.get("body_format") == "html",
    )


def move_from(post: QueryDict, answers: AskedForm, target_id: int) -> Move:
    """Read a change of status: a letter, a note and answers, each where it was given."""
    reply, note = words_from(post), words_from(post, "note")
    return Move(
        target_id=target_id,
        reply=reply if reply.body or reply.uploads else None,
        note=replace(note, uploads=()) if note.body else None,
        values=answers.posted_values(),
        source_id=whole(post.get("source")),
    )


def thought_from(post: QueryDict) -> Thought:
    """Read what was said of a solution: one press of a star, or words. A mark that is none is 0."""
    thought: Thought = {}
    for mark in MARKS:
        if mark in post:
            thought[mark] = whole(post.get(mark)) or 0
    for words in WORDS:
        if words in post:
            thought[words] = post.get(words, "")
    return thought


def whole(text: str | None) -> int | None:
    """Return a positive whole number that fits a key, or None."""
    if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return int(text)
    return None
