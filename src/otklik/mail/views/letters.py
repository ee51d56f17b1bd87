"""Letters that came: those that wait for a person, the mail log, and each by itself."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.core.errors import DomainError, Invalid
from otklik.mail.actions.intake.reading import read_kept
from otklik.mail.actions.quarantine import (
    ask_again,
    call_spam,
    drop_letter,
    forget_rule,
    join_letter,
    open_from_letter,
    rule_sender,
)
from otklik.mail.forms.searching import wanted_from
from otklik.mail.models import Letter, SenderRule
from otklik.mail.policies import ensure_may_tend_letters, find_letter, may_tend
from otklik.mail.selectors.log import (
    find_letters,
    letters_of,
    quarantined_letters,
    tended_mailboxes,
)
from otklik.mail.selectors.raw import given_raw
from otklik.mail.selectors.reasons import check_words, reason_words, standing_words, warning_words
from otklik.mail.selectors.spam import score_words, trait_words
from otklik.people.models import Actor
from otklik.people.policies import staff_of
from otklik.tickets.policies import find_ticket_numbered

MOST_WAITING = 200


@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    """List the letters that wait for a person."""
    actor = staff_of(request)
    ensure_may_tend_letters(actor)
    rules = SenderRule.objects.filter(mailbox__in=tended_mailboxes(actor)).select_related("mailbox")
    words = {
        "letters": quarantined_letters(actor)[:MOST_WAITING],
        "reason_words": reason_words,
        "score_words": score_words,
        "trait_words": trait_words,
        "rules": rules,
    }
    return render(request, "mail/quarantine.html", words)


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Answer where a letter is."""
    actor = staff_of(request)
    ensure_may_tend_letters(actor)
    wanted = wanted_from(request.GET, actor.time_zone)
    found = find_letters(actor, wanted)
    words = {
        "found": found,
        "wanted": wanted,
        "given": {name: request.GET.get(name, "") for name in ("since", "until")},
        "older": {name: one for name, one in request.GET.items() if one} | {"before": found.next},
        "mailboxes": tended_mailboxes(actor),
        "ends": [*Letter.Outcome.choices[1:], *Letter.State.choices[:2]],
        "reason_words": reason_words,
        "score_words": score_words,
    }
    return render(request, "mail/log.html", words)


@require_GET
def of_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """List the letters behind a ticket, with who is proven to have written them."""
    actor = staff_of(request)
    ticket = find_ticket_numbered(actor, number)
    words = {
        "ticket": ticket,
        "letters": letters_of(ticket.pk)[:MOST_WAITING],
        "standing_words": standing_words,
        "reason_words": reason_words,
        "score_words": score_words,
    }
    return render(request, "mail/ticket_letters.html", words)


@require_GET
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Show one letter: what came of it, and what it says."""
    actor = staff_of(request)
    return _shown(request, actor, find_letter(actor, letter_id))


@require_GET
def raw(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Give the bytes of a letter as they came, always as a download."""
    found = find_letter(staff_of(request), letter_id)
    answer = HttpResponse(given_raw(found.pk), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="letter-{found.pk}.eml"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def settling(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Do with a letter what a person decided."""
    actor = staff_of(request)
    found = find_letter(actor, letter_id)
    try:
        settled = _settle(request, actor, found)
    except DomainError as error:
        return _shown(request, actor, found, error)
    if settled.ticket is not None:
        return redirect("ticket", settled.ticket.number)
    return redirect("mail_quarantine")


@require_POST
def rule_ending(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Treat a sender as any other again."""
    forget_rule(actor=staff_of(request), rule_id=rule_id)
    return redirect("mail_quarantine")


@transaction.atomic
def _settle(request: HttpRequest, actor: Actor, found: Letter) -> Letter:
    """Do a deed, and with the same press what is always to be done: both, or neither."""
    given = request.POST
    who = given.get("requester", "")
    if (always := given.get("always", "")) in SenderRule.Treatment.values:
        treatment = SenderRule.Treatment(always)
        sender = given.get("sender", "")
        rule_sender(actor=actor, mailbox_id=found.mailbox_id, sender=sender, treatment=treatment)
    match given.get("deed", ""):
        case "open":
            return open_from_letter(actor=actor, letter_id=found.pk, requester=who)
        case "join":
            number = given.get("number", "")
            return join_letter(actor=actor, letter_id=found.pk, number=number, requester=who)
        case "drop":
            return drop_letter(actor=actor, letter_id=found.pk)
        case "spam":
            return call_spam(actor=actor, letter_id=found.pk)
        case "ask":
            return ask_again(actor=actor, letter_id=found.pk)
        case "rule" if always:
            return found
        case _:
            raise Invalid(fields={"deed": _("Choose what is to be done with it.")})


def _shown(
    request: HttpRequest, actor: Actor, found: Letter, error: DomainError | None = None
) -> HttpResponse:
    read = read_kept(found.pk)
    words: dict[str, Any] = {
        "letter": found,
        "read": read,
        "error": error,
        "may_tend": may_tend(actor, found),
        "reason": reason_words(found.reason) if found.reason else "",
        "warnings": warning_words(read.warnings),
        "standing": standing_words(found.verdict.get("standing", "")),
        "score": score_words(found),
        "spoke_against": trait_words(found),
        "checks": check_words(found.verdict.get("results", ())),
        "treatments": SenderRule.Treatment.choices,
        "typed": request.POST,
    }
    status = error.status if error else 200
    return render(request, "mail/letter.html", words, status=status)
