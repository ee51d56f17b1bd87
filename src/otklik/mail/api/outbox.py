"""Letters that go, over the API: what waits, what went, and what did not."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from otklik.core.api import REFUSALS, ensure_scope, members_named, tagged
from otklik.mail.actions.outbox.retrying import send_again
from otklik.mail.api.paging import Cursor, Limit, colleague_of, page_of
from otklik.mail.api.schemas import outbox as schemas
from otklik.mail.api.shapes import outgoing_out
from otklik.mail.policies import ensure_may_tend_letters, find_outgoing
from otklik.mail.selectors.outgoing import sought_outgoing
from otklik.people.api.schemas import Key
from otklik.people.models import Actor

router = Router(tags=["mail"])
Sought = Query(...)


@router.get(
    "/outbox", response={200: schemas.OutgoingList, **REFUSALS}, summary="List letters that go"
)
def get_outbox(
    request: HttpRequest,
    sought: schemas.OutgoingQuery = Sought,
    cursor: str | None = Cursor,
    limit: int = Limit,
) -> Any:
    """List letters that go, the newest first: those that did not leave yet, unless asked for.

    For administrators, and of their tickets for who leads a department.
    """
    actor = colleague_of(request, "tickets:read")
    ensure_may_tend_letters(actor)
    text = sought.q.strip().replace("\0", "")
    found, further = page_of(sought_outgoing(actor, state=sought.state, text=text), cursor, limit)
    return {"items": [outgoing_out(one) for one in found], "next": further}


@router.get(
    "/outbox/{outgoing_id}",
    response={200: schemas.OutgoingOut, **REFUSALS},
    summary="Read how a letter went",
)
def get_outgoing(request: HttpRequest, response: HttpResponse, outgoing_id: Key) -> Any:
    """Read how a letter went. For who works on its ticket; the desk's own, for administrators."""
    actor = colleague_of(request, "tickets:read")
    return tagged(response, outgoing_out(find_outgoing(actor, outgoing_id)))


@router.post(
    "/outbox/{outgoing_id}/sending",
    response={200: schemas.OutgoingOut, **REFUSALS},
    summary="Send a letter again",
)
def send_letter_again(
    request: HttpRequest, response: HttpResponse, outgoing_id: Key, payload: schemas.SendingIn
) -> Any:
    """Send again what did not leave, as the same letter. One that waits or is gone stays as it is.

    An uncertain one may have arrived: it needs `knowing`, that it could arrive twice.
    """
    actor = colleague_of(request, "tickets:write")
    with members_named({"": "knowing"}):
        send_again(actor=actor, letter_id=outgoing_id, knowing=payload.knowing)
    return tagged(response, outgoing_out(find_outgoing(actor, outgoing_id)))


def ensure_may_hear_of_outbox(actor: Actor, place: Mapping[str, Any], kept: HttpResponse) -> None:
    """Refuse a token without the scope, and what was told of a letter that is out of sight now.

    Raises NotAllowed, NotFound.
    """
    ensure_scope(actor, "tickets:write")
    find_outgoing(actor, json.loads(kept.content)["id"])
