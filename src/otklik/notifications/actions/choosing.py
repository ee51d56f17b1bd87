"""What somebody wants to hear of by letter, and when."""

from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock, rounds
from otklik.core.errors import Invalid
from otklik.mail.actions.wanting import want_news
from otklik.notifications.actions.writing import ROUND
from otklik.notifications.hours import next_due
from otklik.notifications.models import LetterChoice, Notice
from otklik.notifications.policies import choice_of, written_kinds_for
from otklik.people.models import Account, Actor

_HOURS = range(24)


class LetterChanges(TypedDict, total=False):
    """What changes; what is left out stays."""

    is_wanted: bool  # any news by letter at all, receipts of one's own requests too
    kinds: list[str]
    rhythm: str
    daily_hour: int
    quiet_from: int | None
    quiet_until: int | None
    is_quiet_on_weekends: bool


@transaction.atomic
def choose_letters(*, actor: Actor, changes: LetterChanges) -> LetterChoice:
    """Change what news come to oneself by letter; what waits goes by the new choice.

    Kinds that one cannot hear of at present stay as they were. Raises Invalid.
    """
    account = Account.objects.select_for_update().select_related("person").get(pk=actor.account_id)
    choice = choice_of(account)
    _take(actor, choice, changes)
    if "is_wanted" in changes:
        want_news(actor=actor, is_wanted=changes["is_wanted"])
    if actor.is_staff:
        choice.save()
        due = next_due(choice, account.person.time_zone, clock.now())
        Notice.objects.filter(account=account, put_at__isnull=True).update(due_at=due)
        rounds.ring(ROUND)
    return choice


def _take(actor: Actor, choice: LetterChoice, changes: LetterChanges) -> None:
    wrong: dict[str, str] = {}
    if "kinds" in changes:
        offered = written_kinds_for(actor)
        if set(changes["kinds"]) <= set(offered):
            kept = [one for one in choice.kinds if one not in offered]
            choice.kinds = [*(one for one in offered if one in changes["kinds"]), *kept]
        else:
            wrong["kinds"] = _("Choose one of the offered values.")
    if "rhythm" in changes:
        choice.rhythm = changes["rhythm"]
        if choice.rhythm not in LetterChoice.Rhythm.values:
            wrong["rhythm"] = _("Choose one of the offered values.")
    if "daily_hour" in changes:
        choice.daily_hour = changes["daily_hour"]
        if choice.daily_hour not in _HOURS:
            wrong["daily_hour"] = _("Choose a full hour from 0 to 23.")
    choice.quiet_from = changes.get("quiet_from", choice.quiet_from)
    choice.quiet_until = changes.get("quiet_until", choice.quiet_until)
    if said := _wrong_quiet(choice):
        wrong["quiet_until"] = said
    choice.is_quiet_on_weekends = changes.get("is_quiet_on_weekends", choice.is_quiet_on_weekends)
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_quiet(choice: LetterChoice) -> str:
    begin, end = choice.quiet_from, choice.quiet_until
    if begin is None and end is None:
        return ""
    if begin is None or end is None:
        return _("Say both when the quiet hours begin and when they end, or neither.")
    if begin not in _HOURS or end not in _HOURS:
        return _("Choose a full hour from 0 to 23.")
    return _("Quiet hours end at another hour than they begin.") if begin == end else ""
