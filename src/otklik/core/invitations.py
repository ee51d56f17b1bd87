"""What an invitation says that came as a file (iCalendar, RFC 5545; iTIP, RFC 5546)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar

from otklik.core.text import clean_line, mend_text

MOST_BYTES: Final = 64 * 1024
LONGEST: Final = 300
MOST_PEOPLE: Final = 200
_LONGEST_EVENT: Final = timedelta(days=366)
_YEARS: Final = range(1970, 2201)
_FOLD: Final = re.compile(r"\n+[ \t]")  # as the parser unfolds
_NO_LETTER: Final = re.compile(r"[^A-Z]")
_ANSWERS: Final = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_KINDS: Final = {"CANCEL": "cancelled", "REPLY": "answered"}


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """The first event of a file.

    `starts` and `ends` are moments, days for what lasts whole days (`ends` is then the last of
    them), or times without a zone, as they were written: `zone` is its name where nobody knows
    it. `kind` is "invited", "cancelled" or "answered", `answer` what the one answered: "accepted",
    "declined", "tentative" or "".
    """

    kind: str
    title: str
    starts: date | datetime | None
    ends: date | datetime | None
    zone: str = ""
    place: str = ""
    organizer: str = ""
    people: int = 0
    answer: str = ""
    repeats: bool = False


def invitation_in(content: bytes) -> Invitation | None:
    """Return what a file invites to; None for one that says nothing of the sort. Never raises."""
    if len(content) > MOST_BYTES or b"BEGIN:VCALENDAR" not in content[:1000].upper():
        return None
    text = mend_text(content.decode("utf-8-sig", "replace"))
    try:
        return _first(Calendar.from_ical(_without_zones(text)))
    except Exception:  # noqa: BLE001  # a stranger's file, and a parser of many kinds of trouble
        return None


def _without_zones(text: str) -> str:
    """Leave out zones that the file draws itself: what follows their rules may take for ever."""
    kept, is_zone = [], False
    for line in _FOLD.sub("", text).split("\n"):
        said = _NO_LETTER.sub("", line.upper())  # the parser takes some of the rest for nothing
        is_zone = is_zone or (said.startswith("BEGIN") and "VTIMEZONE" in said)
        if not is_zone:
            kept.append(line)
        is_zone = is_zone and not (said.startswith("END") and "VTIMEZONE" in said)
    return "\r\n".join(kept)


def _first(calendar: Any) -> Invitation | None:
    event = next(iter(calendar.walk("VEVENT")), None)
    if event is None:
        return None
    people = _several(event.get("ATTENDEE"))
    method = _line(calendar.get("METHOD")).upper()
    is_cancelled = _line(event.get("STATUS")).upper() == "CANCELLED"
    kind = "cancelled" if is_cancelled else _KINDS.get(method, "invited")
    starts, zone = _moment(event.get("DTSTART"))
    return Invitation(
        kind=kind,
        title=_line(event.get("SUMMARY")),
        starts=starts,
        ends=_end(event, starts),
        zone=zone,
        place=_line(event.get("LOCATION")),
        organizer=_who(people[0] if kind == "answered" and people else event.get("ORGANIZER")),
        people=len(people),
        answer=_answer(people) if kind == "answered" else "",
        repeats="RRULE" in event or "RDATE" in event,
    )


def _end(event: Any, starts: date | datetime | None) -> date | datetime | None:
    """Return when it ends, unless it ends as it begins."""
    ends, _zone = _moment(event.get("DTEND"))
    length = event.get("DURATION")
    if ends is None and length is not None and starts is not None:
        ends = starts + min(length.dt, _LONGEST_EVENT)
    if ends is None or starts is None or isinstance(ends, datetime) != isinstance(starts, datetime):
        return None
    if not isinstance(ends, datetime):
        ends -= timedelta(days=1)  # the file names the day after the last
    return ends if _is_later(ends, starts) else None


def _is_later(ends: date, starts: date) -> bool:
    try:
        return ends > starts
    except TypeError:  # one with a zone, one without
        return False


def _moment(given: Any) -> tuple[date | datetime | None, str]:
    said = getattr(given, "dt", None)
    if not isinstance(said, date) or said.year not in _YEARS:
        return None, ""
    if not isinstance(said, datetime) or isinstance(said.tzinfo, ZoneInfo | timezone):
        return said, ""
    return said.replace(tzinfo=None), _line(given.params.get("TZID"))


def _several(given: Any) -> list[Any]:
    found = given if isinstance(given, list) else [given] if given is not None else []
    return found[:MOST_PEOPLE]


def _who(given: Any) -> str:
    if given is None or isinstance(given, list):
        return ""
    name = _line(given.params.get("CN"))
    return name or re.sub("^mailto:", "", _line(given), flags=re.IGNORECASE)


def _answer(people: list[Any]) -> str:
    said = _line(people[0].params.get("PARTSTAT")).upper() if people else ""
    return _ANSWERS.get(said, "")


def _line(given: Any) -> str:
    return clean_line(str(given))[:LONGEST] if given is not None else ""
