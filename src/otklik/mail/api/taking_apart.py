"""A ticket whose letter passes on another one, taken apart over the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from otklik.core.api import REFUSALS
from otklik.mail.actions.taking_apart import take_apart
from otklik.mail.api.paging import colleague_of
from otklik.mail.api.schemas import letters as schemas
from otklik.tickets.api.schemas import TicketOpened
from otklik.tickets.api.shapes import address

router = Router(tags=["mail"])


@router.post(
    "/tickets/{number}/apart",
    response={201: TicketOpened, **REFUSALS},
    summary="Take a letter apart",
)
def take_letter_apart(
    request: HttpRequest, response: HttpResponse, number: str, payload: schemas.ApartIn
) -> Any:
    """Open the ticket of who wrote the letter that the ticket's own letter passes on.

    The first ticket closes. Again answers with the same ticket. For who works on it.
    """
    actor = colleague_of(request, "tickets:write")
    opened = take_apart(actor=actor, number=number, requester=payload.requester)
    response["Location"] = f"/api/v1/tickets/{opened.pk}"
    url = address(actor, opened)
    return Status(201, TicketOpened(id=opened.pk, number=opened.number, url=url))
