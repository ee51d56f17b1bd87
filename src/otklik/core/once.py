"""Writes that are safe to repeat: the first one does it, the others get its result."""

from datetime import timedelta
from typing import NamedTuple

from django.db import connection

from otklik.core import clock
from otklik.core.models import IdempotencyKey

KEPT_FOR = timedelta(days=7)


class Kept(NamedTuple):
    """What is known of the write that had a key first."""

    result: str  # "" within the transaction that has claimed the key and not settled it yet
    fingerprint: str


def claim(owner: str, key: str, fingerprint: str) -> Kept | None:
    """Return what the write with this key made, or None when the caller is the first.

    Call it inside the transaction of the write: a second caller waits here until the
    first has committed or failed. `owner` keeps one person's keys from another's; whether
    the `fingerprint` is that of the same write is for the caller to judge.
    """
    if is_first(owner, key, fingerprint):
        return None
    kept = IdempotencyKey.objects.values_list("body", "fingerprint").get(owner=owner, key=key)
    return Kept(*kept)


def is_first(owner: str, key: str, fingerprint: str) -> bool:
    """Take a key for a write, unless another has it; waits for who is about to take it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO core_idempotencykey
                   (owner, key, fingerprint, body, headers, created_at)
               VALUES (%s, %s, %s, '', '{}', %s) ON CONFLICT DO NOTHING""",
            [owner, key, fingerprint, clock.now()],
        )
        return bool(cursor.rowcount)


def settle(owner: str, key: str, result: str) -> None:
    """Keep what the write made, for those who repeat it."""
    IdempotencyKey.objects.filter(owner=owner, key=key).update(body=result)


def settled(owner: str, key: str) -> str:
    """Return what a write with this key made, or "" when there was none."""
    if not key or "\0" in key:
        return ""
    kept = IdempotencyKey.objects.filter(owner=owner, key=key).values_list("body", flat=True)
    return kept.first() or ""


class Outcome(NamedTuple):
    """What became at last of a write that its sender did not hear of."""

    went: bool
    why: str  # it was refused


def keep_refusal(owner: str, key: str, why: str) -> None:
    """Keep why a write with this key was refused, for who asks later. It may be tried again."""
    if key:
        IdempotencyKey.objects.update_or_create(
            owner=_refused(owner), key=key, defaults={"body": why, "created_at": clock.now()}
        )


def outcome(owner: str, key: str) -> Outcome | None:
    """Return what became of the last write with a key, or None while nothing is known of it."""
    if not key or "\0" in key:
        return None
    kept = IdempotencyKey.objects.filter(owner__in=[owner, _refused(owner)], key=key)
    last = kept.exclude(body="").order_by("-created_at").values_list("owner", "body").first()
    return Outcome(went=last[0] == owner, why="" if last[0] == owner else last[1]) if last else None


def _refused(owner: str) -> str:
    return f"no:{owner}"


def forget_old_keys() -> int:
    """Forget the keys of a week ago and before. Returns how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT_FOR)
    return old.delete()[0]
