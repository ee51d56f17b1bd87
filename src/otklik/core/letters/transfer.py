"""Transfer encodings undone a piece at a time, whatever stands between their characters."""

import binascii
import re
from collections.abc import Iterator
from typing import Final

CHUNK: Final = 1024 * 1024
UUENCODED: Final = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NO_BASE64: Final = bytes(one for one in range(256) if one not in _BASE64)
_QUARTET: Final = 4
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,500}+)[ \t]*+\r*+$", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*+\r*+$", re.MULTILINE)
_UU_LENGTHS: Final = bytes(range(32, 97))
MOST_UU_FILES: Final = 100


def pieces_of(raw: bytes, start: int, end: int, encoding: str) -> Iterator[bytes]:
    """Give what stands between two places, decoded. Never raises; unknown encodings are none."""
    if encoding == "base64":
        yield from base64_pieces(raw, start, end)
    elif encoding == "quoted-printable":
        yield from _quoted_pieces(raw, start, end)
    elif encoding in UUENCODED:
        content = bytes(raw[start:end])
        yield next((file for _name, file, _span in uu_files(content)), content)
    else:
        for place in range(start, end, CHUNK):
            yield raw[place : min(place + CHUNK, end)]


def base64_pieces(raw: bytes, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Decode base64; padding may stand anywhere, as where two texts were joined."""
    end = len(raw) if end is None else end
    rest = b""
    for place in range(start, end, CHUNK):
        digits = raw[place : min(place + CHUNK, end)].translate(None, _NO_BASE64)
        *closed, rest = (rest + digits).split(b"=")
        for run in closed:
            yield _of_digits(run)
        whole = len(rest) // _QUARTET * _QUARTET
        yield binascii.a2b_base64(rest[:whole])
        rest = rest[whole:]
    yield _of_digits(rest)


def _of_digits(digits: bytes) -> bytes:
    if len(digits) % _QUARTET == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % _QUARTET))


def _quoted_pieces(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    place = start
    while place < end:
        stop = min(place + CHUNK, end)
        if stop < end and (escape := raw.rfind(b"=", stop - 2, stop)) >= 0:
            stop = escape
        yield binascii.a2b_qp(raw[place:stop])
        place = stop


def uu_files(content: bytes) -> Iterator[tuple[bytes, bytes, tuple[int, int]]]:
    """Give files that stand uuencoded in a text: name, content, and from where to where."""
    place = 0
    for _number in range(MOST_UU_FILES):
        begin = _UU_BEGIN.search(content, place)
        ending = _UU_END.search(content, begin.end()) if begin else None
        if begin is None or ending is None:
            return
        lines = content[begin.end() + 1 : ending.start()].splitlines()
        if _is_uu(lines):
            yield (
                begin[1].rstrip(b" \t"),
                b"".join(map(_uu_line, lines)),
                (begin.start(), ending.end()),
            )
        place = ending.end()


def _is_uu(lines: list[bytes]) -> bool:
    """Tell a file from a sentence: each line is as long as its first character says."""
    return bool(lines) and all(
        not line or (line[:1] in _UU_LENGTHS and _uu_length(line) <= len(line) + 2)
        for line in lines
    )


def _uu_length(line: bytes) -> int:
    """Return how many characters a line of so many bytes has."""
    return ((line[0] - 32 & 63) * 4 + 5) // 3


def _uu_line(line: bytes) -> bytes:
    if not line:
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        whole = line[: _uu_length(line)]
    try:
        return binascii.a2b_uu(whole)
    except binascii.Error:
        return b""
