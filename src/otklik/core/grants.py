"""Short-lived signed words that let a page hear some topics.

The page carries a grant, the gateway reads it: neither asks the other. Knows nothing
of Django, since the gateway has none.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LIFETIME_MS: Final = 60_000
"""How long a grant may be used to connect."""
MOST_TOPICS: Final = 64
TOPIC: Final = re.compile(r"[a-z]{1,20}(:[A-Za-z0-9_-]{1,40})?")


LONGEST_NAME: Final = 50
"""Letters of a name that are shown of a face."""


class GrantRefused(Exception):
    """The text is not a grant that this desk has signed."""


@dataclass(frozen=True, slots=True)
class Face:
    """How whoever opened a page is shown to the others who have it open."""

    room: str
    """The topic that all pages of the thing hear."""
    name: str
    initials: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may hear what; good for one connection."""

    account_id: int
    session: str
    """`session_hash` of the session that asked, never its key."""
    topics: tuple[str, ...]
    issued_ms: int
    """When the rights behind the topics were read, in milliseconds since 1970."""
    nonce: str
    face: Face | None = None
    """None on pages where people do not meet."""


def now_ms() -> int:
    """Real time, also when a test moves the desk's clock: another process compares it."""
    return time.time_ns() // 1_000_000


def is_topic(text: str) -> bool:
    return TOPIC.fullmatch(text) is not None


def session_hash(session_key: str) -> str:
    """Name a session without giving away the key that signs in."""
    return hashlib.sha256(f"otklik.live.session:{session_key}".encode()).hexdigest()[:32]


def seal(grant: Grant, secret: str) -> str:
    """Sign a grant as URL-safe text."""
    face = grant.face and [grant.face.room, grant.face.name, grant.face.initials]
    body = [grant.account_id, grant.session, grant.topics, grant.issued_ms, grant.nonce, face]
    text = _encode(json.dumps(body, separators=(",", ":")).encode())
    return f"{text}.{_signature(text, secret)}"


def unseal(token: str, secret: str) -> Grant:
    """Read a grant back; its age is for the reader to judge. Raises GrantRefused."""
    text, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(text, secret).encode()):
        raise GrantRefused("not signed by this desk")
    try:
        account_id, session, topics, issued_ms, nonce, face = json.loads(_decode(text))
    except (ValueError, binascii.Error):
        raise GrantRefused("signed, but not a grant") from None
    shown = face and Face(*face)
    return Grant(account_id, session, tuple(topics), issued_ms, nonce, shown)


def make_grant(
    *,
    account_id: int,
    session: str,
    topics: Sequence[str],
    issued_ms: int | None = None,
    face: Face | None = None,
) -> Grant:
    """Put a new grant together. Raises ValueError for a malformed topic or too many."""
    named = tuple(dict.fromkeys(topics))
    wrong = [topic for topic in named if not is_topic(topic)]
    if wrong or len(named) > MOST_TOPICS:
        raise ValueError(f"not topics, or more than {MOST_TOPICS}: {wrong or len(named)}")
    issued = now_ms() if issued_ms is None else issued_ms
    return Grant(account_id, session, named, issued, secrets.token_urlsafe(12), face)


def _signature(text: str, secret: str) -> str:
    key = hashlib.sha256(f"otklik.live.grant:{secret}".encode()).digest()
    return _encode(hmac.digest(key, text.encode(), "sha256"))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
