"""Letters that are passed on: who is said to have written them, and what stands above them.

Nothing of a letter that was passed on is proven: whoever passes it on could have written any
name. It is taken apart so that a person, or a mailbox's own setting, may answer who really asks.
"""

import re
from dataclasses import dataclass
from typing import Final

from otklik.core.letters.addresses import plain_mailbox
from otklik.core.letters.folding import halves_of
from otklik.core.letters.headers import head_of
from otklik.core.letters.headings import (
    after_header_block,
    after_separator,
    after_wrote,
    header,
    next_shown,
    passes_on,
)
from otklik.core.letters.letter import Attachment, Forwarded, Mailbox
from otklik.core.letters.lines import MOST, is_blank, is_quote
from otklik.core.letters.lookalikes import doubts_about
from otklik.core.letters.quoting import MOST_LINES, split_text
from otklik.core.letters.transfer import pieces_of
from otklik.core.richtext import CleanHtml
from otklik.core.text import clean_line

MOST_SUBJECT: Final = 1000
_MOST_HEAD: Final = 64 * 1024
_LETTERS: Final = frozenset({"message/rfc822", "message/global"})
_PASSED_ON = re.compile(
    r"\s*(?:fwd?|fw|wg|wtr|tr|rv|enc|i|vs|vb|pd|vl|doorst|fs"
    r"|пересл|пересыл\w*|переслано|пер|прд|препр|препратено|пратено|перенапр\w*)\s*(?:\[\d+\]\s*)?"
    r"[:：]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>\[\]()\"',;:]{1,64}@[^\s<>\[\]()\"',;:@]{1,250}")
_AROUND_ADDRESS = re.compile(r"mailto:|[<>\[\]()]")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a heading stands among lines: from its first to the place after its last."""

    start: int
    block: int  # where its headers begin
    end: int


def forwarded_in(
    text: str, html: CleanHtml | None, subject: str, *, is_announced: bool
) -> Forwarded | None:
    """Take apart a letter whose text passes on another one; None for any other letter.

    `is_announced`: its text says so itself, by a line as `Forwarded message`; else its subject
    must, for the headers alone stand above answers too.
    """
    if not is_announced and not _PASSED_ON.match(subject):
        return None
    lines = _unquoted(text.split("\n", MOST_LINES)[:MOST_LINES])
    place = _heading(lines)
    if place is None:
        return None
    said = _headers([_unmarked(line) for line in lines[place.block : place.end]])
    below = "\n".join(_unquoted(lines[place.end :])).strip("\n")
    if not below.strip():
        return None
    above, heading = "\n".join(lines[: place.start]), "\n".join(lines[place.start : place.end])
    halves = halves_of(html, f"{above}\n{heading}") if html is not None else None
    over = halves_of(halves.new, above) if halves and above.strip() else None
    under = split_text(below)
    rest = "\n\n".join(filter(None, [under.signature, under.quoted]))
    parted = halves_of(halves.rest, under.new) if halves and rest else None
    return Forwarded(
        sender=_writer(said.get("from", "")),
        subject=clean_line(said.get("subject", ""))[:MOST_SUBJECT] or without_mark(subject),
        above=above.strip("\n"),
        html_above=over.new if over else None,
        heading=heading.strip("\n"),
        text=below,
        text_new=under.new,
        text_rest=rest,
        html=halves.rest if halves else None,
        html_new=parted.new if parted else None,
        html_rest=parted.rest if parted else None,
    )


def attached_in(raw: bytes, files: list[Attachment], text: str) -> Forwarded | None:
    """Return what is known of the one letter that came as a file, from its head alone."""
    letters = [place for place, one in enumerate(files) if one.content_type in _LETTERS]
    if len(letters) != 1:
        return None
    at = files[letters[0]].place
    start = b"".join(pieces_of(raw, at.start, min(at.end, at.start + _MOST_HEAD), at.encoding))
    head = head_of(start, 0)
    values = head.all("from")
    sender = plain_mailbox(values[0]) if len(values) == 1 and not head.is_broken else None
    subject = clean_line(head.words("subject"))[:MOST_SUBJECT]
    if sender is None and not subject:
        return None
    return Forwarded(sender=_undoubted(sender), subject=subject, above=text, attachment=letters[0])


def without_mark(subject: str) -> str:
    """Return a subject without the mark that programs set before what is passed on."""
    found = _PASSED_ON.match(subject)
    return subject[found.end() :].strip() if found else subject


def _heading(lines: list[str]) -> _Place | None:
    """Return where the first heading of a letter passed on stands; None where it is an answer."""
    for place, line in enumerate(lines):
        if is_blank(line):
            continue
        if after_separator(lines, place) > place:
            return _after_separator(lines, place) if passes_on(lines, place) else None
        if (end := after_header_block(lines, place)) > place:
            return _Place(place, place, end)
        if after_wrote(lines, place) > place:
            return None
    return None


def _after_separator(lines: list[str], place: int) -> _Place:
    below = [_unmarked(line) for line in lines[place + 1 : place + 40]]
    block = next_shown(below, 0)
    return _Place(place, place + 1 + block, place + 1 + after_header_block(below, block))


def _unmarked(line: str) -> str:
    return line.lstrip()[1:].removeprefix(" ") if is_quote(line) else line


def _unquoted(lines: list[str]) -> list[str]:
    """Return lines without their marks of quotation from where all to the end have them."""
    start = len(lines)
    while start and (is_blank(lines[start - 1]) or is_quote(lines[start - 1])):
        start -= 1
    return [*lines[:start], *map(_unmarked, lines[start:])]


def _headers(lines: list[str]) -> dict[str, str]:
    """Return the values of a heading as they were written; a broken line goes on in the next."""
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        kind, _folded = header(line)
        if kind:
            _name, _colon, value = line.replace("：", ":").partition(":")
            last = kind if kind not in found else ""
            found.setdefault(kind, value.strip(" \t*_"))
        elif last and not is_blank(line) and len(found[last]) < MOST:
            found[last] = f"{found[last]} {line.strip()}"
    return found


def _writer(value: str) -> Mailbox | None:
    """Return whom a heading names as writer: nobody where it shows no address, or several."""
    value = value[:MOST]
    addresses = {one.strip(".").lower(): one.strip(".") for one in _ADDRESS.findall(value)}
    if len(addresses) != 1:
        return None
    (address,) = addresses.values()
    found = plain_mailbox(address.encode())
    if found is None:
        return None
    name = clean_line(_AROUND_ADDRESS.sub(" ", _ADDRESS.sub(" ", value))).strip(" \"',;")
    return _undoubted(Mailbox(" ".join(name.split())[:200], found.address, found.key))


def _undoubted(sender: Mailbox | None) -> Mailbox | None:
    """Return a writer without a name that may be meant to be taken for another's."""
    if sender is None or not doubts_about(sender):
        return sender
    return Mailbox("", sender.address, sender.key)
