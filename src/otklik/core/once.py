"""Writes that are safe to repeat: the first one does it, the others get its result."""

from datetime import timedelta

from django.db import connection

from otklik.core import clock
from otklik.core.models import IdempotencyKey

KEPT_FOR = timedelta(days=7)


def claim(owner: str, key: str) -> str | None:
    """Return what the write with this key made, or None when the caller is the first.

    Call it inside the transaction of the write: a second caller waits here until the
    first has committed or failed. `owner` keeps one person's keys from another's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO core_idempotencykey
                   (owner, key, fingerprint, body, headers, created_at)
               VALUES (%s, %s, '', '', '{}', %s) ON CONFLICT DO NOTHING""",
            [owner, key, clock.now()],
        )
        if cursor.rowcount:
            return None
    return IdempotencyKey.objects.values_list("body", flat=True).get(owner=owner, key=key)


def settle(owner: str, key: str, result: str) -> None:
    """Keep what the write made, for those who repeat it."""
    IdempotencyKey.objects.filter(owner=owner, key=key).update(body=result)


def settled(owner: str, key: str) -> str:
    """Return what a write with this key made, or "" when there was none."""
    if not key or "\0" in key:
        return ""
    kept = IdempotencyKey.objects.filter(owner=owner, key=key).values_list("body", flat=True)
    return kept.first() or ""


def forget_old_keys() -> int:
    """Forget the keys of a week ago and before. Returns how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT_FOR)
    return old.delete()[0]
