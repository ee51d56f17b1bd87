"""What was found out about a letter that was handed over directly, before it is read."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from otklik.core import clock, rounds
from otklik.core.letters.proving.spf import Sending
from otklik.core.letters.verdicts import Result
from otklik.mail.actions.intake.receiving import ROUND
from otklik.mail.models import Letter

PATIENCE: Final = timedelta(seconds=60)
"""So long a letter waits to be proven; then it is taken in as one that could not be checked."""


def being_proven() -> QuerySet[Letter]:
    """Return the letters about which something is still to be found out, the oldest first."""
    waiting = Letter.objects.filter(state=Letter.State.KEPT, verdict={}).exclude(handed_by="")
    return waiting.filter(received_at__gt=clock.now() - PATIENCE).order_by("pk")


def sending_of(letter_id: int) -> Sending | None:
    """Return how a letter was handed over, if it still waits to be proven."""
    rows = being_proven().filter(pk=letter_id).values_list("handed_by", "hello", "envelope_from")
    return next((Sending(*row) for row in rows), None)


def keep_proof(*, letter_id: int, results: Iterable[Result]) -> None:
    """Keep what was found out about a letter, which may be read now. Again changes nothing."""
    said = {"results": [asdict(one) for one in results]}
    if being_proven().filter(pk=letter_id).update(verdict=said):
        rounds.ring(ROUND)
