"""Delivery reports (RFC 3464): each updates the one letter that its signed return path names.

That path is believed only where a server that reports puts it: it is whom the report is for.
Whoever got our letter has read the path there, so what is not like a report does nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from otklik.core.letters import Automatic, content_of
from otklik.core.letters import Letter as ReadLetter
from otklik.core.letters.verdicts import Standing
from otklik.mail import reply_tokens
from otklik.mail.actions.outbox.reporting import Report, note_report
from otklik.mail.reply_tokens import Kind, Token

LONGEST: Final = 64 * 1024
_PARTS: Final = ("message/delivery-status", "message/global-delivery-status")  # RFC 6533
_ACTION: Final = re.compile(rb"^action:[ \t]*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_WORDS: Final = re.compile(
    rb"^diagnostic-code:[ \t]*(?:[a-z-]{1,20};)?([^\r\n]{1,900}(?:\r?\n[ \t][^\r\n]{0,900}){0,10})",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS: Final = re.compile(rb"^status:[ \t]*([0-9.]{5,11})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Came:
    """How a letter came to us: from whom and for whom, where we received it ourselves."""

    envelope_from: str = ""
    envelope_to: Sequence[str] = ()
    standing: Standing = Standing.NONE


def take_report(read: ReadLetter, raw: Callable[[], bytes], came: Came) -> bool:
    """Write down what a report says of a letter of ours; tell whether it changed anything.

    Without the return path that we signed, or without a part for machines, it says nothing.
    """
    if read.automatic != Automatic.BOUNCE or not _is_from_a_server(read, came):
        return False
    token = _return_token(read, came)
    part = next((one for one in read.attachments if one.content_type in _PARTS), None)
    if token is None or part is None:
        return False
    said = content_of(raw(), part)[:LONGEST]
    action = _ACTION.search(said)
    name = action[1].decode().lower() if action else ""
    if name not in {*Report}:
        return False
    found = _WORDS.search(said) or _STATUS.search(said)
    words = found[1].decode("utf-8", "replace") if found else ""
    return note_report(letter_id=token.holder_id, report=Report(name), words=words)


def _is_from_a_server(read: ReadLetter, came: Came) -> bool:
    """Say whether it comes as reports do: from nobody (RFC 3464, 2), and not denied."""
    path = came.envelope_from if came.envelope_to else read.return_path or ""
    return not path and came.standing != Standing.FAIL


def _return_token(read: ReadLetter, came: Came) -> Token | None:
    """Return the path that a report came to: the one recipient it is for, and nothing else."""
    to = list(came.envelope_to) or [one.address for one in read.to]
    token = reply_tokens.in_address(to[0]) if len(to) == 1 else None
    return token if token and token.kind == Kind.RETURN else None
