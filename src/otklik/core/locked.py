"""Secrets that the desk must be able to use again: passwords of servers, tokens of providers.

Kept encrypted by a key that comes from SECRET_KEY, so that a copy of the database alone opens
nothing. They are never shown again and never logged.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

_PURPOSE: Final = b"otklik secrets at rest, version 1"


class LockedElsewhere(ValueError):
    """What was locked under another SECRET_KEY, or is damaged: it must be typed again."""


def lock(secret: str) -> bytes:
    """Return a secret as it may be stored; "" locks nothing and stays empty."""
    return _box(settings.SECRET_KEY).encrypt(secret.encode()) if secret else b""


def unlock(locked: bytes | memoryview) -> str:
    """Return what was locked. Raises LockedElsewhere."""
    kept = bytes(locked)
    if not kept:
        return ""
    try:
        return _box(settings.SECRET_KEY).decrypt(kept).decode()
    except InvalidToken:
        raise LockedElsewhere from None


@lru_cache(maxsize=4)
def _box(master: str) -> Fernet:
    key = hmac.new(master.encode(), _PURPOSE, hashlib.sha256).digest()
    return Fernet(urlsafe_b64encode(key))
