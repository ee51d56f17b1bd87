"""What all writes of configuration over the API share: who may, one at a time, from what state."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from otklik.core.api import Keepable, Language, Strict, ensure_matches, ensure_scope, letters
from otklik.people.models import Actor
from otklik.people.policies import staff_of
from otklik.tickets.actions.configuring.checking import HINT_LIMIT, NAME_LIMIT
from otklik.tickets.actions.configuring.recording import begin
from otklik.tickets.policies import ensure_may_configure

Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Word = Annotated[str, Field(max_length=50)]  # a key of a question or an answer
Line = Annotated[str, letters(NAME_LIMIT, 8 * NAME_LIMIT)]
Hint = Annotated[str, letters(HINT_LIMIT, 8 * HINT_LIMIT)]
Names = dict[str, str]


WordingIn = Annotated[
    dict[Language, Annotated[Line, Keepable]],
    Field(description="A name in each language of the desk; in one at least"),
]
HintsIn = Annotated[
    dict[Language, Annotated[Hint, Keepable]],
    Field(description="A line under a name, in each language of the desk"),
]


def new_router() -> Router:
    return Router(tags=["configuration"])


def reader(request: HttpRequest) -> Actor:
    """Return the administrator who reads. Raises NotFound, NotAllowed."""
    actor = staff_of(request)
    ensure_scope(actor, "tickets:read")
    ensure_may_configure(actor)
    return actor


def keeper(request: HttpRequest) -> Actor:
    """Return the administrator who writes, alone until the transaction ends.

    Raises NotFound, NotAllowed.
    """
    actor = staff_of(request)
    ensure_scope(actor, "configuration:write")
    begin(actor)
    return actor


def ensure_may_hear_of_configuration(
    actor: Actor, place: Mapping[str, Any], kept: HttpResponse
) -> None:
    """Refuse a kept answer to who may not change the configuration any more."""
    ensure_scope(actor, "configuration:write")
    ensure_may_configure(actor)


def given(request: HttpRequest, now: Schema, payload: Strict) -> dict[str, Any]:
    """Return what a change says, over what is there now. Raises Stale by If-Match."""
    ensure_matches(request, now)
    said = payload.dict(exclude_unset=True)
    return {name: said.get(name, getattr(now, name)) for name in type(payload).model_fields}
