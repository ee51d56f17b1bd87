"""What every page knows without asking."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates the actor (None for a visitor)."""
    return {"actor": getattr(request, "actor", None)}
