"""One letter read: bytes in, a `Letter` out, whatever the bytes are."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from traceback import walk_tb
from typing import Final

from otklik.core.letters.addresses import mailboxes, plain_mailbox
from otklik.core.letters.bodies import said_in
from otklik.core.letters.charsets import text_of
from otklik.core.letters.files import with_newlines
from otklik.core.letters.folding import halves_of
from otklik.core.letters.forwarding import attached_in, forwarded_in
from otklik.core.letters.headers import Head, head_of, unfolded
from otklik.core.letters.letter import (
    MOST_ADDRESSES,
    MOST_BYTES,
    MOST_REFERENCES,
    Automatic,
    Letter,
    Mailbox,
    Quarantine,
)
from otklik.core.letters.lookalikes import doubts_about
from otklik.core.letters.machine import automatic, wants_no_answer
from otklik.core.letters.parts import Bounds, Part, taken_apart
from otklik.core.letters.quoting import MOST_LINES, Said, split_text
from otklik.core.letters.traits import called_spam, traits_of
from otklik.core.text import clean_line

MOST_SUBJECT: Final = 1000
_READ_OF_LARGE: Final = 512 * 1024
_LONGEST_DATE: Final = 200
_BOM: Final = b"\xef\xbb\xbf"
_MESSAGE_ID = re.compile(rb"<([^<>]{1,1000})>")
_BARE_ID = re.compile(rb"[^<>\s,;]{1,900}")
_LONGEST_ID: Final = 900
_MOST_RESULTS: Final = 10
_OF_PEOPLE: Final = frozenset({None, Automatic.LIST})
_LEADING = re.compile(rb"[\r\n \t]*\n(?=(?:>?From |[!-9;-~]+:))")


def read_letter(raw: bytes, *, desk: str = "") -> Letter:
    """Read one letter. Never raises for any bytes; what cannot be read is said in `quarantine`.

    `desk` is this desk's identity in the header X-Otklik-Desk, to know its own letters by.
    """
    try:
        return _whatever_fails(partial(_read, raw, desk))
    except MemoryError:
        return Letter(quarantine=Quarantine.TOOK_TOO_MUCH_MEMORY)


def _read(raw: bytes, desk: str) -> Letter:
    if not raw or raw.isspace():
        return Letter(quarantine=Quarantine.EMPTY)
    if len(raw) > MOST_BYTES:
        head = _head(raw[:_READ_OF_LARGE])
        letter = _addressed(Part(b"", head, 0, "text/plain"), desk)
        return replace(letter, quarantine=Quarantine.TOO_LARGE)
    raw = with_newlines(raw)
    bounds = Bounds()
    whole = taken_apart(raw, _head(raw), bounds)
    letter = _whatever_fails(partial(_addressed, whole, desk))
    body = _whatever_fails(partial(_said, whole))
    letter = replace(
        letter,
        text=body.text,
        text_new=body.text_new,
        text_rest=body.text_rest,
        html=body.html,
        html_new=body.html_new,
        html_rest=body.html_rest,
        attachments=body.attachments,
        forwarded=body.forwarded if letter.automatic in _OF_PEOPLE else None,
        quarantine=body.quarantine or _beyond(whole, bounds) or letter.quarantine,
        warnings=tuple(sorted({*letter.warnings, *bounds.warnings, *body.warnings})),
    )
    told = _whatever_fails(lambda: Letter(traits=traits_of(letter, whole.head)))
    return replace(letter, traits=told.traits, warnings=(*letter.warnings, *told.warnings))


def _whatever_fails(read: Callable[[], Letter]) -> Letter:
    """Read a letter, or one half of it; a fault in that must not cost the other half.

    Where it arose is told among the warnings, and nothing that the letter says.
    """
    try:
        return read()
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001  # whatever it is: it is told, and costs no letter
        return Letter(quarantine=Quarantine.READER_FAILED, warnings=(_where(fault),))


def _where(fault: Exception) -> str:
    """Name a fault's kind, and the file and line of the program where it arose."""
    *_above, (frame, line) = walk_tb(fault.__traceback__)
    return f"fault:{type(fault).__name__}:{Path(frame.f_code.co_filename).name}:{line}"


def _said(whole: Part) -> Letter:
    """Read what stands below the head."""
    said = said_in(whole)
    parted = _parted(said.text)
    subject = whole.head.words("subject")[:MOST_SUBJECT]
    forwarded = forwarded_in(said.text, said.html, subject, is_announced=parted.is_forward)
    halves = halves_of(said.html, parted.new) if said.html and parted.quoted else None
    return Letter(
        text=said.text,
        text_new=parted.new,
        text_rest=parted.quoted,
        html=said.html,
        html_new=halves.new if halves else None,
        html_rest=halves.rest if halves else None,
        attachments=tuple(said.files),
        forwarded=forwarded or attached_in(whole.raw, said.files, said.text),
        quarantine=Quarantine.TOO_MANY_PARTS if said.has_too_many_files else None,
        warnings=tuple(said.warnings),
    )


def _parted(text: str) -> Said:
    """Part a text into what is new and, as `quoted`, all that is not; nothing is left out."""
    lines = text.split("\n", MOST_LINES)
    said = split_text("\n".join(lines[:MOST_LINES]))
    rest = [said.signature, said.quoted, *lines[MOST_LINES:]]
    quoted = "\n\n".join(filter(None, rest))
    return Said(new=said.new, signature="", quoted=quoted, is_forward=said.is_forward)


def _head(raw: bytes) -> Head:
    """Read the head. What is skipped here ends it for some readers: nothing in it is sure."""
    if raw.startswith(_BOM):
        return replace(head_of(raw, len(_BOM)), sure=0)
    if leading := _LEADING.match(raw):
        return replace(head_of(raw, leading.end()), sure=0)
    return head_of(raw)


def _beyond(whole: Part, bounds: Bounds) -> Quarantine | None:
    if whole.head.is_cut or bounds.head_cut:
        return Quarantine.HEADERS_TOO_LARGE
    if bounds.too_deep:
        return Quarantine.TOO_DEEP
    return Quarantine.TOO_MANY_PARTS if bounds.too_many else None


def _addressed(whole: Part, desk: str) -> Letter:
    """Read what the head says."""
    head = whole.head
    sender, quarantine = _sender(head)
    lists = {name: mailboxes(head.all(name), MOST_ADDRESSES) for name in ("to", "cc", "reply-to")}
    if sum(len(found) + unread for found, unread in lists.values()) > MOST_ADDRESSES:
        quarantine = Quarantine.TOO_MANY_ADDRESSES
    references = _ids(head, "references")
    answered = _ids(head, "in-reply-to")
    doubts = [
        *(doubts_about(sender) if sender else ()),
        *(["address-unread"] if any(unread for _found, unread in lists.values()) else ()),
        *(["references-cut"] if len(references) > MOST_REFERENCES else ()),
        *(["no-automatic-answer"] if wants_no_answer(whole) else ()),
        *(["head-broken"] if head.is_broken or head.sure < len(head.fields) else ()),
    ]
    return Letter(
        message_id=next(iter(_ids(head, "message-id")), ""),
        sender=sender,
        to=tuple(lists["to"][0]),
        cc=tuple(lists["cc"][0]),
        reply_to=tuple(lists["reply-to"][0]),
        subject=clean_line(head.words("subject"))[:MOST_SUBJECT],
        date=_date(head),
        in_reply_to=next(iter(answered), ""),
        references=tuple(references[-MOST_REFERENCES:]),
        automatic=automatic(whole, sender, desk=desk),
        quarantine=quarantine,
        warnings=tuple(doubts),
        delivered_to=tuple(mailboxes(head.all("delivered-to"), MOST_ADDRESSES)[0]),
        return_path=_return_path(head),
        authentication=tuple(
            clean_line(text_of(unfolded(one)))
            for one in head.all("authentication-results")[:_MOST_RESULTS]
        ),
        called_spam=called_spam(head),
    )


def sender_of(raw: bytes) -> Mailbox | None:
    """Return who a letter is from, if that is plain, and read nothing else of it."""
    return _sender(_head(raw))[0]


def _return_path(head: Head) -> str | None:
    for value in head.all("return-path")[:1]:
        return clean_line(text_of(unfolded(value))).strip("<> ")[:_LONGEST_ID]
    return None


def _sender(head: Head) -> tuple[Mailbox | None, Quarantine | None]:
    """Return who a letter is from, or why that is nobody.

    A From after a line that is no field is not believed: other programs end the head there. Nor
    is one of a head that was cut: more of it, or another one, may stand where nobody looked.
    """
    if head.is_cut:
        return None, Quarantine.HEADERS_TOO_LARGE
    values = head.all("from")
    if len(values) > 1:
        return None, Quarantine.SEVERAL_SENDERS
    if head.is_broken:
        return None, Quarantine.SENDER_UNCLEAR
    if not values or not values[0].strip():
        return None, Quarantine.NO_SENDER
    is_sure = any(name == "from" for name, _value in head.fields[: head.sure])
    sender = plain_mailbox(values[0]) if is_sure else None
    return sender, None if sender else Quarantine.SENDER_UNCLEAR


def _ids(head: Head, name: str) -> list[str]:
    """Return the Message-IDs of all headers of a name, in their angles, each once.

    Blanks in an ID were put there on its way. Bare ones are taken if nothing else stands there.
    """
    value = b" ".join(map(unfolded, head.all(name)))
    found = [
        b"".join(one.split())
        for one in _MESSAGE_ID.findall(value)
        if b"@" in one or not any(map(one.strip().count, (b" ", b"\t")))
    ]
    words = [] if found else value.replace(b",", b" ").split()
    if len(words) == 1 or all(b"@" in word for word in words):
        found += [word for word in words if _BARE_ID.fullmatch(word)]
    ids = (b"<" + one + b">" for one in found if 0 < len(one) <= _LONGEST_ID)
    return list(dict.fromkeys(clean_line(text_of(one)) for one in ids))


def _date(head: Head) -> datetime | None:
    text = head.words("date")[:_LONGEST_DATE]
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
