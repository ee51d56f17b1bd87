"""Times as people type them: `<7d`, `2026-11-01`, `01.11.2026`, `2026-11`, `today`, `a..b`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.terms import Op

_AMOUNT: Final = re.compile(r"(-?)(\d{1,4})([^\W\d_]{1,5}\.?)")
_DATE: Final = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d?)(-(?P<day>\d\d?)(T(?P<hour>\d\d?):(?P<minute>\d\d))?)?)?",
    re.ASCII,
)
_LOCAL_DATE: Final = re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})", re.ASCII)
_UNITS: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_EARLIEST, _LATEST = 1970, 2200


@dataclass(frozen=True)
class Stretch:
    """From `start` on, and before `end`; None: without that bound."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Here:
    """When and where a query is asked."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> datetime:
        return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def stretch_of(text: str, op: Op, here: Here, *, is_ahead: bool) -> Stretch | None:
    """Return the time that a value names, None when it names none.

    `7d` is an age, or for a deadline (`is_ahead`) the time that is left.
    """
    if found := _AMOUNT.fullmatch(text):
        unit = vocabulary.unit_of(found[3])
        return _relative(found, _UNITS[unit], op, here, is_ahead=is_ahead) if unit else None
    if ".." in text and not op:
        first, __, last = text.partition("..")
        begin, end = _named(first, here), _named(last, here)
        return Stretch(begin.start, end.end) if begin and end else None
    named = _named(text, here)
    return _compared(named, op) if named else None


def _relative(
    found: re.Match[str], unit: timedelta, op: Op, here: Here, *, is_ahead: bool
) -> Stretch:
    distance = unit * int(found[2]) * (-1 if found[1] else 1)
    if is_ahead:
        moment = here.now + distance
        return Stretch(start=moment) if op in (Op.MORE, Op.AT_LEAST) else Stretch(end=moment)
    moment = here.now - distance
    return Stretch(end=moment) if op in (Op.MORE, Op.AT_LEAST) else Stretch(start=moment)


def _compared(named: Stretch, op: Op) -> Stretch:
    match op:
        case Op.EQUAL:
            return named
        case Op.LESS:
            return Stretch(end=named.start)
        case Op.AT_MOST:
            return Stretch(end=named.end)
        case Op.MORE:
            return Stretch(start=named.end)
        case Op.AT_LEAST:
            return Stretch(start=named.start)


def _named(text: str, here: Here) -> Stretch | None:
    day = timedelta(days=1)
    match vocabulary.moment_of(text):
        case "now":
            return Stretch(here.now, here.now)
        case "today":
            return Stretch(here.today, here.today + day)
        case "yesterday":
            return Stretch(here.today - day, here.today)
        case "tomorrow":
            return Stretch(here.today + day, here.today + 2 * day)
        case _:
            return _dated(text, here.zone)


def _dated(text: str, zone: ZoneInfo) -> Stretch | None:
    found = _DATE.fullmatch(text) or _LOCAL_DATE.fullmatch(text)
    if found is None:
        return None
    given = {name: int(digits) for name, digits in found.groupdict().items() if digits}
    if not _EARLIEST <= given["year"] < _LATEST:
        return None
    try:
        start = datetime(
            given["year"],
            given.get("month", 1),
            given.get("day", 1),
            given.get("hour", 0),
            given.get("minute", 0),
            tzinfo=zone,
        )
    except ValueError:
        return None
    return Stretch(start.astimezone(UTC), _after(start, given).astimezone(UTC))


def _after(start: datetime, given: dict[str, int]) -> datetime:
    """Return when the named minute, day, month or year is over."""
    if "hour" in given:
        return start + timedelta(minutes=1)
    if "day" in given:
        return start + timedelta(days=1)
    if "month" in given:
        months = start.year * 12 + start.month
        return start.replace(year=months // 12, month=months % 12 + 1)
    return start.replace(year=start.year + 1)
