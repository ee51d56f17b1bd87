"""Delivery reports (RFC 3464): each updates the one letter that its signed return path names."""

import re
from collections.abc import Callable
from typing import Final

from otklik.core.letters import Automatic, content_of
from otklik.core.letters import Letter as ReadLetter
from otklik.mail.actions.intake.belonging import tokens_in
from otklik.mail.actions.outbox.reporting import Report, note_report
from otklik.mail.reply_tokens import Kind

LONGEST: Final = 64 * 1024
_ACTION: Final = re.compile(rb"^action:[ \t]*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_WORDS: Final = re.compile(
    rb"^diagnostic-code:[ \t]*(?:[a-z-]{1,20};)?([^\r\n]{1,900}(?:\r?\n[ \t][^\r\n]{0,900}){0,10})",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS: Final = re.compile(rb"^status:[ \t]*([0-9.]{5,11})", re.IGNORECASE | re.MULTILINE)


def take_report(read: ReadLetter, raw: Callable[[], bytes], envelope_to: list[str]) -> bool:
    """Write down what a report says of a letter of ours; tell whether it changed anything.

    Without the return path that we signed, or without a part for machines, it says nothing.
    """
    if read.automatic != Automatic.BOUNCE:
        return False
    token = next((one for one in tokens_in(read, envelope_to) if one.kind == Kind.RETURN), None)
    part = next(
        (one for one in read.attachments if one.content_type == "message/delivery-status"), None
    )
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
