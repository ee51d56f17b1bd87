"""A letter that passes on another one, in its two halves: what is asked, and what is said to it.

Whose files are whose is not told in such a letter. They go with what is asked, for so mail
programs pass them on; only the pictures that stand among the bearer's own words are theirs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from otklik.core.letters import Forwarded, content_of
from otklik.core.letters import Letter as ReadLetter
from otklik.core.richtext import from_text
from otklik.mail.actions.intake.wording import words_of
from otklik.people.models import Actor
from otklik.tickets.actions import Words

_PICTURE: Final = re.compile(r'data-upload="attachment-(\d{1,4})"')


@dataclass(frozen=True, kw_only=True)
class Halves:
    """A letter that was passed on, as if its writer had sent it, and its bearer's own words."""

    asked: ReadLetter
    asked_raw: Callable[[], bytes]
    asked_without: frozenset[int]  # places of files that are the bearer's
    said: ReadLetter
    said_without: frozenset[int]


def halves_in_words(read: ReadLetter, raw: Callable[[], bytes]) -> Halves | None:
    """Take a letter apart whose words pass on another; None for any else."""
    passed = read.forwarded
    if passed is None or passed.attachment is not None:
        return None
    every = frozenset(range(len(read.attachments)))
    own = frozenset(int(one) for one in _PICTURE.findall(passed.html_above or "")) & every
    return Halves(
        asked=_as_sent(read, passed),
        asked_raw=raw,
        asked_without=own,
        said=_as_said(read, passed),
        said_without=every - own,
    )


def halves_in_file(
    read: ReadLetter, raw: Callable[[], bytes], again: Callable[[bytes], ReadLetter]
) -> Halves | None:
    """Take a letter apart that has another one as a file, which `again` reads; None for any else.

    The other files are its bearer's.
    """
    place = read.forwarded.attachment if read.forwarded else None
    if place is None:
        return None
    content = content_of(raw(), read.attachments[place])
    return Halves(
        asked=again(content),
        asked_raw=lambda: content,
        asked_without=frozenset(),
        said=replace(read, forwarded=None),
        said_without=frozenset({place}),
    )


def note_of(halves: Halves, actor: Actor, raw: Callable[[], bytes], language: str) -> Words:
    """Return what the bearer said, as a note: with the heading of what was passed on folded."""
    words = words_of(actor, halves.said, raw, language, without=halves.said_without)
    if halves.said.text_new.strip():
        return words
    with translation.override(language):
        return replace(words, body=str(from_text(_("(Passed on without a word.)"))))


def _as_sent(read: ReadLetter, passed: Forwarded) -> ReadLetter:
    return replace(
        read,
        message_id="",
        sender=passed.sender,
        subject=passed.subject,
        text=passed.text,
        text_new=passed.text_new,
        text_rest=passed.text_rest,
        html=passed.html,
        html_new=passed.html_new,
        html_rest=passed.html_rest,
        warnings=(),
        forwarded=None,
    )


def _as_said(read: ReadLetter, passed: Forwarded) -> ReadLetter:
    has_html = passed.html_above is not None
    return replace(
        read,
        text=passed.above,
        text_new=passed.above,
        text_rest=passed.heading,
        html=passed.html_above,
        html_new=passed.html_above,
        html_rest=from_text(passed.heading) if has_html else None,
        forwarded=None,
    )
