"""What a letter became, for programs."""

from otklik.mail.models import Letter


def outcome_as_json(letter: Letter) -> dict[str, object]:
    """Return what is told of a letter outside; nothing that is not there is None."""
    return {
        "letter": letter.pk,
        "sha256": letter.sha256,
        "mailbox": letter.mailbox.name,
        "state": letter.state,
        "outcome": letter.outcome or None,
        "reason": letter.reason or None,
        "refusal": letter.refusal or None,
        "ticket": letter.ticket.number if letter.ticket else None,
        "message": letter.message_id,
        "note": letter.note_id,
        "from": letter.sender or None,
        "subject": letter.subject,
        "message_id": letter.header_id or None,
        "spam_score": letter.spam_percent,
        "proven": letter.verdict.get("standing"),
        "warnings": letter.warnings,
    }
