"""From rows to what the API gives of letters."""

from typing import Any

from otklik.core.letters import Letter as ReadLetter
from otklik.core.letters import Mailbox as Named
from otklik.core.richtext import without_remote
from otklik.mail.models import Letter, Outgoing, SenderRule
from otklik.mail.selectors.outgoing import MAY_GO_AGAIN, trouble_words
from otklik.mail.selectors.reasons import check_words, reason_words, standing_words, warning_words
from otklik.mail.selectors.spam import trait_words


def letter_out(row: Letter) -> dict[str, Any]:
    """Say what is known of a letter without reading it again."""
    plain = ("received_at", "sent_at", "size", "state", "refusal", "hint", "subject", "sha256")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk,
        "mailbox": {"id": row.mailbox_id, "name": row.mailbox.name},
        "sender": {"address": row.sender, "name": row.sender_name} if row.sender else None,
        "recipients": list(row.recipients),
        "message_id": row.header_id or None,
        "outcome": row.outcome or None,
        "reason": row.reason or None,
        "why": reason_words(row.reason) if row.reason else "",
        "proven": row.verdict.get("standing"),
        "spam_score": row.spam_percent,
        "spam_traits": trait_words(row),
        "ticket": row.ticket.number if row.ticket else None,
        "apart": row.apart.number if row.apart else None,
        "done_at": row.done_at,
    }


def whole_out(row: Letter, read: ReadLetter) -> dict[str, Any]:
    """Say a letter with what it says, as it was just read again."""
    decider = row.decided_by
    return letter_out(row) | {
        "decided_by": {"id": decider.pk, "name": decider.name} if decider else None,
        "handed_by": row.handed_by,
        "verdict": standing_words(row.verdict.get("standing", "")),
        "checks": check_words(row.verdict.get("results", ())),
        "warnings": warning_words(read.warnings),
        "sender": _named(read.sender) if read.sender else None,
        "message_id": read.message_id or None,
        "to": [_named(one) for one in read.to],
        "cc": [_named(one) for one in read.cc],
        "reply_to": [_named(one) for one in read.reply_to],
        "text": read.text,
        "html": None if read.html is None else str(without_remote(read.html)),
        "files": [
            {"name": one.filename, "size": one.size, "media_type": one.content_type}
            for one in read.attachments
        ],
    }


def rule_out(rule: SenderRule) -> dict[str, Any]:
    return {
        "id": rule.pk,
        "sender": rule.sender,
        "treatment": rule.treatment,
        "mailbox": {"id": rule.mailbox_id, "name": rule.mailbox.name},
        "made_at": rule.made_at,
    }


def outgoing_out(row: Outgoing) -> dict[str, Any]:
    """Say how a letter went; nothing of what it says, which may open an account."""
    plain = ("kind", "recipient", "subject", "state", "attempts", "code", "answer")
    times = ("created_at", "changed_at", "sent_at")
    waits = row.state in (Outgoing.State.WAITING, Outgoing.State.DELAYED)
    return {name: getattr(row, name) for name in (*plain, *times)} | {
        "id": row.pk,
        "ticket": row.ticket.number if row.ticket else None,
        "trouble": trouble_words(row),
        "may_go_again": row.state in MAY_GO_AGAIN,
        "next_at": row.next_at if waits else None,
    }


def _named(one: Named) -> dict[str, str]:
    return {"name": one.name, "address": one.address}
