"""What a file is, found from its bytes; its name may only lower what we make of it."""

import re
from contextlib import suppress
from pathlib import PurePath
from typing import Final, Literal

import puremagic

Kind = Literal["picture", "pdf", "text", "audio", "video", "other"]

UNKNOWN: Final = "application/octet-stream"
_BOX: Final = 12  # bytes that tell an ISO media file

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
)
_FRAMES: Final = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")  # of MP3 without a tag
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS: Final = {
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
}
_SHOWN: Final[dict[str, tuple[Kind, frozenset[str]]]] = {
    "image/png": ("picture", frozenset({"png", "apng"})),
    "image/jpeg": ("picture", frozenset({"jpg", "jpeg", "jpe", "jfif"})),
    "image/gif": ("picture", frozenset({"gif"})),
    "image/webp": ("picture", frozenset({"webp"})),
    "image/avif": ("picture", frozenset({"avif"})),
    "application/pdf": ("pdf", frozenset({"pdf"})),
    "audio/mpeg": ("audio", frozenset({"mp3", "mpga"})),
    "audio/flac": ("audio", frozenset({"flac"})),
    "audio/ogg": ("audio", frozenset({"ogg", "oga", "opus"})),
    "audio/wav": ("audio", frozenset({"wav"})),
    "audio/mp4": ("audio", frozenset({"m4a", "m4b", "mp4"})),
    "video/mp4": ("video", frozenset({"mp4", "m4v"})),
    "video/webm": ("video", frozenset({"webm", "weba"})),
    "video/ogg": ("video", frozenset({"ogv", "ogg"})),
    "text/plain": (
        "text",
        frozenset(
            {"txt", "text", "log", "md", "csv", "tsv", "json", "yaml", "yml", "toml", "ini"}
            | {"conf", "cfg", "diff", "patch", "sql", "py", "sh", "eml", "vcf", "ics", "srt"}
        ),
    ),
}
_MARKUP = re.compile(rb"\s*<(?:[a-z!?/]|%)", re.IGNORECASE)
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16
_TAIL: Final = 3  # bytes that may be half a letter


def sniff(head: bytes) -> str:
    """Return the media type that the first bytes of a file tell."""
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return _ogg(head) if media_type == "audio/ogg" else media_type
    if head[:4] == b"RIFF" and (found := _RIFF.get(head[8:12])):
        return found
    if head[4:8] == b"ftyp" and len(head) >= _BOX:
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(_FRAMES):
        return "audio/mpeg"
    if is_text(head):
        return "text/plain"
    return _guessed(head)


def kind_of(media_type: str, name: str) -> Kind:
    """Return how a file may be shown: bytes and name must agree, else only as a card."""
    kind, endings = _SHOWN.get(media_type, ("other", frozenset()))
    return kind if PurePath(name).suffix.lower().removeprefix(".") in endings else "other"


def is_drawable(media_type: str) -> bool:
    """Tell whether a clean picture can be made of it."""
    kind, _endings = _SHOWN.get(media_type, ("other", frozenset()))
    return kind in {"picture", "pdf"}


def is_text(head: bytes) -> bool:
    """Tell whether bytes are plain text that no browser could take for a document."""
    if head.startswith(_MARKS):
        return not _MARKUP.match(head[2:].replace(b"\x00", b""))
    bare = head.removeprefix(b"\xef\xbb\xbf")
    return bool(bare.strip()) and not _BINARY.search(bare) and not _MARKUP.match(bare)


def decoded(content: bytes) -> str:
    """Read bytes as text, whatever encoding they most likely have. Never raises."""
    if content.startswith(_MARKS):
        return content.decode("utf-16", errors="replace")
    bare = content.removeprefix(b"\xef\xbb\xbf")
    for cut in range(_TAIL + 1):
        with suppress(UnicodeDecodeError):
            return bare[: len(bare) - cut].decode()
    return bare.decode("cp1251", errors="replace")


def _ogg(head: bytes) -> str:
    return "video/ogg" if b"\x80theora" in head[:256] else "audio/ogg"


def _guessed(head: bytes) -> str:
    with suppress(puremagic.PureError, ValueError):
        guess = puremagic.from_string(head[:4096], mime=True)
        # Only our own checks above may name a type that is ever shown.
        return guess if guess and guess not in _SHOWN and _is_harmless(guess) else UNKNOWN
    return UNKNOWN


def _is_harmless(media_type: str) -> bool:
    return not media_type.startswith(("text/", "image/svg")) and not media_type.endswith("xml")
