"""Addresses by a grammar of our own: what is not plainly one mailbox is nobody.

Parsers disagree about comments, groups, routes, quotations and encoded words in addresses,
and who writes a letter chooses among them. So only what every strict reading of RFC 5322 and
RFC 6531 reads alike is taken, and nothing is ever repaired into somebody.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from otklik.core.letters.headers import unfolded
from otklik.core.letters.letter import Mailbox
from otklik.core.letters.words import words_of
from otklik.core.text import clean_line, mend_text

MOST_NAME: Final = 200
_LONGEST_LOCAL: Final = 64
_LONGEST_ADDRESS: Final = 254
_LONGEST_LABEL: Final = 63
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
_PIECE = re.compile(
    rb'(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<comment>\([^()\\"<>@,;:]*\))'
    rb"|(?P<angle><[^<>\"()\\,;:]*>)|(?P<words>[^\"()<>\\,;:\[\]]+)",
    re.DOTALL,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_CHANGED_BY_IDNA: Final = frozenset("ßς\u200c\u200d")


def plain_mailbox(value: bytes) -> Mailbox | None:
    """Return the one mailbox that a header's value plainly names, or None."""
    value = unfolded(value)
    if _CONTROL.search(value):
        return None
    pieces = _pieces(value)
    kinds = [kind for kind, _raw in pieces or []]
    if pieces is None or kinds.count("angle") > 1:
        return None
    if "angle" in kinds:
        return _named(pieces, kinds.index("angle"))
    return _bare(pieces)


def mailboxes(values: Iterable[bytes], most: int) -> tuple[list[Mailbox], int]:
    """Return the plain mailboxes of headers and how many are not plain, up to one above `most`."""
    found: list[Mailbox] = []
    unread = 0
    for value in values:
        for one in _separated(unfolded(value)):
            if len(found) + unread > most:
                return found, unread
            mailbox = plain_mailbox(one)
            if mailbox:
                found.append(mailbox)
            unread += mailbox is None
    return found, unread


def _pieces(value: bytes) -> list[tuple[str, bytes]] | None:
    pieces, place = [], 0
    while place < len(value):
        match = _PIECE.match(value, place)
        if match is None:
            return None
        if match[0].strip():
            pieces.append((str(match.lastgroup), match[0].strip(b" \t")))
        place = match.end()
    return pieces


def _named(pieces: list[tuple[str, bytes]], angle: int) -> Mailbox | None:
    """Read `words <address>`; a comment may stand among or after the words."""
    before, after = pieces[:angle], pieces[angle + 1 :]
    if any(kind != "comment" for kind, _raw in after):
        return None
    address = pieces[angle][1][1:-1]
    words = b" ".join(raw for kind, raw in before if kind == "words").split()
    if any(b"@" in word and word.strip(b"'") != address for word in words):
        return None  # another address, unquoted: readers differ in whose it is
    named = [raw for kind, raw in before if kind != "comment"] or [
        raw[1:-1] for _kind, raw in [*before, *after]
    ]
    return _mailbox(address, b" ".join(map(_unquoted, named)))


def _bare(pieces: list[tuple[str, bytes]]) -> Mailbox | None:
    """Read `address` and `address (words)`."""
    quoted = b""
    if pieces and pieces[0][0] == "quoted" and pieces[1:] and pieces[1][1].startswith(b"@"):
        quoted, pieces = pieces[0][1], pieces[1:]
    if not pieces or pieces[0][0] != "words":
        return None
    if any(kind != "comment" for kind, _raw in pieces[1:]):
        return None
    name = b" ".join(raw[1:-1] for _kind, raw in pieces[1:])
    return _mailbox(quoted + pieces[0][1], name)


def _unquoted(raw: bytes) -> bytes:
    return _ESCAPED.sub(rb"\1", raw[1:-1]) if raw.startswith(b'"') and raw.endswith(b'"') else raw


def _mailbox(address: bytes, name: bytes) -> Mailbox | None:
    try:
        local, at, domain = address.decode().rpartition("@")
    except UnicodeDecodeError:
        return None
    if local.startswith('"') and local.endswith('"') and local[1:-1] and "\\" not in local:
        local = local[1:-1]
    key_domain = _ascii_domain(domain) if at else None
    key = f"{local.lower()}@{key_domain}"
    if key_domain is None or not _is_local(local) or len(key.encode()) > _LONGEST_ADDRESS:
        return None
    shown = clean_line(mend_text(words_of(name)))[:MOST_NAME]
    return Mailbox(shown.strip(" \"'"), f"{local}@{domain.lower()}", key)


def _is_local(local: str) -> bool:
    return (
        len(local.encode()) <= _LONGEST_LOCAL
        and _LOCAL.fullmatch(local) is not None
        and "=?" not in local
        and _is_stable(local)
    )


def _is_stable(text: str) -> bool:
    """Tell whether no reading turns the text into another: no wide, joined or ASCII-like forms."""
    if text.isascii():
        return True
    return (
        unicodedata.normalize("NFKC", text) == text
        and clean_line(mend_text(text)) == text
        and not any(one > "\x7f" and any(low <= "\x7f" for low in one.lower()) for one in text)
    )


def _ascii_domain(domain: str) -> str | None:
    """Return a domain in ASCII and lower case, or None if two readings of it could differ."""
    labels = domain.lower().split(".")
    if not _is_stable(domain) or len(domain) > _LONGEST_ADDRESS or len(labels[-1]) < 1:
        return None
    out = [_ascii_label(label) for label in labels]
    if labels[-1].isdecimal() or None in out:
        return None
    return ".".join(filter(None, out))


def _ascii_label(label: str) -> str | None:
    if len(label) > _LONGEST_LABEL or not _LABEL.fullmatch(label):
        return None
    if label.isascii() and not label.startswith("xn--"):
        return label
    if _CHANGED_BY_IDNA & set(label):
        return None
    try:
        ascii_form = label.encode("idna").decode("ascii")
        same = ascii_form.encode("ascii").decode("idna")
        again = same.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return ascii_form if again == ascii_form and label in {ascii_form, same} else None


def _separated(value: bytes) -> list[bytes]:
    """Cut a list at commas outside quotations, comments and angles; groups lose their name."""
    out: list[bytes] = []
    start, closing = 0, b""
    for match in _STRUCTURE.finditer(value):
        mark = match[0]
        if closing:
            closing = b"" if mark == closing else closing
        elif mark in _CLOSING:
            closing = _CLOSING[mark]
        elif mark in {b",", b";"}:
            out.append(value[start : match.start()])
            start = match.end()
        elif mark == b":":
            start = match.end()
    return [one for one in [*out, value[start:]] if one.strip()]


_STRUCTURE = re.compile(rb'\\.|["()<>,;:]', re.DOTALL)
_CLOSING: Final = {b'"': b'"', b"(": b")", b"<": b">"}
