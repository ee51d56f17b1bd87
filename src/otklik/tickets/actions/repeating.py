"""What a page sent by its key: the same again is done once, anything else is no repetition."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from otklik.core import once
from otklik.people.models import Actor
from otklik.tickets.actions.attaching import TOKEN
from otklik.tickets.errors import SentBefore
from otklik.tickets.models import Attachment, Ticket
from otklik.tickets.selectors.sendings import key_owner


class Deed(TextChoices):
    """What a page can send by its key."""

    OPENING = "opening"
    MESSAGE = "message"  # the customer's
    REPLY = "reply"
    NOTE = "note"
    MOVE = "move"


@dataclass(frozen=True, kw_only=True)
class Press:
    """One press of a button: whose it is, by which key, and all that it sends."""

    owner: str  # of the key: "say:7:42"
    key: str  # "" when nothing guards against repeats
    deed: Deed
    sent: Any  # as JSON takes it

    def fingerprint(self) -> str:
        """Tell what is sent from anything else. A file counts by its name and content.

        A page without scripts sends its files anew each time, under new tokens.
        """
        text = json.dumps(self.sent, sort_keys=True, default=str)
        tokens = set(TOKEN.findall(text))
        rows = Attachment.objects.filter(token__in=tokens) if tokens else Attachment.objects.none()
        for token, name, content in rows.values_list("token", "name", "blob__sha256"):
            text = text.replace(token, f"{name}:{content}")
        return f"{self.deed} {sha256(text.encode()).hexdigest()[:48]}"


def done_before(press: Press) -> int | None:
    """Return the key of what this press made before, or None when it is the first.

    Raises SentBefore when its key has sent something else.
    """
    if not press.key:
        return None
    fingerprint = press.fingerprint()
    kept = once.claim(press.owner, press.key, fingerprint)
    if kept is None or not kept.result:
        return None
    if kept.fingerprint == fingerprint:
        return int(kept.result)
    raise SentBefore(_sent_as(kept.fingerprint.partition(" ")[0], kept.result))


def keep_done(press: Press, pk: int) -> None:
    """Keep what the press made, for when it is repeated."""
    if press.key:
        once.settle(press.owner, press.key, str(pk))


def note_refusal(*, actor: Actor, ticket_id: int, key: str, why: str) -> None:
    """Keep why a reply was not taken that was sent as its page was left, for the next page.

    Again replaces it. Its own transaction: that of the reply is gone.
    """
    once.keep_refusal(key_owner(actor, ticket_id), key, why)


def _sent_as(deed: str, result: str) -> str:
    match deed:
        case Deed.OPENING:
            number = Ticket.objects.values_list("number", flat=True).get(pk=int(result))
            said = _("Your request was sent already, as %(number)s.") % {"number": number}
        case Deed.NOTE:
            said = _("Your note was kept already, as you wrote it first.")
        case Deed.MOVE:
            said = _("This was sent already, and the status was changed with it.")
        case _message:
            said = _("Your message was sent already, as you wrote it first.")
    rest = _("What you changed since is kept here and was not sent; send it if it should go too.")
    return f"{said} {rest}"
