"""Files: kept when they arrive, joined to a ticket when they are sent."""

import re
import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import CharField, F, Func, QuerySet
from django.utils.translation import gettext as _

from otklik.core import clock
from otklik.core.errors import Invalid, TooLarge, TooMany
from otklik.core.files.receive import Received
from otklik.core.filters import weight
from otklik.core.models import Blob
from otklik.core.prepared import Given, Prepared
from otklik.core.richtext import CleanHtml, own_files, stored
from otklik.core.text import clean_file_name
from otklik.core.together import insert_one, save_prepared
from otklik.people.models import Actor
from otklik.tickets.models import Attachment, Draft, Message, Note, Ticket, TicketType

TOKEN = re.compile(r"[0-9a-f]{32}")
MOST_UNSENT = 100  # files that one person keeps without sending
UNSENT_FOR = timedelta(days=1)
_TYPE: Final = Prepared(lambda: TicketType.objects.filter(pk=Given("type")).order_by())
_JOINED = ("ticket", "message", "note", "is_inline")


def keep_upload(*, actor: Actor, blob: Blob, name: str, is_of_letter: bool = False) -> Attachment:
    """Keep a file that its sender has not sent yet; only they can read it until then.

    `is_of_letter`: it is sent by this very transaction, and letters hold as many as they hold.
    """
    unsent = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    if not is_of_letter and unsent.count() >= MOST_UNSENT:
        raise TooMany(_("You have many files that are not sent. Send or remove some first."))
    kept = Attachment(
        token=secrets.token_hex(16),
        blob=blob,
        name=clean_file_name(name),
        uploader_id=actor.person_id,
        created_at=clock.now(),
    )
    insert_one(kept)
    return kept


@transaction.atomic
def keep_uploads(*, actor: Actor, received: Iterable[Received]) -> list[Attachment]:
    """Keep several files as `keep_upload` does, all or none. Raises TooMany."""
    return [keep_upload(actor=actor, blob=one.blob, name=one.name) for one in received]


@transaction.atomic
def drop_upload(*, actor: Actor, token: str) -> None:
    """Forget a file that was not sent. Dropping twice does nothing."""
    mine = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    mine.filter(token__in=tokens([token])).delete()


@transaction.atomic
def sweep_unsent_uploads() -> int:
    """Forget files that were kept a day ago, never sent, and wait in no draft. Returns how many."""
    old = Attachment.objects.filter(ticket__isnull=True, created_at__lt=clock.now() - UNSENT_FOR)
    token = Func(F("uploads"), function="unnest", output_field=CharField())
    waiting = Draft.objects.exclude(uploads=[]).annotate(token=token).values("token")
    return old.exclude(token__in=waiting).delete()[0]


def tokens(raw: Iterable[str]) -> tuple[str, ...]:
    """Return what can be the address of a file; the rest names nothing."""
    return tuple(one for one in raw if TOKEN.fullmatch(one))


def unsent(actor: Actor, tokens: Iterable[str]) -> QuerySet[Attachment]:
    """Return those of the named files that the actor keeps and has not sent yet."""
    mine = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    return mine.filter(token__in=tokens)


def waiting(actor: Actor, body: CleanHtml, tokens: Iterable[str]) -> list[str]:
    """Return which unsent files of the actor a text waits with: named, or standing inside it."""
    named = {*tokens, *own_files(body)}
    found = unsent(actor, named).values_list("token", flat=True) if named else ()
    return list(found)


def attach_uploads(
    actor: Actor,
    ticket: Ticket,
    tokens: tuple[str, ...],
    *,
    message: Message | None = None,
    note: Note | None = None,
) -> list[Attachment]:
    """Join kept files to a locked ticket: those named, and pictures that only the text names.

    Pictures that stand in the text know that they do. Raises Invalid for a token that is not the
    actor's, or was sent before, and TooLarge for a file that requests of this type do not take.
    """
    said = message or note
    inside = own_files(stored(said.body)) if said else ()
    if not tokens and not inside:
        return []
    mine = unsent(actor, (*tokens, *inside))
    files = list(mine.select_for_update(of=["self"]).select_related("blob"))
    if not {file.token for file in files}.issuperset(tokens):
        raise Invalid(fields={"files": _("A file is gone. Attach it again, please.")})
    ensure_fits(ticket, files)
    for file in files:
        file.ticket, file.message, file.note = ticket, message, note
        file.is_inline = file.token in inside
    if len(files) == 1:
        save_prepared(files[0], *_JOINED)
    else:
        Attachment.objects.bulk_update(files, _JOINED)
    return files


def ensure_fits(ticket: Ticket, files: Collection[Attachment]) -> None:
    """Refuse a file that requests of this type do not take. Raises TooLarge."""
    if not files:
        return
    if not Ticket.type.is_cached(ticket):
        ticket.type = _TYPE.rows(type=ticket.type_id)[0]
    most = ticket.type.file_limit
    large = next((file for file in files if most is not None and file.blob.size > most), None)
    if most is not None and large is not None:
        raise TooLarge(
            _("“%(name)s” is too large here: at most %(most)s fit.")
            % {"name": large.name, "most": weight(most)}
        )
