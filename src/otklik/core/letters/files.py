"""The files of a letter: what they are called, what they are, and their bytes."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypedDict

from otklik.core.letters.charsets import text_of
from otklik.core.letters.headers import head_of
from otklik.core.letters.letter import Attachment, Place
from otklik.core.letters.parts import Part
from otklik.core.letters.tnef import Unpacked, unpacked
from otklik.core.letters.transfer import pieces_of, uu_files
from otklik.core.text import clean_file_name, clean_line

MOST_PACKED: Final = 20 * 1024 * 1024
"""Bytes of a part that may hold packed files; larger ones stay as they are."""

LETTERS: Final = frozenset({"message/rfc822", "message/global", "message/news", "message/partial"})
_KIND = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_CONTENT_ID = re.compile(r"<?([^<>\s]{1,500})>?")
_UNKNOWN: Final = "application/octet-stream"
_TNEF: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_PGP_SIGNED: Final = "application/pgp-signature"
_SMIME: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNED: Final = frozenset(
    {_PGP_SIGNED, "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_ENDINGS: Final = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "message/delivery-status": ".txt",
}


class _Sums(TypedDict):
    size: int
    sha256: str


def content_of(raw: bytes, attachment: Attachment) -> bytes:
    """Return the bytes of a file of the letter `raw`, which must be the one it was read from."""
    place = attachment.place
    content = b"".join(pieces_of(with_newlines(raw), place.start, place.end, place.encoding))
    if place.packing == "tnef":
        opened = unpacked(content)
        return opened.files[place.number].content if opened else b""
    if place.packing == "uuencode":
        return [file for _name, file, _span in uu_files(single_returns(content))][place.number]
    return content


def with_newlines(raw: bytes) -> bytes:
    """Return a letter whose lines end in a return alone with newlines in their places."""
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def single_returns(content: bytes) -> bytes:
    return content.replace(b"\r\r\n", b"\r\n")


def files_of(part: Part) -> Iterator[Attachment]:
    """Give the file that a part is, or the files that are packed in it."""
    if opened := opened_tnef(part):
        for number, packed in enumerate(opened.files):
            yield Attachment(
                filename=clean_file_name(packed.name),
                content_type=_kind(packed.content_type),
                **_sums([packed.content]),
                inline=False,
                content_id=_id(packed.content_id),
                kind="",
                place=Place(part.start, part.end, part.encoding, "tnef", number),
            )
        if opened.files:
            return
    yield file_of(part)


def file_of(part: Part) -> Attachment:
    """Return a part, whole, as a file."""
    kind = _kind(part.kind)
    return Attachment(
        filename=_name(part),
        content_type=kind,
        **_sums(pieces_of(part.raw, part.start, part.end, part.encoding)),
        inline=part.disposition[0] == "inline",
        content_id=_id(part.head.words("content-id")),
        kind=_meaning(part, kind),
        place=Place(part.start, part.end, part.encoding),
    )


def uu_files_in(
    part: Part, content: bytes, *, encoding: str, most: int
) -> tuple[list[Attachment], bytes]:
    """Take so many uuencoded files at most out of a text; return them and what is left of it.

    `encoding` is the one by which the part became `content`, whatever it says itself.
    """
    found, rest, end = [], [], 0
    for number, (name, file, (start, stop)) in enumerate(islice(uu_files(content), most)):
        place = Place(part.start, part.end, encoding, "uuencode", number)
        found.append(
            Attachment(
                filename=clean_file_name(text_of(name)),
                content_type=_UNKNOWN,
                **_sums([file]),
                inline=False,
                content_id="",
                kind="",
                place=place,
            )
        )
        rest.append(content[end:start])
        end = stop
    return found, b"".join([*rest, content[end:]])


def opened_tnef(part: Part) -> Unpacked | None:
    """Return what is in a winmail.dat, or None for another thing or one beyond the limits."""
    named = _given_name(part).lower()
    if part.kind not in _TNEF and named != "winmail.dat":
        return None
    return unpacked(part.content()) if part.end - part.start <= MOST_PACKED else None


def is_named(part: Part) -> bool:
    return bool(_given_name(part))


def _given_name(part: Part) -> str:
    return part.disposition[1].get("filename") or part.parameters.get("name", "")


def _name(part: Part) -> str:
    named = _given_name(part)
    if named.strip():
        return clean_file_name(named)
    if part.kind in LETTERS:
        subject = "" if part.encoding == "base64" else _subject(part)
        return clean_file_name(f"{subject or 'letter'}.eml")
    stem = "invitation" if part.kind == "text/calendar" else part.kind.partition("/")[0]
    return clean_file_name(f"{stem or 'file'}{_ENDINGS.get(part.kind, '')}")


def _subject(part: Part) -> str:
    return clean_line(head_of(part.raw, part.start, part.end).words("subject"))[:150]


def _kind(text: str) -> str:
    return text if _KIND.fullmatch(text) else _UNKNOWN


def _id(text: str) -> str:
    found = _CONTENT_ID.fullmatch(text.strip())
    return found[1] if found else ""


def _meaning(part: Part, kind: str) -> str:
    if kind in LETTERS:
        return "letter"
    if kind == "text/calendar":
        return "invitation"
    if kind in _SIGNED:
        return "signed"
    if kind in _SMIME:
        is_signed = part.parameters.get("smime-type", "").lower() in {"signed-data", "certs-only"}
        return "signed" if is_signed else "encrypted"
    return "encrypted" if kind == "application/pgp-encrypted" else ""


def _sums(pieces: Iterable[bytes]) -> _Sums:
    size, sha256 = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        sha256.update(piece)
    return {"size": size, "sha256": sha256.hexdigest()}
