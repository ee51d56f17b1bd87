"""Mailboxes over the API, for administrators. Secrets go in and never come out."""

import json
from collections.abc import Mapping
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from otklik.core.api import REFUSALS, created, ensure_matches, ensure_scope, members_named, tagged
from otklik.core.post.trouble import Trouble
from otklik.mail.actions.setting_up import mailboxes as actions
from otklik.mail.actions.setting_up.mailboxes import MailboxFields
from otklik.mail.api.schemas import mailboxes as schemas
from otklik.mail.fetching.trying import try_mailbox
from otklik.mail.forms.mailboxes import values_of
from otklik.mail.policies import find_mailbox, lock_mailbox
from otklik.mail.selectors.mailboxes import MailboxRow, mailbox_row, mailbox_rows
from otklik.people.api.schemas import Key
from otklik.people.models import Actor
from otklik.people.policies import actor_of, ensure_administrator

router = Router(tags=["mail"])
MEMBERS = {"department_id": "department"}
SCOPE = "configuration:write"


@router.get("/mailboxes", response={200: list[schemas.MailboxOut], **REFUSALS})
def get_mailboxes(request: HttpRequest) -> Any:
    """List mailboxes and how they are. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, SCOPE)
    return [_out(row) for row in mailbox_rows(actor=actor)]


@router.post("/mailboxes", response={201: schemas.MailboxOut, **REFUSALS})
def add_mailbox(request: HttpRequest, response: HttpResponse, payload: schemas.MailboxIn) -> Any:
    """Add a mailbox; its letters are fetched from now on. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, SCOPE)
    with members_named(MEMBERS):
        made = actions.add_mailbox(actor=actor, fields=_fields(payload.dict(exclude_unset=True)))
    return created(response, f"/mailboxes/{made.pk}", _shown(actor, made.pk))


@router.get("/mailboxes/{mailbox_id}", response={200: schemas.MailboxOut, **REFUSALS})
def get_mailbox(request: HttpRequest, response: HttpResponse, mailbox_id: Key) -> Any:
    """Read one mailbox and how it is. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, SCOPE)
    return tagged(response, _shown(actor, mailbox_id))


@router.patch("/mailboxes/{mailbox_id}", response={200: schemas.MailboxOut, **REFUSALS})
@transaction.atomic
def change_mailbox(
    request: HttpRequest, response: HttpResponse, mailbox_id: Key, payload: schemas.MailboxPatch
) -> Any:
    """Change a mailbox; `is_active` false lets it rest. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, SCOPE)
    lock_mailbox(actor, mailbox_id)
    ensure_matches(request, _shown(actor, mailbox_id))
    values = payload.dict(exclude_unset=True)
    is_active = values.pop("is_active", None)
    with members_named(MEMBERS):
        actions.change_mailbox(actor=actor, mailbox_id=mailbox_id, changes=_fields(values))
    if is_active is not None:
        actions.turn_mailbox(actor=actor, mailbox_id=mailbox_id, is_active=is_active)
    return tagged(response, _shown(actor, mailbox_id))


@router.delete(
    "/mailboxes/{mailbox_id}", response={204: None, **REFUSALS}, summary="Remove a mailbox"
)
def remove_mailbox(request: HttpRequest, mailbox_id: Key) -> Any:
    """Remove a mailbox by which no letter ever came. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, SCOPE)
    actions.remove_mailbox(actor=actor, mailbox_id=mailbox_id)
    return Status(204, None)


@router.post(
    "/mailboxes/{mailbox_id}/trial",
    response={200: schemas.TriedOut, **REFUSALS},
    summary="Try a mailbox",
)
def try_one(request: HttpRequest, mailbox_id: Key) -> Any:
    """Ask a mailbox's server now; nothing is fetched. For administrators."""
    actor = actor_of(request)
    ensure_scope(actor, SCOPE)
    mailbox = find_mailbox(actor, mailbox_id)
    try:
        found = try_mailbox(mailbox=mailbox)
    except Trouble as trouble:
        return {"is_well": False, "trouble": trouble.sentence(), "letters": 0, "folders": []}
    return {"is_well": True, "trouble": "", "letters": found.letters, "folders": found.folders}


def ensure_may_hear_of_mailboxes(
    actor: Actor, place: Mapping[str, Any], kept: HttpResponse
) -> None:
    """Refuse what was told to one who was an administrator then. Raises NotAllowed, NotFound."""
    ensure_scope(actor, SCOPE)
    ensure_administrator(actor)
    told = json.loads(kept.content or b"{}")
    if isinstance(told.get("id"), int):
        find_mailbox(actor, told["id"])


def _fields(values: dict[str, Any]) -> MailboxFields:
    given = {name: value for name, value in values.items() if value is not None or name == "port"}
    if "department" in given:
        given["department_id"] = given.pop("department")
    return cast("MailboxFields", given)


def _shown(actor: Actor, mailbox_id: int) -> dict[str, Any]:
    return _out(mailbox_row(actor=actor, mailbox_id=mailbox_id))


def _out(row: MailboxRow) -> dict[str, Any]:
    mailbox = row.mailbox
    counted = ("trouble_since", "last_contact_at", "highest_uid", "waiting", "too_large")
    gaps = ("gaps_found", "gaps_refilled")
    return values_of(mailbox) | {
        "id": mailbox.pk,
        "addresses": list(mailbox.addresses),
        "department": {"id": mailbox.department_id, "name": mailbox.department.label},
        "has_secret": bool(mailbox.secret),
        "is_active": mailbox.is_active,
        "version": mailbox.version,
        "health": {
            "word": row.health,
            "trouble": row.trouble,
            "unread": row.unread,
            "quarantined": row.quarantined,
            **{name: getattr(mailbox, name) for name in (*counted, *gaps)},
        },
    }
