from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core.api import members_named
from otklik.core.errors import Invalid, NotAllowed, Stale
from otklik.people.models import Actor
from otklik.tickets import actions
from otklik.tickets.actions.requesting import WORKED_ON
from otklik.tickets.actions.talking import checked_body
from otklik.tickets.api.opening import categories, departments, key_of, types, words
from otklik.tickets.api.schemas import TicketPatch
from otklik.tickets.api.shapes import version_for
from otklik.tickets.models import Phase, Status, Ticket
from otklik.tickets.policies import works_on
from otklik.tickets.selectors.found import one_ticket
from otklik.tickets.selectors.known import known_configuration

OWN = ("subject", "priority", "tags", "language", "expected_at", "owner")
MOVES = ("status", "department", "assignee", "escalated")


@transaction.atomic
def patch(actor: Actor, ticket_id: int, payload: TicketPatch, version: int | None) -> None:
    """Make all the changes that a program asks for, in one transaction."""
    ticket = one_ticket(actor, ticket_id)
    held = Ticket.objects.select_for_update().values_list("version", "public_version")
    ticket.version, ticket.public_version = held.get(pk=ticket_id)
    if version is not None and version != version_for(actor, ticket):
        raise Stale(_("The ticket was changed after you read it."))
    given = payload.model_fields_set
    if not works_on(actor, ticket):
        _patch_as_customer(actor, ticket, payload)
        return
    changes = _changes(payload, given, version)
    if changes.fields or changes.values:
        with members_named(_answers(payload)):
            actions.change_ticket(actor=actor, ticket_id=ticket_id, changes=changes)
    _ensure_words_have_a_place(payload)
    if payload.status:
        _move(actor, ticket, payload)
    if payload.escalated is True:
        note = words(payload.note or "", "text", []) if _tells_escalation(payload) else None
        with members_named({"body": "note"}):
            actions.escalate_ticket(
                actor=actor, ticket_id=ticket_id, reason=payload.reason or "", note=note
            )
    elif payload.escalated is False:
        actions.end_escalation(actor=actor, ticket_id=ticket_id)
    if payload.department:
        _transfer(actor, ticket, payload)
    if "assignee" in given:
        actions.assign_ticket(actor=actor, ticket_id=ticket_id, assignee_id=payload.assignee)


def _answers(payload: TicketPatch) -> dict[str, str]:
    """Return the names of refused answers: the desk has them beside the ticket's own fields."""
    own = TicketPatch.model_fields
    return {key[:40]: f"fields.{key[:40]}" for key in payload.fields or {} if key not in own}


def _ensure_words_have_a_place(payload: TicketPatch) -> None:
    """Refuse words that nothing in the change would carry."""
    wrong: dict[str, str] = {}
    if payload.message and not payload.status:
        wrong["message"] = _("A message goes with a status; without one, post it to messages.")
    if payload.note and not (payload.status or payload.department or payload.escalated):
        wrong["note"] = _("A note goes with a change; without one, post it to messages.")
    if payload.reason and not payload.escalated:
        wrong["reason"] = _("A reason goes with an escalation.")
    if wrong:
        raise Invalid(fields=wrong)


def _tells_escalation(payload: TicketPatch) -> bool:
    return bool(payload.note) and not payload.status and not payload.department


def _changes(payload: TicketPatch, given: set[str], version: int | None) -> actions.Changes:
    wrong: dict[str, str] = {}
    fields: dict[str, Any] = {
        name: getattr(payload, name)
        for name in OWN
        if name in given
        and (getattr(payload, name) is not None or name in ("expected_at", "owner"))
    }
    if "category" in given:
        fields["category"] = key_of(
            categories(known_configuration()), payload.category, wrong, "category"
        )
    if payload.type:
        fields["type"] = key_of(types(known_configuration()), payload.type, wrong, "type")
    if wrong:
        raise Invalid(fields=wrong)
    return actions.Changes(fields=fields, values=payload.fields or {}, version=version)


def _move(actor: Actor, ticket: Ticket, payload: TicketPatch) -> None:
    target = _status_id(ticket, payload.status or "")
    note = words(payload.note, "text", []) if payload.note and not payload.department else None
    with members_named({"body": "note"}):
        if note:
            checked_body(note)
    with members_named({"body": "message", "values": "fields"}):
        reply = words(payload.message, "text", []) if payload.message else None
        move = actions.Move(target_id=target, reply=reply, note=note)
        actions.move_ticket(actor=actor, ticket_id=ticket.pk, move=move)


def _status_id(ticket: Ticket, key: str) -> int:
    clean = key.replace("\0", "")[:60]
    rows = Status.objects.filter(flow=ticket.status.flow_id, key=clean)
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise Invalid(fields={"status": _("There is no “%s”.") % clean})
    return found


def _transfer(actor: Actor, ticket: Ticket, payload: TicketPatch) -> None:
    wrong: dict[str, str] = {}
    place = key_of(departments(known_configuration()), payload.department, wrong, "department")
    if place is None:
        raise Invalid(fields=wrong)
    note = words(payload.note or "", "text", [])
    with members_named({"body": "note"}):
        actions.transfer_ticket(actor=actor, ticket_id=ticket.pk, department_id=place, note=note)


def _patch_as_customer(actor: Actor, ticket: Ticket, payload: TicketPatch) -> None:
    """Let a customer confirm, reject, close and reopen; nothing else is theirs to change."""
    if payload.model_fields_set - {"status", "message"} or not payload.status:
        raise NotAllowed(_("A customer may only change the status."))
    target = Status.objects.get(pk=_status_id(ticket, payload.status))
    said = words(payload.message or "", "text", [])
    if payload.message and target.phase == Phase.CLOSED:
        raise Invalid(fields={"message": _("Post the message first, then close.")})
    was_sent_back = target.phase == Phase.REOPENED or target.pk == ticket.status_id
    rejects = was_sent_back or ticket.phase in (Phase.RESOLVED, Phase.CLOSED)
    if target.phase == Phase.CLOSED and ticket.phase == Phase.RESOLVED:
        actions.confirm_solution(actor=actor, ticket_id=ticket.pk, target_id=target.pk)
    elif target.phase == Phase.CLOSED:
        actions.close_request(actor=actor, ticket_id=ticket.pk, target_id=target.pk)
    elif rejects and target.phase in WORKED_ON:
        with members_named({"body": "message"}):
            actions.reject_solution(
                actor=actor, ticket_id=ticket.pk, words=said, target_id=target.pk
            )
    else:
        raise NotAllowed(_("A customer may not choose this status."))
