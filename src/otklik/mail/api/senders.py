"""By which servers the desk writes, over the API. Secrets go in and never come out."""

import json
from collections.abc import Mapping
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from otklik.core.api import REFUSALS, ensure_scope, ensure_version, etag, members_named
from otklik.core.errors import NotFound
from otklik.mail.actions.outbox.writing import published_record
from otklik.mail.actions.setting_up import senders as actions
from otklik.mail.actions.setting_up.senders import SenderFields
from otklik.mail.api.schemas import senders as schemas
from otklik.mail.models import Sender
from otklik.mail.policies import find_sender
from otklik.mail.selectors.outgoing import step_words
from otklik.mail.selectors.senders import all_senders
from otklik.people.api.schemas import Key
from otklik.people.models import Actor
from otklik.people.policies import administrator_of

router = Router(tags=["mail"])
MEMBERS = {"department_id": "department"}
SCOPE = "configuration:write"
PLAIN = (
    *("name", "address", "has_plus", "is_active", "host", "port", "security", "login", "way"),
    *("token_url", "client_id", "scope", "authority", "dkim_selector", "version"),
)


@router.get("/senders", response={200: list[schemas.SenderOut], **REFUSALS}, summary="List senders")
def get_senders(request: HttpRequest) -> Any:
    """List the servers by which the desk writes, and how they are. For administrators."""
    return [_out(one) for one in all_senders(setting_up(request))]


@router.post("/senders", response={201: schemas.SenderOut, **REFUSALS}, summary="Add a sender")
def add_sender(request: HttpRequest, response: HttpResponse, payload: schemas.SenderIn) -> Any:
    """Let a department, or all that have none of their own, write by a server.

    For administrators, with the scope `all`.
    """
    actor = setting_up(request)
    with members_named(MEMBERS):
        made = actions.add_sender(actor=actor, fields=_fields(payload))
    response["Location"] = f"/api/v1/senders/{made.pk}"
    return Status(201, _tagged(response, made))


@router.get(
    "/senders/{sender_id}",
    response={200: schemas.SenderOut, **REFUSALS},
    summary="Read a sender",
)
def get_sender(request: HttpRequest, response: HttpResponse, sender_id: Key) -> Any:
    """Read one sender and how it is. For administrators."""
    return _tagged(response, find_sender(setting_up(request), sender_id))


@router.patch(
    "/senders/{sender_id}",
    response={200: schemas.SenderOut, **REFUSALS},
    summary="Change a sender",
)
@transaction.atomic
def change_sender(
    request: HttpRequest, response: HttpResponse, sender_id: Key, payload: schemas.SenderPatch
) -> Any:
    """Change how a department writes; `is_active` false turns it off.

    For administrators, with the scope `all`.
    """
    actor = setting_up(request)
    ensure_version(request, find_sender(actor, sender_id, held=True).version)
    with members_named(MEMBERS):
        changed = actions.change_sender(actor=actor, sender_id=sender_id, changes=_fields(payload))
    return _tagged(response, changed)


@router.delete("/senders/{sender_id}", response={204: None, **REFUSALS}, summary="Remove a sender")
def remove_sender(request: HttpRequest, sender_id: Key) -> Any:
    """Remove a sender by which nothing ever went. For administrators."""
    actions.remove_sender(actor=setting_up(request), sender_id=sender_id)
    return Status(204, None)


@router.post(
    "/senders/{sender_id}/trial",
    response={200: schemas.SenderTriedOut, **REFUSALS},
    summary="Try a sender",
)
def try_sender(request: HttpRequest, sender_id: Key) -> Any:
    """Speak with a sender's server up to where a letter would begin. For administrators."""
    tried = actions.try_sender(actor=setting_up(request), sender_id=sender_id)
    return {"is_well": tried.is_good, "said": tried.said, "answer": tried.answer}


def setting_up(request: HttpRequest) -> Actor:
    """Return the administrator who asks, with a token for this. Raises NotFound, NotAllowed."""
    actor = administrator_of(request)
    ensure_scope(actor, SCOPE)
    return actor


def ensure_may_hear_of_sending(actor: Actor, place: Mapping[str, Any], kept: HttpResponse) -> None:
    """Refuse what was told of senders and templates to one who was an administrator then.

    Raises NotAllowed, NotFound.
    """
    ensure_scope(actor, SCOPE)
    if not actor.is_administrator:
        raise NotFound
    told = json.loads(kept.content or b"{}")
    if "has_password" in told:
        find_sender(actor, told["id"])


def _fields(payload: schemas.SenderFieldsIn) -> SenderFields:
    given = {
        name: value
        for name, value in payload.dict(exclude_unset=True).items()
        if value is not None or name == "department"
    }
    if "department" in given:
        given["department_id"] = given.pop("department")
    return cast("SenderFields", given)


def _tagged(response: HttpResponse, sender: Sender) -> dict[str, Any]:
    response["ETag"] = etag(sender.version)
    return _out(sender)


def _out(sender: Sender) -> dict[str, Any]:
    place = sender.department
    return {name: getattr(sender, name) for name in PLAIN} | {
        "id": sender.pk,
        "department": {"id": place.pk, "name": place.label} if place else None,
        "has_password": bool(sender.secret),
        "has_client_secret": bool(sender.client_secret),
        "dkim_record": _record(sender),
        "health": {
            "last_accepted_at": sender.last_accepted_at,
            "failing_since": sender.failing_since,
            "trouble": step_words(sender.trouble_step),
            "answer": sender.trouble_words,
        },
    }


def _record(sender: Sender) -> dict[str, str] | None:
    """Return what the domain has to publish for the key: its public half."""
    text = published_record(sender)
    if not text:
        return None
    domain = sender.address.rpartition("@")[2]
    return {"name": f"{sender.dkim_selector}._domainkey.{domain}", "text": text}
