"""The kept answers of keyed writes over the API."""

import json
from collections.abc import Collection

from django.http import HttpResponse
from django.utils.translation import gettext as _

from otklik.core import once
from otklik.core.errors import Conflict
from otklik.core.models import IdempotencyKey

KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def claim(owner: str, key: str, fingerprint: str) -> HttpResponse | None:
    """Return the answer that this write got before, or None when it is the first.

    Waits for another transaction that holds the key. Raises Conflict when the key was
    used for a different write.
    """
    if once.is_first(owner, key, fingerprint):
        return None
    kept = IdempotencyKey.objects.get(owner=owner, key=key)
    if kept.fingerprint != fingerprint:
        raise Conflict(_("This Idempotency-Key was used for another request."))
    answer = HttpResponse(kept.body, status=kept.status or 200)
    for name, value in kept.headers.items():
        answer.headers[name] = value
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def settle(owner: str, key: str, answer: HttpResponse, told_once: Collection[str] = ()) -> None:
    """Keep the answer of a write for those who repeat it, with nothing in what is told once."""
    body = answer.content.decode()
    if told_once:
        body = json.dumps(json.loads(body) | dict.fromkeys(told_once, ""))
    IdempotencyKey.objects.filter(owner=owner, key=key).update(
        status=answer.status_code,
        body=body,
        headers={name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers},
    )
