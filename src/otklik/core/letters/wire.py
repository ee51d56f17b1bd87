"""A letter as JSON: what `otklik mail parse` prints, and what a child says to its parent."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from otklik.core.letters.letter import (
    Attachment,
    Automatic,
    Forwarded,
    Letter,
    Mailbox,
    Place,
    Quarantine,
)
from otklik.core.richtext import stored, without_remote

_SHOWN: Final = ("filename", "content_type", "size", "sha256", "inline", "content_id")


def as_json(letter: Letter) -> dict[str, object]:
    """Return what is told of a letter outside; nothing that was not there is a word."""
    return {
        "message_id": letter.message_id or None,
        "from": _shown(letter.sender) if letter.sender else None,
        "to": [_shown(one) for one in letter.to],
        "cc": [_shown(one) for one in letter.cc],
        "reply_to": [_shown(one) for one in letter.reply_to],
        "subject": letter.subject,
        "date": letter.date.isoformat() if letter.date else None,
        "text": letter.text,
        "text_new": letter.text_new,
        "html": None if letter.html is None else str(without_remote(letter.html)),
        "attachments": [
            {name: getattr(one, name) for name in _SHOWN} for one in letter.attachments
        ],
        "in_reply_to": letter.in_reply_to or None,
        "references": list(letter.references),
        "automatic": letter.automatic,
        "quarantine": letter.quarantine,
        "warnings": list(letter.warnings),
    }


def to_wire(letter: Letter) -> bytes:
    said = _plain(letter)
    said["date"] = letter.date.isoformat() if letter.date else None
    return json.dumps(said, ensure_ascii=True, default=_plain).encode("ascii")


def _plain(one: Letter | Mailbox | Attachment | Place | Forwarded) -> dict[str, object]:
    """Return the fields of a letter or of what it holds; JSON asks again for what they hold."""
    return {field.name: getattr(one, field.name) for field in fields(one)}


def from_wire(said: bytes) -> Letter:
    """Read what a child of ours wrote; raises ValueError, KeyError or TypeError for else."""
    found: dict[str, Any] = json.loads(said)
    found["sender"] = Mailbox(**found["sender"]) if found["sender"] else None
    for name in ("to", "cc", "reply_to", "delivered_to"):
        found[name] = tuple(Mailbox(**one) for one in found[name])
    found["attachments"] = tuple(
        Attachment(**(one | {"place": Place(**one["place"])})) for one in found["attachments"]
    )
    found["date"] = datetime.fromisoformat(found["date"]) if found["date"] else None
    _restore_html(found)
    found["forwarded"] = _forwarded(found["forwarded"]) if found["forwarded"] else None
    found["automatic"] = Automatic(found["automatic"]) if found["automatic"] else None
    found["quarantine"] = Quarantine(found["quarantine"]) if found["quarantine"] else None
    for name in ("references", "warnings", "authentication", "traits"):
        found[name] = tuple(found[name])
    return Letter(**found)


def _forwarded(found: dict[str, Any]) -> Forwarded:
    found["sender"] = Mailbox(**found["sender"]) if found["sender"] else None
    _restore_html(found)
    return Forwarded(**found)


def _restore_html(found: dict[str, Any]) -> None:
    for name in found.keys() & {"html", "html_new", "html_rest", "html_above"}:
        found[name] = None if found[name] is None else stored(found[name])


def _shown(mailbox: Mailbox) -> dict[str, str]:
    return {"name": mailbox.name, "address": mailbox.address}
