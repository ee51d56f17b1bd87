"""Forgetting the bytes of letters that left long ago; that they went stays known."""

from datetime import timedelta
from typing import Final

from otklik.core import clock
from otklik.mail.models import Outgoing, OutgoingBytes

KEPT: Final = timedelta(days=30)
LEFT: Final = (Outgoing.State.SENT, Outgoing.State.ACCEPTED)


def forget_old_bytes() -> int:
    """Remove what left a month ago; what has not left, or may not have, stays. Safe to repeat."""
    old = OutgoingBytes.objects.filter(
        letter__state__in=LEFT, letter__sent_at__lt=clock.now() - KEPT
    )
    removed, _rows = old.delete()
    return removed
