"""What every page knows without asking."""

from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest

from otklik.core.models import Desk

FRESH = 5.0  # seconds for which the desk's name and colour are not read again

_kept: tuple[float, Desk | None] = (-FRESH, None)


def desk() -> Desk | None:
    """Return the desk's own row, at most some seconds old; None before it is set up."""
    global _kept  # noqa: PLW0603  # one small cache
    if _kept[1] is None or monotonic() - _kept[0] > FRESH:
        _kept = (monotonic(), Desk.objects.first())
    return _kept[1]


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates the actor (None for a visitor), the company, and what was just done."""
    row = desk()
    return {
        "actor": getattr(request, "actor", None),
        "theme": getattr(request, "theme", ""),
        "company": row.company if row else "Otklik",
        "file_limit": row.file_limit if row else settings.OTKLIK_FILE_LIMIT,
        "messages": get_messages(request),
    }
