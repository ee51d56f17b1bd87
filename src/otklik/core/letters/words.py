"""Words in headers: encoded ones (RFC 2047, and as programs really write them), parameters."""

import quopri
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final
from urllib.parse import unquote_to_bytes

from otklik.core.letters.charsets import decoded, text_of
from otklik.core.letters.transfer import base64_pieces
from otklik.core.text import mend_text

MOST_PARAMETERS: Final = 100
_OPENING = re.compile(rb"=\?([!-~]{1,60}?)\?([bBqQ])\?")
_CLOSING: Final = b"?="
_UNCLOSED = re.compile(rb"[^ \t]*")
_BETWEEN = re.compile(rb"[ \t]*")
_FIRST = re.compile(
    rb"[\s\"]*+([^\s;,()\"/]++(?:\s*+/\s*+[^\s;,()\"/]++)?)\"?(?:\s*+\([^()]*+\))*+", re.DOTALL
)
"""A word or `kind/sort`, and comments after it."""
_PARAMETER = re.compile(
    rb"(?<![\s;,])[\s;,]++([^\s=;,\"]{1,200}+)[ \t]*+="
    rb"(?:[ \t]*+\"((?:[^\"\\]|\\.)*)\"?|[ \t]*+([^\s;,]++(?:[\s,]++"
    rb"(?!(?:charset|format|delsp|boundary|name|filename)[*\d]*+[ \t]*+=)[^\s;,]++)*+))?",
    re.DOTALL | re.IGNORECASE,
)
"""One more parameter: some programs put a blank or a comma before it for the semicolon."""
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*?)")

Run = tuple[str, bytes]
"""A charset, empty for none, and the bytes in it."""


def words_of(value: bytes) -> str:
    """Return a header's value as text; what cannot be read stays as it stands."""
    return mend_text("".join(decoded(raw, charset) for charset, raw in _joined(value)))


def parameters_of(value: bytes) -> tuple[str, dict[str, str]]:
    """Return a header's first word in lower case, and its parameters (RFC 2045, 2231, 2047)."""
    first = _FIRST.match(value)
    word = "".join(text_of(first[1]).split()).lower() if first else ""
    sections: dict[str, list[tuple[int, bool, bytes]]] = {}
    found = _PARAMETER.finditer(value, first.end() if first else 0)
    for match, _number in zip(found, range(MOST_PARAMETERS), strict=False):
        named = _SECTION.fullmatch(text_of(match[1]).lower())
        quoted = match[2] is not None
        raw = _ESCAPED.sub(rb"\1", match[2]) if quoted else (match[3] or b"")
        if named:
            piece = (int(named[2] or 0), bool(named[3]), raw)
            sections.setdefault(named[1], []).append(piece)
    return word, {name: _parameter(pieces) for name, pieces in sections.items()}


def _parameter(pieces: list[tuple[int, bool, bytes]]) -> str:
    """Join the sections of one parameter; of several with a number the first counts."""
    extended = any(is_extended for _number, is_extended, _raw in pieces)
    charset, out, seen = "", [], set[int]()
    if extended and pieces[0][0] == 0 and len({one[0] for one in pieces}) == 1:
        pieces = [one for one in pieces if one[1]]  # `name*=` is meant before `name=`
    for number, is_extended, raw in sorted(pieces, key=lambda one: one[0]):
        if number in seen:
            continue
        value = raw
        if is_extended and not seen and raw.count(b"'") > 1:
            named, _language, value = raw.split(b"'", 2)
            charset = text_of(named)
        seen.add(number)
        out.append(unquote_to_bytes(value) if is_extended else raw)
    whole = b"".join(out)
    return text_of(whole, charset) if extended else words_of(whole)


def _joined(value: bytes) -> Iterator[Run]:
    """Give runs of one charset: letters of several bytes are cut between words by some."""
    runs = ((charset, raw) for charset, raw in _runs(value) if raw)
    for charset, group in groupby(runs, key=lambda run: run[0]):
        yield charset, b"".join(raw for _charset, raw in group)


def _runs(value: bytes) -> Iterator[Run]:
    place, after_word, closing = 0, False, 0
    opening = _OPENING.search(value)
    while opening is not None:
        following = _OPENING.search(value, opening.end())
        limit = following.start() if following else len(value)
        if 0 <= closing < opening.end():
            closing = value.find(_CLOSING, opening.end())
        between = value[place : opening.start()]
        if not (after_word and _BETWEEN.fullmatch(between)):
            yield "", between
        end = closing if 0 <= closing < limit else _unclosed_end(value, opening.end(), limit)
        yield _word(opening, value[opening.end() : end])
        place = end + len(_CLOSING) if end == closing else end
        after_word, opening = True, following
    yield "", value[place:]


def _unclosed_end(value: bytes, start: int, limit: int) -> int:
    found = _UNCLOSED.match(value, start, limit)
    return found.end() if found else limit


def _word(opening: re.Match[bytes], raw: bytes) -> Run:
    charset = opening[1].decode("ascii").partition("*")[0].lower()
    if opening[2] in b"bB":
        return charset, b"".join(base64_pieces(raw))
    return charset, quopri.decodestring(raw.replace(b"_", b" "))
