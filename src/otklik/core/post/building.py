"""From what is to be said to the bytes of a letter, in seven-bit lines that end with CR LF.

Written by hand and not by `email`: its folding breaks long Message-IDs, and it repairs what had
better be refused. What stands in the head is said by fields with a type, none by name.
"""

import enum
import re
import secrets
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from otklik.core.post import heads
from otklik.core.post.heads import Address, Unfit

__all__ = ["Address", "Automatic", "File", "NewLetter", "Unfit", "build"]

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_ADDRESS = re.compile(r"https?://[!-;=?-~]{1,900}")
_ANY: Final = "application/octet-stream"
_NEVER_AS_FILES: Final = ("message/", "multipart/")  # these may not be written in base64


class Automatic(enum.StrEnum):
    """Why no person wrote a letter (RFC 3834, 5)."""

    GENERATED = "auto-generated"
    REPLIED = "auto-replied"


@dataclass(frozen=True, kw_only=True)
class File:
    """What comes along; with a Content-ID, a picture that the HTML shows."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, kw_only=True)
class NewLetter:
    """What a letter says. `files` and `pictures` are parts, `cc` is only shown."""

    sender: Address
    to: Address
    subject: str
    message_id: str
    date: datetime
    text: str
    html: str = ""
    cc: Sequence[Address] = ()
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: Sequence[str] = ()
    pictures: Sequence[File] = ()
    files: Sequence[File] = ()
    automatic: Automatic | None = None
    unsubscribe: str = ""  # an address of the web where one press ends these notices
    desk: str = ""


def build(letter: NewLetter) -> bytes:
    """Return the bytes of a letter. Raises Unfit for a value that cannot stand in a head."""
    return b"".join([*_head(letter), *_body(letter)])


def _head(letter: NewLetter) -> Iterator[bytes]:
    yield heads.line("Date", format_datetime(letter.date).split(" "))
    yield heads.line("From", heads.address(letter.sender))
    yield heads.line("To", heads.address(letter.to))
    if letter.cc:
        yield heads.line("Cc", heads.addresses(letter.cc))
    if letter.reply_to:
        yield heads.line("Reply-To", heads.address(letter.reply_to))
    yield heads.line("Subject", heads.text(letter.subject))
    yield heads.line("Message-ID", heads.message_ids([letter.message_id]))
    if letter.in_reply_to:
        yield heads.line("In-Reply-To", heads.message_ids([letter.in_reply_to]))
    if letter.references:
        yield heads.line("References", heads.message_ids(letter.references))
    if letter.automatic:
        yield heads.line("Auto-Submitted", [letter.automatic])
        yield heads.line("X-Auto-Response-Suppress", ["All"])
    if letter.unsubscribe:
        yield heads.line("List-Unsubscribe", [f"<{_web(letter.unsubscribe)}>"])
        yield heads.line("List-Unsubscribe-Post", ["List-Unsubscribe=One-Click"])
    if letter.desk:
        yield heads.line("X-Otklik-Desk", heads.text(letter.desk))
    yield heads.line("MIME-Version", ["1.0"])


def _body(letter: NewLetter) -> Iterator[bytes]:
    parts = [_readable(letter), *(_file(one, "attachment") for one in letter.files)]
    yield _joined("mixed", parts) if letter.files else parts[0]


def _readable(letter: NewLetter) -> bytes:
    plain = _text("plain", letter.text)
    if not letter.html:
        return plain
    rich = _text("html", letter.html)
    if letter.pictures:
        rich = _joined("related", [rich, *(_file(one, "inline") for one in letter.pictures)])
    return _joined("alternative", [plain, rich])


def _joined(kind: str, parts: Sequence[bytes]) -> bytes:
    """Join parts behind a boundary that neither of our two encodings can produce."""
    boundary = f"=_{secrets.token_hex(16)}"
    words = heads.parameters(f"multipart/{kind}", [f"boundary={heads.quoted(boundary)}"])
    mark = f"--{boundary}".encode()
    opened = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
    return heads.line("Content-Type", words) + b"\r\n" + opened + mark + b"--\r\n"


def _text(kind: str, words: str) -> bytes:
    lines = words.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    raw = "".join(f"{one}\r\n" for one in lines).encode("utf-8", "replace")
    quoted, packed = b2a_qp(raw, istext=True), _base64(raw)
    is_short = len(quoted) <= len(packed) and raw.isascii()
    coding, body = ("quoted-printable", quoted) if is_short else ("base64", packed)
    content = heads.parameters(f"text/{kind}", ["charset=utf-8"])
    return (
        heads.line("Content-Type", content)
        + heads.line("Content-Transfer-Encoding", [coding])
        + b"\r\n"
        + body
    )


def _file(one: File, place: str) -> bytes:
    kind = one.content_type.lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(_NEVER_AS_FILES):
        kind = _ANY
    named = heads.parameter("filename", one.name)
    head = heads.line("Content-Type", heads.parameters(kind, heads.parameter("name", one.name)))
    head += heads.line("Content-Transfer-Encoding", ["base64"])
    head += heads.line("Content-Disposition", heads.parameters(place, named))
    if one.content_id:
        head += heads.line("Content-ID", heads.message_ids([f"<{one.content_id}>"]))
    return head + b"\r\n" + _base64(one.content)


def _base64(raw: bytes) -> bytes:
    return encodebytes(raw).replace(b"\n", b"\r\n")


def _web(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise Unfit(f"{address!r} is no address of the web")
    return address
