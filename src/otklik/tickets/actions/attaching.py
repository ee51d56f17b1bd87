"""Files: kept when they arrive, joined to a ticket when they are sent."""

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid, TooMany
from otklik.core.filters import weight
from otklik.core.models import Blob
from otklik.core.richtext import own_files, stored
from otklik.core.text import clean_file_name
from otklik.people.models import Actor
from otklik.tickets.models import Attachment, Message, Note, Ticket

TOKEN = re.compile(r"[0-9a-f]{32}")
MOST_UNSENT = 100  # files that one person keeps without sending
UNSENT_FOR = timedelta(days=1)


@transaction.atomic
def keep_upload(*, actor: Actor, blob: Blob, name: str) -> Attachment:
    """Keep a file that its sender has not sent yet; only they can read it until then."""
    unsent = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    if unsent.count() >= MOST_UNSENT:
        raise TooMany(_("You have many files that are not sent. Send or remove some first."))
    return Attachment.objects.create(
        token=secrets.token_hex(16),
        blob=blob,
        name=clean_file_name(name),
        uploader_id=actor.person_id,
        created_at=clock.now(),
    )


@transaction.atomic
def drop_upload(*, actor: Actor, token: str) -> None:
    """Forget a file that was not sent. Dropping twice does nothing."""
    mine = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    mine.filter(token__in=tokens([token])).delete()


@transaction.atomic
def sweep_unsent_uploads() -> int:
    """Forget files that were kept a day ago and never sent. Returns how many."""
    old = Attachment.objects.filter(ticket__isnull=True, created_at__lt=clock.now() - UNSENT_FOR)
    return old.delete()[0]


def tokens(raw: Iterable[str]) -> tuple[str, ...]:
    """Return what can be the address of a file; the rest names nothing."""
    return tuple(one for one in raw if TOKEN.fullmatch(one))


def attach_uploads(
    actor: Actor,
    ticket: Ticket,
    tokens: tuple[str, ...],
    *,
    message: Message | None = None,
    note: Note | None = None,
) -> list[Attachment]:
    """Join kept files to a locked ticket; pictures that stand in the text know that they do.

    Raises Invalid for a token that is not the actor's, or was sent before, or for a
    file that requests of this type do not take.
    """
    if not tokens:
        return []
    said = message or note
    inside = own_files(stored(said.body)) if said else ()
    mine = Attachment.objects.select_for_update(of=["self"]).select_related("blob")
    mine = mine.filter(token__in=tokens, uploader=actor.person_id, ticket__isnull=True)
    files = list(mine)
    if len(files) != len(set(tokens)):
        raise Invalid(fields={"files": _("A file is gone. Attach it again, please.")})
    _ensure_fits(ticket, files)
    for file in files:
        file.ticket, file.message, file.note = ticket, message, note
        file.is_inline = file.token in inside
    Attachment.objects.bulk_update(files, ["ticket", "message", "note", "is_inline"])
    return files


def _ensure_fits(ticket: Ticket, files: list[Attachment]) -> None:
    most = ticket.type.file_limit
    large = [file.name for file in files if most is not None and file.blob.size > most]
    if most is not None and large:
        raise Invalid(
            fields={
                "files": _("“%(name)s” is too large here: at most %(most)s fit.")
                % {"name": large[0], "most": weight(most)}
            }
        )
