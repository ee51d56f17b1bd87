"""Guessing made slow: tries are counted before they are judged, so that parallel ones count too."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import TooMany
from otklik.people.models import SignInFailure

WINDOW = timedelta(minutes=15)
FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)  # doubled by each further try


def count_try(subject: str, *, free: int = FREE_TRIES) -> None:
    """Count one try at `subject` (a typed name, an address …) as failed until it is forgiven.

    After `free` tries in a quarter of an hour each needs a longer wait than the last.
    Commits on its own. Within a transaction of the caller the try lasts only if that does, and
    others who try at `subject` wait for its end. Raises TooMany, for names that nobody has as well.
    """
    key = _key(subject)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
        tries = list(
            SignInFailure.objects.filter(subject=key, at__gt=clock.now() - WINDOW)
            .order_by("-at")
            .values_list("at", flat=True)[: free + 6]
        )
        if len(tries) >= free:
            _ensure_waited(tries[0] + min(FIRST_WAIT * 2 ** (len(tries) - free), WINDOW))
        SignInFailure.objects.create(subject=key, at=clock.now())


def is_waiting(subject: str, *, free: int) -> bool:
    """Count a try as `count_try` does, and tell whether it came too early instead of refusing."""
    try:
        count_try(subject, free=free)
    except TooMany:
        return True
    return False


def forgive(subject: str) -> None:
    """Forget the tries at a subject: one of them was right."""
    SignInFailure.objects.filter(subject=_key(subject)).delete()


def forgive_one(subject: str) -> None:
    """Forget the latest try at a subject that others may be guessing at as well."""
    latest = SignInFailure.objects.filter(subject=_key(subject)).order_by("-at").first()
    if latest is not None:
        latest.delete()


def forget_old_tries() -> int:
    """Remove tries that no longer count; return how many."""
    removed, _rows = SignInFailure.objects.filter(at__lt=clock.now() - WINDOW).delete()
    return removed


def _ensure_waited(until: datetime) -> None:
    left = int((until - clock.now()).total_seconds())
    if left > 0:
        raise TooMany(
            _("Too many tries. Wait a little and try again, or ask for a link by e-mail."),
            retry_after=left + 1,
        )


def _key(subject: str) -> str:
    return sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()
