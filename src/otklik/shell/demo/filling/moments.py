"""When tickets come: through three years, mostly in working hours, a little more each month."""

from datetime import UTC, datetime
from math import exp
from random import Random

from otklik.shell.demo.filling.copying import NULL

HOUR = 3600
DAY = 24 * HOUR
YEARS = 3 * 365 * DAY
MORNING, EVENING = 7 * HOUR, 19 * HOUR
GROWTH = 0.85  # below 1: later months bring more
WEEKEND_STAYS = 0.3
# how many of a hundred letters come in each hour of the day
BUSY = (1, 0, 0, 0, 0, 1, 2, 5, 10, 13, 12, 10, 7, 8, 9, 8, 6, 3, 2, 1, 1, 1, 0, 0)
HOURS = tuple(hour for hour, share in enumerate(BUSY) for _ in range(share))

_SECONDS = tuple(
    f" {second // HOUR:02d}:{second // 60 % 60:02d}:{second % 60:02d}+00" for second in range(DAY)
)
_days: dict[int, str] = {}


def stamp(moment: int | None) -> str:
    """Write seconds since 1970 as PostgreSQL reads a time."""
    if moment is None:
        return NULL
    day, second = divmod(moment, DAY)
    return day_of(day) + _SECONDS[second]


def day_of(day: int) -> str:
    """Write a day since 1970 in ISO."""
    if day not in _days:
        _days[day] = datetime.fromtimestamp(day * DAY, UTC).date().isoformat()
    return _days[day]


def by_day(moment: float, share: float) -> float:
    """Put off what would be done at night to the morning's first two hours."""
    second = moment % DAY
    if MORNING <= second < EVENING:
        return moment
    late = DAY if second >= EVENING else 0
    return moment - second + late + MORNING + share * 2 * HOUR


def arrivals(random: Random, count: int, now: int) -> list[int]:
    """Return when `count` tickets come, in order."""
    start, last = now - YEARS, now - 120
    moments = []
    for number in range(count):
        share = ((number + random.random()) / count) ** GROWTH
        day = int(start + share * YEARS) // DAY
        if (day + 3) % 7 > 4 and random.random() > WEEKEND_STAYS:  # noqa: PLR2004  # Saturday
            day -= 1 + (day + 3) % 7 - 5
        hour = HOURS[int(random.random() * len(HOURS))]
        moment = day * DAY + hour * HOUR + int(random.random() * HOUR)
        moments.append(min(moment, last - int(random.random() * HOUR)))
    return sorted(moments)


def open_ones(count: int, share: float) -> list[bool]:
    """Say which of `count` tickets, oldest first, are open still: mostly the late ones."""
    flags, owed = [], 0.0
    steepness = max(0.0, min(8.0, 0.8 / share if share else 0.0))
    for number in range(count):
        age = 1 - (number + 0.5) / count
        owed += share * _weight(age, steepness)
        flags.append(owed >= 1 - 1e-9)
        owed -= flags[-1]
    return flags


def _weight(age: float, steepness: float) -> float:
    """Exponential in age, with the mean 1 over all ages."""
    if steepness < 2:  # noqa: PLR2004  # too many to be mostly late
        return 1.0
    return steepness * exp(-steepness * age) / (1 - exp(-steepness))
