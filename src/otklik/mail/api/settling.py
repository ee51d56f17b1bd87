"""What people do with letters that wait, over the API."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from otklik.core.api import REFUSALS, members_named
from otklik.core.errors import Invalid, NotFound
from otklik.mail.actions.quarantine import (
    ask_again,
    call_spam,
    drop_letter,
    forget_rule,
    join_letter,
    open_from_letter,
    rule_sender,
)
from otklik.mail.api.paging import colleague_of
from otklik.mail.api.schemas import letters as schemas
from otklik.mail.api.shapes import letter_out, rule_out
from otklik.mail.models import SenderRule
from otklik.mail.policies import ensure_may_tend_letters, find_letter
from otklik.mail.selectors.rules import tended_rules
from otklik.people.api.schemas import Key
from otklik.people.models import Actor
from otklik.tickets.policies import find_ticket_numbered

router = Router(tags=["mail"])


@router.post(
    "/letters/{letter_id}/settling",
    response={200: schemas.LetterOut, **REFUSALS},
    summary="Settle a letter",
)
def settle_letter(request: HttpRequest, letter_id: Key, payload: schemas.SettlingIn) -> Any:
    """Do with a letter what a person decided: all of it, or nothing.

    409 says that somebody settled it meanwhile; the letter tells what it became.
    """
    actor = colleague_of(request, "tickets:write")
    mailbox_id = find_letter(actor, letter_id).mailbox_id
    with transaction.atomic():
        if payload.always is not None:
            _rule(actor, mailbox_id, payload.always)
        _settle(actor, letter_id, payload)
    return letter_out(find_letter(actor, letter_id))


@router.get(
    "/sender-rules",
    response={200: list[schemas.RuleOut], **REFUSALS},
    summary="List senders who are always treated so",
)
def get_rules(request: HttpRequest) -> Any:
    """List how letters of some senders are always treated, in the mailboxes that one looks after.

    `always` makes a rule when a letter is settled.
    """
    actor = colleague_of(request, "tickets:read")
    ensure_may_tend_letters(actor)
    return [rule_out(one) for one in tended_rules(actor)]


@router.delete("/sender-rules/{rule_id}", response={204: None, **REFUSALS}, summary="Forget a rule")
def delete_rule(request: HttpRequest, rule_id: Key) -> Any:
    """Treat a sender as any other again."""
    forget_rule(actor=colleague_of(request, "tickets:write"), rule_id=rule_id)
    return Status(204, None)


def _rule(actor: Actor, mailbox_id: int, always: schemas.RuleIn) -> None:
    treatment = SenderRule.Treatment(always.treatment)
    with members_named({"sender": "always.sender"}):
        rule_sender(actor=actor, mailbox_id=mailbox_id, sender=always.sender, treatment=treatment)


def _settle(actor: Actor, letter_id: int, told: schemas.SettlingIn) -> None:
    match told.deed:
        case "open":
            open_from_letter(actor=actor, letter_id=letter_id, requester=told.requester)
        case "join":
            number = _known_number(actor, told.number)
            join_letter(actor=actor, letter_id=letter_id, number=number, requester=told.requester)
        case "drop":
            drop_letter(actor=actor, letter_id=letter_id)
        case "spam":
            call_spam(actor=actor, letter_id=letter_id)
        case "ask":
            ask_again(actor=actor, letter_id=letter_id)
        case "rule":
            if told.always is None:
                raise Invalid(fields={"always": _("Please fill this in.")})


def _known_number(actor: Actor, number: str) -> str:
    """Return the number of a ticket that the actor works on; raises Invalid naming the member."""
    try:
        return find_ticket_numbered(actor, number.strip()).number
    except NotFound as error:
        raise Invalid(fields={"number": error.message}) from error
