"""What makes an answer find its ticket: a short signed word in addresses and Message-IDs.

One form and one way to read it. A token names a kind, a ticket and who holds it, and its MAC
covers all three and the desk. It says which letter is answered; it gives nobody rights.
"""

import base64
import binascii
import enum
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from otklik.core.context import desk_mark
from otklik.core.secrecy import derived_key

VERSION: Final = 1
LENGTH: Final = 44
_NUMBER: Final = 5  # bytes
_MAC: Final = 16
_SHAPE: Final = re.compile(r"[a-z2-7]{44}", re.ASCII)


class Kind(enum.IntEnum):
    """What a token is good for; the numbers stay as they are."""

    REPLY = 1
    """Held by the person to whom the letter went."""
    RETURN = 2
    """Of a return path: held by the outgoing letter that a delivery report is about."""
    RATING = 3
    """Of links in letters: held by the person who may rate, or say that it is solved."""
    STOP = 4
    """Of links that end news by letter: held by the outgoing letter, so by who had it."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    ticket_id: int
    holder_id: int


def make(kind: Kind, ticket_id: int, holder_id: int) -> str:
    """Return the token of 44 letters, in lower case. Raises OverflowError past 2^40."""
    said = bytes([VERSION << 4 | kind])
    said += ticket_id.to_bytes(_NUMBER, "big") + holder_id.to_bytes(_NUMBER, "big")
    return base64.b32encode(said + _mac(said)).decode().rstrip("=").lower()


def read(text: str) -> Token | None:
    """Return what a token names, or None for anything this desk has not made.

    Letter case alone may differ: some servers change it in addresses.
    """
    token = text.lower()
    if len(text) != LENGTH or not text.isascii() or not _SHAPE.fullmatch(token):
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-LENGTH % 8))
    except binascii.Error:
        return None
    said, mac = raw[:-_MAC], raw[-_MAC:]
    is_ours = hmac.compare_digest(mac, _mac(said))
    # 27 bytes leave bits of the last letter over: only one spelling counts.
    is_canonical = base64.b32encode(raw).decode().rstrip("=").lower() == token
    if not is_ours or not is_canonical or said[0] >> 4 != VERSION or said[0] & 15 not in set(Kind):
        return None
    return Token(
        kind=Kind(said[0] & 15),
        ticket_id=int.from_bytes(said[1 : 1 + _NUMBER], "big"),
        holder_id=int.from_bytes(said[1 + _NUMBER :], "big"),
    )


def in_address(address: str) -> Token | None:
    """Return the token that stands behind a plus in an address, if one does."""
    return read(address.rpartition("@")[0].rpartition("+")[2])


def _mac(said: bytes) -> bytes:
    key = derived_key(f"reply tokens {VERSION}")
    return hmac.digest(key, said + desk_mark().encode(), sha256().name)[:_MAC]
