"""Files and text out of winmail.dat (Microsoft's TNEF, MS-OXTNEF), within limits.

Formatted text (RTF) stays packed: it is compressed, and the same letter has it plain as a rule.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from otklik.core.letters.charsets import text_of

MOST_FILES: Final = 100
MOST_ATTRIBUTES: Final = 5000
_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_BODY: Final = 0x0002800C
_RENDER: Final = 0x00069002
_TITLE: Final = 0x00018010
_CONTENT: Final = 0x0006800F
_PROPERTIES: Final = 0x00069003
_FILE_PROPERTIES: Final = 0x00069005
_LONG_NAME: Final = 0x3707
_MIME: Final = 0x370E
_CONTENT_ID: Final = 0x3712
_HTML: Final = 0x1013
_TEXT_TYPES: Final = {0x1E: "cp1252", 0x1F: "utf-16-le"}
_SIZES: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_LONG_TYPES: Final = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_MANY: Final = 0x1000
_NAMED: Final = 0x8000


@dataclass(slots=True)
class Packed:
    """One file of a winmail.dat."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Unpacked:
    """What a winmail.dat holds."""

    files: list[Packed] = field(default_factory=list)
    text: str = ""
    html: bytes = b""


def unpacked(raw: bytes) -> Unpacked | None:
    """Return what a TNEF stream holds as far as it can be read, or None for another thing."""
    if not raw.startswith(_SIGNATURE):
        return None
    out = Unpacked()
    for number, value in _attributes(raw):
        if number == _RENDER and len(out.files) < MOST_FILES:
            out.files.append(Packed())
        elif number == _BODY:
            out.text = text_of(value.rstrip(b"\0"))
        elif number == _PROPERTIES:
            out.html = next((v for k, _t, v in _properties(value) if k == _HTML), b"")
        elif out.files:
            _take(out.files[-1], number, value)
    return out


def _take(file: Packed, number: int, value: bytes) -> None:
    if number == _TITLE:
        file.name = file.name or text_of(value.partition(b"\0")[0])
    elif number == _CONTENT:
        file.content = value
    elif number == _FILE_PROPERTIES:
        for key, kind, held in _properties(value):
            text = _text(kind, held)
            file.name = text if key == _LONG_NAME and text else file.name
            file.content_type = text.lower() if key == _MIME else file.content_type
            file.content_id = text if key == _CONTENT_ID else file.content_id


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    place = len(_SIGNATURE) + 2
    for _number in range(MOST_ATTRIBUTES):
        if place + 9 > len(raw):
            return
        number, length = struct.unpack_from("<II", raw, place + 1)
        place += 9
        yield number, raw[place : place + length]
        place += length + 2


def _properties(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Give key, type and bytes of MAPI properties, up to the first that makes no sense."""
    try:
        (count,) = struct.unpack_from("<I", raw)
        place = 4
        for _number in range(min(count, MOST_ATTRIBUTES)):
            kind, key = struct.unpack_from("<HH", raw, place)
            place = _after_name(raw, place + 4) if key >= _NAMED else place + 4
            value, place = _value(raw, place, kind)
            yield key, kind & ~_MANY, value
    except struct.error:
        return


def _after_name(raw: bytes, place: int) -> int:
    (kind,) = struct.unpack_from("<I", raw, place + 16)
    if kind == 0:
        return place + 24
    (length,) = struct.unpack_from("<I", raw, place + 20)
    return place + 24 + _padded(int(length))


def _value(raw: bytes, place: int, kind: int) -> tuple[bytes, int]:
    base = kind & ~_MANY
    if base not in _LONG_TYPES:
        size = _SIZES.get(base, 4)
        count = struct.unpack_from("<I", raw, place)[0] if kind & _MANY else 1
        place += 4 if kind & _MANY else 0
        return raw[place : place + size], place + size * min(count, len(raw))
    (count,) = struct.unpack_from("<I", raw, place)
    place += 4
    value = b""
    for number in range(min(count, MOST_ATTRIBUTES)):
        (length,) = struct.unpack_from("<I", raw, place)
        value = raw[place + 4 : place + 4 + length] if number == 0 else value
        place += 4 + _padded(int(length))
    return value, place


def _padded(length: int) -> int:
    return length + -length % 4


def _text(kind: int, value: bytes) -> str:
    charset = _TEXT_TYPES.get(kind)
    return text_of(value, charset).rstrip("\0\ufffd").strip() if charset else ""
