"""A ticket that is spam, and one that is none after all, over the API."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from otklik.core.api import REFUSALS
from otklik.mail.actions.spam import call_ticket_no_spam, call_ticket_spam
from otklik.mail.api.paging import colleague_of

router = Router(tags=["mail"])


@router.put(
    "/tickets/{number}/spam", response={204: None, **REFUSALS}, summary="Call a ticket spam"
)
def judge_spam(request: HttpRequest, number: str) -> Any:
    """Close a ticket that a letter opened, as spam: nobody is written to, and the filter learns.

    For who works on it. Again changes nothing.
    """
    call_ticket_spam(actor=colleague_of(request, "tickets:write"), number=number)
    return Status(204, None)


@router.delete(
    "/tickets/{number}/spam", response={204: None, **REFUSALS}, summary="Call a ticket no spam"
)
def judge_no_spam(request: HttpRequest, number: str) -> Any:
    """Bring back a ticket that is no spam, which the filter learns. Again changes nothing."""
    call_ticket_no_spam(actor=colleague_of(request, "tickets:write"), number=number)
    return Status(204, None)
