"""Lines of a letter's head, written so that no value can begin another line (RFC 5322).

Nothing is mended here: who hands over a value with a control in it is told so.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from otklik.core.letters.addresses import plain_mailbox

WIDTH: Final = 76
MOST_BYTES_A_WORD: Final = 45  # so that an encoded word stays within 75 signs (RFC 2047, 2)
_LONGEST_ASCII_WORD: Final = 200
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
# without what RFC 2231 gives a meaning in parameters: unquoted, readers stumble over it
_TOKEN = re.compile(r"[A-Za-z0-9!#$&+.^_`{|}~-]{1,60}")


class Unfit(ValueError):
    """This value cannot stand in a letter's head."""


@dataclass(frozen=True, slots=True)
class Address:
    """Whom a letter is from or for; the name proves nothing and may be empty."""

    address: str
    name: str = ""


def line(name: str, words: Iterable[str]) -> bytes:
    """Return one field of a head, folded between the words, which hold no blanks to fold at."""
    lines, width = [f"{name}:"], len(name) + 1
    for word in words:
        if width + 1 + len(word) > WIDTH and width > len(name) + 1:
            lines.append("")
            width = 0
        lines[-1] += f" {word}"
        width += 1 + len(word)
    return "\r\n".join(lines).encode() + b"\r\n"


def text(value: str) -> list[str]:
    """Return free text as words for `line`: as it is, or encoded (RFC 2047). Raises Unfit."""
    if not value:
        return []
    if _PLAIN.fullmatch(_fit(value)) and "=?" not in value and _is_foldable(value):
        return value.split(" ")
    return list(_encoded(value))


def address(one: Address) -> list[str]:
    """Return a mailbox as words for `line`. Raises Unfit for what is no plain address."""
    spec = f"<{wire_address(one.address)}>"
    name = _fit(one.name)
    if not name:
        return [spec]
    if _ATOMS.fullmatch(name) and "=?" not in name and _is_foldable(name):
        return [*name.split(" "), spec]
    if _PLAIN.fullmatch(name) and "=?" not in name and len(name) < WIDTH:
        return [quoted(name), spec]
    return [*_encoded(name), spec]


def addresses(several: Iterable[Address]) -> list[str]:
    words: list[str] = []
    for one in several:
        if words:
            words[-1] += ","
        words += address(one)
    return words


def wire_address(value: str) -> str:
    """Return an address as servers are told it, the domain in ASCII. Raises Unfit."""
    found = plain_mailbox(_fit(value).encode())
    if found is None or found.name or found.address != value:
        raise Unfit(f"{value!r} is no plain address")
    return f"{value.rpartition('@')[0]}@{found.key.rpartition('@')[2]}"


def message_ids(several: Iterable[str]) -> list[str]:
    """Return IDs with their angles as words for `line`. Raises Unfit."""
    words = list(several)
    for one in words:
        if not is_message_id(one):
            raise Unfit(f"{one!r} is no Message-ID")
    return words


def is_message_id(value: str) -> bool:
    return _MESSAGE_ID.fullmatch(value) is not None


def parameter(name: str, value: str) -> list[str]:
    """Return a parameter of a Content-Type or Content-Disposition (RFC 2231). Raises Unfit."""
    if _TOKEN.fullmatch(_fit(value)):
        return [f"{name}={value}"]
    if value.isascii() and len(value) <= WIDTH // 2:
        return [f"{name}={quoted(value)}"]
    coded = [f"utf-8''{quote(sign, safe='')}" for sign in value[:1]]
    coded += [quote(sign, safe="") for sign in value[1:]]
    pieces = [""]
    for sign in coded:
        if len(pieces[-1]) + len(sign) > WIDTH - len(name) - 10:
            pieces.append("")
        pieces[-1] += sign
    if len(pieces) == 1:
        return [f"{name}*={pieces[0]}"]
    return [f"{name}*{place}*={piece}" for place, piece in enumerate(pieces)]


def parameters(first: str, *groups: list[str]) -> list[str]:
    """Return a value and its parameters as words for `line`."""
    words = [first, *(word for group in groups for word in group)]
    return [f"{word};" for word in words[:-1]] + words[-1:]


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _fit(value: str) -> str:
    if _UNFIT.search(value):
        raise Unfit(f"{value!r} holds a control or a break of lines")
    return value


def _is_foldable(value: str) -> bool:
    return all(len(word) <= _LONGEST_ASCII_WORD for word in value.split(" "))


def _encoded(value: str) -> Iterator[str]:
    piece = b""
    for sign in value:
        raw = sign.encode()
        if len(piece) + len(raw) > MOST_BYTES_A_WORD:
            yield f"=?utf-8?b?{b64encode(piece).decode()}?="
            piece = b""
        piece += raw
    yield f"=?utf-8?b?{b64encode(piece).decode()}?="
