"""What is typed over the mail log."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from otklik.mail.models import Letter
from otklik.mail.selectors.log import Wanted

LONGEST = 900
_MOST_DIGITS = 18
ENDS = (*Letter.Outcome.values, *Letter.State.values)


def wanted_from(given: Mapping[str, str], time_zone: str) -> Wanted:
    """Read what is looked for; what cannot be read does not matter."""
    text = "".join(sign for sign in given.get("q", "") if sign.isprintable())[:LONGEST]
    end = given.get("end", "")
    return Wanted(
        text=text,
        mailbox_id=_whole(given.get("mailbox", "")),
        end=end if end in ENDS else "",
        since=_day(given.get("since", ""), time_zone),
        until=_day(given.get("until", ""), time_zone, later=1),
        before=_whole(given.get("before", "")),
    )


def _day(text: str, time_zone: str, *, later: int = 0) -> datetime | None:
    """Return when a day begins, or one so many days later; None where there is no such day."""
    try:
        begins = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(time_zone))
        return begins + timedelta(days=later)
    except (ValueError, OverflowError):
        return None


def _whole(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None
