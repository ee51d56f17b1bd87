"""What somebody wants to hear of by letter, and when."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.core import clock, rounds
from otklik.core.errors import Invalid
from otklik.mail.actions.wanting import want_news
from otklik.notifications.actions.writing import ROUND
from otklik.notifications.hours import next_due
from otklik.notifications.models import DepartmentLetters, LetterChoice, LetterHabits, Notice
from otklik.notifications.policies import (
    choice_of,
    kinds_of_departments,
    said_of,
    written_kinds_for,
)
from otklik.people.models import Account, Actor, Department
from otklik.people.policies import ensure_administrator, lock_department

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
    account = _locked(actor)
    choice = choice_of(account)
    _take(choice, written_kinds_for(actor), changes)
    if "is_wanted" in changes:
        want_news(actor=actor, is_wanted=changes["is_wanted"])
    if actor.is_staff:
        choice.save()
        _go_by([account])
    return choice


@transaction.atomic
def choose_as_department(*, actor: Actor) -> None:
    """Forget what one has chosen: what one's department says of letters holds; again is safe."""
    account = _locked(actor)
    LetterChoice.objects.filter(account=account).delete()
    _go_by([account])


@transaction.atomic
def choose_for_department(
    *, actor: Actor, department_id: int, changes: LetterChanges
) -> DepartmentLetters:
    """Say of what those of a department are written to who have chosen nothing themselves.

    Raises NotAllowed, NotFound, Invalid.
    """
    ensure_administrator(actor)
    department = lock_department(actor, department_id)
    said = said_of(department)
    _take(said, kinds_of_departments(), changes)
    said.save()
    _go_by(_members(department))
    return said


@transaction.atomic
def choose_usual_for_department(*, actor: Actor, department_id: int) -> None:
    """Have a department say nothing of letters; again is safe. Raises NotAllowed, NotFound."""
    ensure_administrator(actor)
    department = lock_department(actor, department_id)
    DepartmentLetters.objects.filter(department=department).delete()
    _go_by(_members(department))


def _locked(actor: Actor) -> Account:
    rows = Account.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=actor.account_id)


def _members(department: Department) -> Iterable[Account]:
    of_it = Account.objects.filter(person__memberships__department=department)
    return of_it.filter(letter_choice=None).select_related("person").distinct()


def _go_by(accounts: Iterable[Account]) -> None:
    """Have what waits for these go by what is chosen now."""
    now = clock.now()
    waiting = Notice.objects.filter(put_at__isnull=True)
    for account in accounts:
        rows = waiting.filter(account=account)
        if rows.exists():
            fresh = Account.objects.select_related("person").get(pk=account.pk)
            rows.update(due_at=next_due(choice_of(fresh), fresh.person.time_zone, now))
    rounds.ring(ROUND)


def _take(habits: LetterHabits, offered: Sequence[str], changes: LetterChanges) -> None:
    wrong: dict[str, str] = {}
    if "kinds" in changes:
        if set(changes["kinds"]) <= set(offered):
            kept = [one for one in habits.kinds if one not in offered]
            habits.kinds = [*(one for one in offered if one in changes["kinds"]), *kept]
        else:
            wrong["kinds"] = _("Choose one of the offered values.")
    if "rhythm" in changes:
        habits.rhythm = changes["rhythm"]
        if habits.rhythm not in LetterHabits.Rhythm.values:
            wrong["rhythm"] = _("Choose one of the offered values.")
    if "daily_hour" in changes:
        habits.daily_hour = changes["daily_hour"]
        if habits.daily_hour not in _HOURS:
            wrong["daily_hour"] = _("Choose a full hour from 0 to 23.")
    habits.quiet_from = changes.get("quiet_from", habits.quiet_from)
    habits.quiet_until = changes.get("quiet_until", habits.quiet_until)
    if said := _wrong_quiet(habits):
        wrong["quiet_until"] = said
    habits.is_quiet_on_weekends = changes.get("is_quiet_on_weekends", habits.is_quiet_on_weekends)
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_quiet(habits: LetterHabits) -> str:
    begin, end = habits.quiet_from, habits.quiet_until
    if begin is None and end is None:
        return ""
    if begin is None or end is None:
        return _("Say both when the quiet hours begin and when they end, or neither.")
    if begin not in _HOURS or end not in _HOURS:
        return _("Choose a full hour from 0 to 23.")
    return _("Quiet hours end at another hour than they begin.") if begin == end else ""
