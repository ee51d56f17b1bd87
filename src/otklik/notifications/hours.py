"""When a letter of news may go, in the zone of who gets it."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from otklik.notifications.models import LetterHabits

Rhythm = LetterHabits.Rhythm
HOUR: Final = timedelta(hours=1)
STILL_RATING: Final = timedelta(minutes=10)
"""So long after it came up, a rating that is changed is the same thing; then it comes up anew."""
_SATURDAY: Final = 5
_MOST_STEPS: Final = 5  # a night, a weekend, the night after it


def next_due(habits: LetterHabits, zone: str, now: datetime) -> datetime:
    """Return the moment, from now on, at which news of now go by letter."""
    local = now.astimezone(ZoneInfo(zone))
    match Rhythm(habits.rhythm):
        case Rhythm.AT_ONCE:
            due = local
        case Rhythm.HOURLY:
            due = _next_full_hour(local)
        case Rhythm.DAILY:
            due = _next_at(local, habits.daily_hour)
    return after_quiet(habits, zone, due)


def after_quiet(habits: LetterHabits, zone: str, moment: datetime) -> datetime:
    """Return the moment itself, or the end of the quiet hours that it falls into."""
    local = moment.astimezone(ZoneInfo(zone))
    for _step in range(_MOST_STEPS):
        if habits.is_quiet_on_weekends and local.weekday() >= _SATURDAY:
            local = _midnight_after(local)
        elif habits.quiet_until is not None and _is_within(habits, local.hour):
            local = _next_at(local, habits.quiet_until)
        else:
            break
    return local.astimezone(moment.tzinfo)


def _is_within(habits: LetterHabits, hour: int) -> bool:
    begin, end = habits.quiet_from or 0, habits.quiet_until or 0
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def _next_at(local: datetime, hour: int) -> datetime:
    """Return the next time the clock on the wall shows a full hour, after this one."""
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    when = (_shown(today), _shown(today.replace(fold=1)), _shown(today + timedelta(days=1)))
    return next(one for one in when if one.astimezone(UTC) > local.astimezone(UTC))


def _next_full_hour(local: datetime) -> datetime:
    """Return when the hour is over that the clock on the wall shows, also where it comes twice."""
    begun = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return (local.astimezone(UTC) - begun + HOUR).astimezone(local.tzinfo)


def _midnight_after(local: datetime) -> datetime:
    return _shown(local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1))


def _shown(local: datetime) -> datetime:
    """Return the moment as clocks show it: an hour that is left out in spring is the next."""
    return local.astimezone(UTC).astimezone(local.tzinfo)
