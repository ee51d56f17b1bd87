"""What letters say, over the API, for administrators: by kind, language and department."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from ninja.params.functions import Path, Query

from otklik.core.api import REFUSALS, ensure_matches, tagged
from otklik.core.offered import offered_languages
from otklik.mail.actions.setting_up.templates import (
    Place,
    Said,
    ensure_place,
    mail_sample,
    say_as_before,
    say_otherwise,
)
from otklik.mail.api.schemas import templates as schemas
from otklik.mail.api.schemas.outbox import OutgoingOut
from otklik.mail.api.senders import setting_up
from otklik.mail.api.shapes import outgoing_out
from otklik.mail.models import Template
from otklik.mail.policies import hold_template
from otklik.mail.selectors.templates import own_templates, wording_of
from otklik.people.api.schemas import Key

router = Router(tags=["mail"])
Which = Path(...)
Department = Query(None, description="Of which department; without one, of all")


@router.get(
    "/templates", response={200: list[schemas.TemplateRow], **REFUSALS}, summary="List letters"
)
def get_templates(request: HttpRequest) -> Any:
    """List the kinds of letters in each language of the desk, and who says one their own way.

    For administrators, as all of these.
    """
    setting_up(request)
    own = own_templates()
    spoken = offered_languages()
    return [
        {
            "kind": kind,
            "language": language,
            "is_own": (kind, language, None) in own,
            "departments": sorted(
                place for of, said, place in own if (of, said) == (kind, language) and place
            ),
        }
        for kind in Template.Kind.values
        for language in spoken
    ]


@router.get(
    "/templates/{kind}/{language}",
    response={200: schemas.TemplateOut, **REFUSALS},
    summary="Read what a letter says",
)
def get_template(
    request: HttpRequest,
    response: HttpResponse,
    which: schemas.TemplateName = Which,
    department: Key | None = Department,
) -> Any:
    """Read what a kind of letter says: in own words of the department, of the desk, or in ours."""
    setting_up(request)
    return tagged(response, _shown(_place(which, department)))


@router.put(
    "/templates/{kind}/{language}",
    response={200: schemas.TemplateOut, **REFUSALS},
    summary="Say it otherwise",
)
@transaction.atomic
def change_template(
    request: HttpRequest,
    response: HttpResponse,
    payload: schemas.TemplateIn,
    which: schemas.TemplateName = Which,
    department: Key | None = Department,
) -> Any:
    """Let a kind of letter say something of one's own; names in braces are filled in."""
    actor = setting_up(request)
    place = _place(which, department)
    hold_template(actor, place.kind, place.language, place.department_id)
    ensure_matches(request, _shown(place))
    say_otherwise(actor=actor, place=place, said=Said(**payload.dict()))
    return tagged(response, _shown(place))


@router.delete(
    "/templates/{kind}/{language}",
    response={204: None, **REFUSALS},
    summary="Say it as before",
)
def remove_template(
    request: HttpRequest,
    which: schemas.TemplateName = Which,
    department: Key | None = Department,
) -> Any:
    """Say it in the words that the desk began with. Again does nothing."""
    say_as_before(actor=setting_up(request), place=_place(which, department))
    return Status(204, None)


@router.post(
    "/templates/{kind}/{language}/trial",
    response={200: OutgoingOut, **REFUSALS},
    summary="Mail it to oneself",
)
def mail_template(
    request: HttpRequest,
    which: schemas.TemplateName = Which,
    department: Key | None = Department,
) -> Any:
    """Mail a letter, as it would go, to one's own address; answer how it goes."""
    letter = mail_sample(actor=setting_up(request), place=_place(which, department))
    return outgoing_out(letter)


def _place(which: schemas.TemplateName, department: int | None) -> Place:
    return Place(kind=which.kind, language=which.language, department_id=department)


def _shown(place: Place) -> dict[str, Any]:
    """Say what stands in a place. Raises NotFound for one that there is not."""
    department = ensure_place(place)
    said = wording_of(place.kind, place.language, department)
    return {
        "kind": place.kind,
        "language": place.language,
        "department": {"id": department.pk, "name": department.label} if department else None,
        "subject": said.subject,
        "body": said.body,
        "signature": said.signature,
        "is_sent": said.is_sent,
        "is_own": (place.kind, place.language, place.department_id) in own_templates(),
    }
