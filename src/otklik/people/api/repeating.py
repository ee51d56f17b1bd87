"""Who may hear the kept answer of a keyed write once more."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from otklik.core.api import ensure_scope
from otklik.core.errors import NotFound
from otklik.people.models import Actor
from otklik.people.policies import ensure_administrator, find_person


def ensure_may_hear_of_oneself(actor: Actor, place: Mapping[str, Any], kept: HttpResponse) -> None:
    """Refuse a token without the scope; what is told is of the person who asks. Raises NotAllowed.

    The secret of a new token is not in what was kept.
    """
    ensure_scope(actor, "people:write")


def ensure_may_hear_of_people(actor: Actor, place: Mapping[str, Any], kept: HttpResponse) -> None:
    """Refuse a token without the scope, and what was told to someone who was staff then.

    Raises NotAllowed, NotFound.
    """
    ensure_scope(actor, "people:write")
    told = json.loads(kept.content or b"{}")
    if "is_administrator" in told:
        ensure_administrator(actor)
    was_staff = told.get("remarks") is not None
    if was_staff and not actor.is_staff:
        raise NotFound
    if "person_id" in place:
        find_person(actor, int(place["person_id"]))
