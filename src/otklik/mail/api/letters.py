"""Letters that came, over the API: what waits for a person, the mail log, and each by itself."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from otklik.core.api import REFUSALS, ensure_scope, tagged
from otklik.mail.actions.intake.reading import read_kept
from otklik.mail.api.paging import Cursor, Limit, colleague_of, page_of
from otklik.mail.api.schemas import letters as schemas
from otklik.mail.api.shapes import letter_out, whole_out
from otklik.mail.forms.searching import wanted_from
from otklik.mail.models import Letter
from otklik.mail.policies import ensure_may_tend_letters, find_letter
from otklik.mail.selectors.log import letters_of, quarantined_letters, sought_letters
from otklik.mail.selectors.raw import given_raw
from otklik.people.api.schemas import Key
from otklik.people.models import Actor
from otklik.tickets.policies import find_ticket_numbered

router = Router(tags=["mail"])
Sought = Query(...)


@router.get(
    "/quarantine",
    response={200: schemas.LetterList, **REFUSALS},
    summary="List letters in quarantine",
)
def get_quarantine(request: HttpRequest, cursor: str | None = Cursor, limit: int = Limit) -> Any:
    """List the letters that wait for a person, the newest first.

    For administrators, and for who leads the mailbox's department, as all that settles letters.
    """
    actor = colleague_of(request, "tickets:read")
    ensure_may_tend_letters(actor)
    return _page(quarantined_letters(actor), cursor, limit)


@router.get("/letters", response={200: schemas.LetterList, **REFUSALS}, summary="Find letters")
def find_letters(
    request: HttpRequest,
    sought: schemas.LetterQuery = Sought,
    cursor: str | None = Cursor,
    limit: int = Limit,
) -> Any:
    """Answer where a letter is: all that came, whatever it became, the newest first.

    For administrators, and of their mailboxes for who leads a department.
    """
    actor = colleague_of(request, "tickets:read")
    ensure_may_tend_letters(actor)
    given = {name: str(one) for name, one in sought.dict(exclude_none=True).items()}
    return _page(sought_letters(actor, wanted_from(given, actor.time_zone)), cursor, limit)


@router.get(
    "/tickets/{number}/letters",
    response={200: schemas.LetterList, **REFUSALS},
    summary="List the letters of a ticket",
)
def get_letters_of_ticket(
    request: HttpRequest, number: str, cursor: str | None = Cursor, limit: int = Limit
) -> Any:
    """List the letters that came to a ticket, the newest first. For who works on it."""
    actor = colleague_of(request, "tickets:read")
    return _page(letters_of(find_ticket_numbered(actor, number).pk), cursor, limit)


@router.get(
    "/letters/{letter_id}",
    response={200: schemas.WholeLetterOut, **REFUSALS},
    summary="Read a letter",
)
def get_letter(request: HttpRequest, response: HttpResponse, letter_id: Key) -> Any:
    """Read a letter that came, and what became of it; `html` is cleaned.

    For who looks after it, and for colleagues who work on the ticket that it is part of.
    """
    found = find_letter(colleague_of(request, "tickets:read"), letter_id)
    return tagged(response, whole_out(found, read_kept(found.pk)))


@router.get(
    "/letters/{letter_id}/raw", response={200: None, **REFUSALS}, summary="Download a letter"
)
def get_raw(request: HttpRequest, letter_id: Key) -> HttpResponse:
    """Download a letter's bytes as they came (`message/rfc822`)."""
    found = find_letter(colleague_of(request, "tickets:read"), letter_id)
    answer = HttpResponse(given_raw(found.pk), content_type="message/rfc822")
    answer["Content-Disposition"] = f'attachment; filename="letter-{found.pk}.eml"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def ensure_may_hear_of_letters(actor: Actor, place: Mapping[str, Any], kept: HttpResponse) -> None:
    """Refuse a token without the scope, and what was told of a letter that is out of sight now.

    Raises NotAllowed, NotFound.
    """
    ensure_scope(actor, "tickets:write")
    told = json.loads(kept.content or b"{}")
    if told:
        find_letter(actor, told["id"])


def _page(rows: QuerySet[Letter], cursor: str | None, limit: int) -> dict[str, Any]:
    found, further = page_of(rows.select_related("mailbox", "ticket", "apart"), cursor, limit)
    return {"items": [letter_out(one) for one in found], "next": further}
