"""Access tokens for mailboxes of the large providers, refreshed in time (RFC 6749, section 6)."""

import http.client
import json
import ssl
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from otklik.core.post.trouble import Kind, Trouble, words_of

ANSWER_SECONDS: Final = 20.0
LARGEST_ANSWER: Final = 100_000
EARLY_SECONDS: Final = 120
SHORTEST_SECONDS: Final = 60
LONGEST_SECONDS: Final = 86_400


@dataclass(frozen=True)
class Consent:
    """What a person permitted this desk, and how it proves to be the one they permitted."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scope: str = ""


@dataclass(frozen=True)
class Grant:
    """An access token; `refresh_token` is the new one where the provider gave one."""

    token: str = field(repr=False)
    ends_at: float
    refresh_token: str = field(default="", repr=False)

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() < self.ends_at - EARLY_SECONDS


def refreshed(consent: Consent) -> Grant:
    """Ask for an access token. Raises Trouble, which says whose word failed."""
    status, answer = _asked(consent)
    token = answer.get("access_token")
    if status != http.client.OK or not isinstance(token, str) or not token:
        raise _refusal(consent, answer)
    seconds = answer.get("expires_in")
    lasts = seconds if isinstance(seconds, int | float) and seconds > 0 else SHORTEST_SECONDS
    new = answer.get("refresh_token")
    return Grant(
        token=token,
        ends_at=time.monotonic() + min(lasts, LONGEST_SECONDS),
        refresh_token=new if isinstance(new, str) and new != consent.refresh_token else "",
    )


def _asked(consent: Consent) -> tuple[int, dict[str, Any]]:
    given = {
        "grant_type": "refresh_token",
        "refresh_token": consent.refresh_token,
        "client_id": consent.client_id,
        "client_secret": consent.client_secret,
        "scope": consent.scope,
    }
    body = urlencode({name: value for name, value in given.items() if value})
    heads = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    parts = urlsplit(consent.token_url)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    connection = _connection(consent)
    try:
        connection.request("POST", path, body, heads)
        answer = connection.getresponse()
        return answer.status, _read(answer.read(LARGEST_ANSWER))
    except ssl.SSLCertVerificationError as error:
        raise _trouble(consent, Kind.CERTIFICATE, error.verify_message) from None
    except (OSError, http.client.HTTPException) as error:
        raise _trouble(consent, Kind.TOKENS, str(error) or type(error).__name__) from None
    finally:
        connection.close()


def _connection(consent: Consent) -> http.client.HTTPConnection:
    parts = urlsplit(consent.token_url)
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
    return http.client.HTTPSConnection(
        parts.hostname or "",
        parts.port,
        timeout=ANSWER_SECONDS,
        context=ssl.create_default_context(),
    )


def _read(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {"error_description": raw.decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {}


def _refusal(consent: Consent, answer: dict[str, Any]) -> Trouble:
    kinds = {
        "invalid_grant": Kind.GRANT,
        "invalid_client": Kind.CLIENT,
        "unauthorized_client": Kind.CLIENT,
    }
    error = str(answer.get("error", ""))
    said = str(answer.get("error_description") or error)
    return _trouble(consent, kinds.get(error, Kind.TOKENS), said)


def _trouble(consent: Consent, kind: Kind, said: str) -> Trouble:
    """Say it without what is secret, whatever the provider repeats."""
    for secret in (consent.refresh_token, consent.client_secret):
        said = said.replace(secret, "…") if secret else said
    host = urlsplit(consent.token_url).hostname or ""
    return Trouble(kind, host, protocol="OAuth2", said=words_of(said))
