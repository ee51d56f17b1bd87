"""Who may hear the kept answer of a keyed write once more."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from otklik.core.api import ensure_scope
from otklik.core.errors import NotFound
from otklik.people.models import Actor
from otklik.tickets.api.shapes import address
from otklik.tickets.policies import find_attachment, works_on
from otklik.tickets.selectors.found import seen_ticket


def ensure_may_hear_of_tickets(actor: Actor, place: Mapping[str, Any], kept: HttpResponse) -> None:
    """Refuse a token without the scope, and what was told of a ticket that is out of sight now.

    The receipt of an opening is given to colleagues all the same: it says a number, and a
    program that does not get it opens the ticket again. Raises NotAllowed, NotFound.
    """
    ensure_scope(actor, "tickets:write")
    told = json.loads(kept.content or b"{}")
    if "ticket_id" in place and told:
        _ensure_sees(actor, int(place["ticket_id"]), told)
    elif not actor.is_staff and not ("number" in told and seen_ticket(actor, told["id"])):
        raise NotFound


def ensure_may_hear_of_uploads(actor: Actor, place: Mapping[str, Any], kept: HttpResponse) -> None:
    """Refuse a token without the scope, and what was told of a file that is gone or out of sight.

    Raises NotAllowed, NotFound.
    """
    ensure_scope(actor, "tickets:write")
    if kept.content:
        find_attachment(actor, json.loads(kept.content)["token"])


def _ensure_sees(actor: Actor, ticket_id: int, told: Mapping[str, Any]) -> None:
    ticket = seen_ticket(actor, ticket_id)
    if ticket is None:
        raise NotFound
    to_staff = (
        told.get("side") == "desk"
        or "linked" in told
        or told.get("url", "") not in ("", address(actor, ticket))
    )
    if to_staff and not works_on(actor, ticket):
        raise NotFound
