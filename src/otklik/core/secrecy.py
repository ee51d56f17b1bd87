"""Words that only this desk can read again: passwords and keys of other servers, kept in rows.

AES-GCM under a key derived from SECRET_KEY for each purpose, so that what was hidden for one
column means nothing in another. A desk that lost its SECRET_KEY has lost these words.
"""

import os
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION: Final = b"\x01"
_NONCE: Final = 12


class Unreadable(Exception):
    """It was hidden under another SECRET_KEY or for another purpose, or was changed since."""


def derived_key(purpose: str, length: int = 32) -> bytes:
    """Return a key that belongs to this desk and to one purpose (RFC 5869)."""
    return _derived(str(settings.SECRET_KEY), purpose, length)


def hide(words: str, purpose: str) -> bytes:
    """Return `words` as only `reveal` with the same purpose can read them."""
    nonce = os.urandom(_NONCE)
    hidden = AESGCM(derived_key(purpose)).encrypt(nonce, words.encode(), VERSION)
    return VERSION + nonce + hidden


def reveal(hidden: bytes | memoryview, purpose: str) -> str:
    """Return what `hide` was given. Raises Unreadable."""
    raw = bytes(hidden)
    if raw[:1] != VERSION:
        raise Unreadable
    nonce, rest = raw[1 : 1 + _NONCE], raw[1 + _NONCE :]
    try:
        return AESGCM(derived_key(purpose)).decrypt(nonce, rest, VERSION).decode()
    except (InvalidTag, ValueError):
        raise Unreadable from None


@cache
def _derived(secret: str, purpose: str, length: int) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=length, salt=None, info=f"otklik {purpose}".encode())
    return kdf.derive(secret.encode("utf-8", "surrogatepass"))
