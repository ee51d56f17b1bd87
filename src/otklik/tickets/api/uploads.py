"""Files that are not sent yet, over the API: kept for their sender until a message takes them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status, UploadedFile
from ninja.params.functions import File, Path

from otklik.core.api import REFUSALS, ensure_scope
from otklik.core.errors import Invalid
from otklik.core.files import receive
from otklik.people.models import Actor
from otklik.people.policies import actor_of
from otklik.tickets import actions
from otklik.tickets.api import schemas, shapes
from otklik.tickets.models import Attachment

router = Router(tags=["tickets"])
Upload = File(...)
TokenPath = Path(..., pattern=r"^[0-9a-f]{32}$")


@router.get(
    "/uploads", response={200: list[schemas.FileOut], **REFUSALS}, summary="List unsent files"
)
def get_uploads(request: HttpRequest) -> Any:
    """List the files that one has kept and not sent."""
    actor = _sender(request)
    unsent = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    return [shapes.file_out(file) for file in unsent.select_related("blob")]


@router.post("/uploads", response={201: schemas.FileOut, **REFUSALS}, summary="Keep a file")
def keep_upload(request: HttpRequest, file: UploadedFile = Upload) -> Any:
    """Keep a file that will be sent: `token` goes into `files`, or answers a question for files.

    Only its sender reads it until then; a day later it is gone.
    """
    actor = _sender(request)
    ensure_one_file(request)
    received = receive.received(file, actor)
    kept = actions.keep_upload(actor=actor, blob=received.blob, name=received.name)
    return Status(201, shapes.file_out(kept))


@router.delete(
    "/uploads/{token}", response={204: None, **REFUSALS}, summary="Forget an unsent file"
)
def drop_upload(request: HttpRequest, token: str = TokenPath) -> Any:
    """Forget a file that was not sent. One that was sent stays; again does nothing."""
    actions.drop_upload(actor=_sender(request), token=token)
    return Status(204, None)


def ensure_one_file(request: HttpRequest) -> None:
    """Refuse a second file, which would be lost. Raises Invalid."""
    if sum(len(sent) for _name, sent in request.FILES.lists()) != 1:
        raise Invalid(fields={"file": _("Send one file at a time.")})


def _sender(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    ensure_scope(actor, "tickets:write")
    return actor
