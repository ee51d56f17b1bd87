"""How moments, sizes and names look on a page, in the reader's language and zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_skeleton
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from markupsafe import Markup

from otklik.core import clock
from otklik.core.codes import PROMISED, locale_of
from otklik.core.files.scan import is_withheld
from otklik.core.files.sniff import kind_of
from otklik.core.models import Blob
from otklik.core.models.blob import Scan
from otklik.core.richtext import stored, without_remote
from otklik.core.towns import town_of

MINUTE, HOUR, DAY = 60, 3600, 86400
WEEK = 7 * DAY
SOON = 2 * HOUR  # a deadline this near is shown as near
KILO = 1024
SKELETONS = {"j b": "MMMd", "j b Y": "yMMMd"}
"""How CLDR asks for the forms of a day that our own three languages have in Django's words."""


@dataclass(frozen=True)
class Reading:
    """When, where and in which language a page is read; a list asks once for all its rows."""

    now: datetime
    zone: tzinfo
    language: str | None

    def ago(self, moment: datetime) -> str:
        """Say how long ago, the date when that is more than a week, or when it will be."""
        seconds = (self.now - moment).total_seconds()
        if seconds < -MINUTE:
            return f"{self.day(moment)}, {moment.astimezone(self.zone):%H:%M}"
        if seconds < MINUTE:
            return _("just now")
        return self.span(seconds) if seconds < WEEK else self.day(moment)

    def distance(self, moment: datetime) -> str:
        """Say how far a deadline is, with a minus when it has passed."""
        seconds = (moment - self.now).total_seconds()
        words = self.span(abs(seconds))
        return f"−{words}" if seconds < 0 else words

    def nearness(self, moment: datetime) -> str:
        """Say whether a deadline has passed, is near, or neither."""
        seconds = (moment - self.now).total_seconds()
        return "late" if seconds < 0 else "soon" if seconds < SOON else "ok"

    def span(self, seconds: float) -> str:
        """Say a length of time in its largest unit."""
        words = _span_words(self.language)
        if seconds < HOUR:
            return words["minutes"] % max(1, seconds // MINUTE)
        if seconds < 2 * DAY:
            return words["hours"] % (seconds // HOUR)
        return words["days"] % (seconds // DAY)

    def day(self, moment: datetime) -> str:
        """Say a day, with its year if that is not this one."""
        local = moment.astimezone(self.zone).date()
        is_this_year = local.year == self.now.astimezone(self.zone).year
        return _day(local, "j b" if is_this_year else "j b Y", self.language)

    def day_words(self, moment: datetime) -> str:
        """Say which day it was: today, yesterday, or the date."""
        local = moment.astimezone(self.zone).date()
        days = (self.now.astimezone(self.zone).date() - local).days
        if days in (0, 1):
            return _("Yesterday") if days else _("Today")
        return self.day(moment)

    def exact(self, moment: datetime) -> str:
        """Say a moment in full, to the minute."""
        local = moment.astimezone(self.zone)
        return f"{_day(local.date(), 'DATE_FORMAT', self.language)}, {local:%H:%M}"

    def clock_time(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%H:%M}"


def reading() -> Reading:
    """Return the present reading."""
    return Reading(clock.now(), timezone.get_current_timezone(), get_language())


def ago(moment: datetime) -> str:
    return reading().ago(moment)


def distance(moment: datetime) -> str:
    return reading().distance(moment)


def nearness(moment: datetime) -> str:
    return reading().nearness(moment)


def day(moment: datetime) -> str:
    return reading().day(moment)


def span_words() -> dict[str, str]:
    """Return how a length of time is said, unit by unit; the pages keep it true by these."""
    return _span_words(get_language())


@lru_cache(maxsize=8)
def _span_words(_language: str | None) -> dict[str, str]:
    return {
        "minutes": pgettext("minutes", "%d min"),
        "hours": pgettext("hours", "%d h"),
        "days": pgettext("days", "%d d"),
    }


def lasting(time: timedelta) -> str:
    """Say a promised time whole: minutes, hours, or days when there are more than four."""
    seconds = int(time.total_seconds())
    if seconds % DAY == 0 and seconds > 4 * DAY:
        return pgettext("days", "%d d") % (seconds // DAY)
    if seconds % HOUR == 0:
        return pgettext("hours", "%d h") % (seconds // HOUR)
    return pgettext("minutes", "%d min") % (seconds // MINUTE)


@lru_cache(maxsize=4096)
def _day(local: date, form: str, _language: str | None) -> str:
    if _language is None or _language in PROMISED:
        return _as_written(local, form, _language)
    locale = locale_of(_language)
    if form in SKELETONS:
        return format_skeleton(SKELETONS[form], local, locale=locale)
    return format_date(local, "long", locale=locale)


def day_words(moment: datetime) -> str:
    return reading().day_words(moment)


def clock_time(moment: datetime) -> str:
    return reading().clock_time(moment)


def exact(moment: datetime) -> str:
    return reading().exact(moment)


def full_date(day: date) -> str:
    """Say a date in full."""
    return _day(day, "DATE_FORMAT", get_language())


def _as_written(day: date, form: str, language: str | None) -> str:
    """Write months as each language does, in the case that a day puts them into.

    Django has short English ones small, Bulgarian ones large, and a nominative in Russian.
    """
    match language:
        case "bg":
            return date_format(day, form).lower()
        case "ru":
            return date_format(day, form).replace(" май", " мая")
        case _:
            return date_format(day, form.replace("b", "M"))


def clock_there(zone: str) -> str:
    """Say what the clock shows in a zone now, and the zone's town."""
    try:
        there = clock.now().astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return zone
    return f"{there:%H:%M}, {town_of(zone, get_language() or 'en')}"


def initials(name: str) -> str:
    """Return at most two first letters of a name."""
    return "".join(part[0] for part in name.split()[:2]).upper()


def ending(name: str) -> str:
    """Return a file name's ending for its card, at most four letters."""
    _stem, dot, end = name.rpartition(".")
    return end[:4].upper() if dot and end.isalnum() else "…"


def weight(size: int) -> str:
    """Say a file's size."""
    if size < KILO:
        return _("%d B") % size
    if size < KILO * KILO:
        return _("%d KB") % round(size / KILO)
    return _("%.1f MB") % (size / KILO / KILO)


def scan_word(blob: Blob) -> str:
    """Say what became of a content at the virus scanner; nothing for one that is well."""
    match blob.scan:
        case Scan.WAITING:
            return _("Being scanned for viruses")
        case Scan.INFECTED:
            return _("Withheld: %s") % blob.threat
        case Scan.FAILED:
            return _("Not scanned for viruses yet")
        case Scan.LARGE:
            return _("Too large for the virus scanner")
        case _:
            return ""


class Pictured(Protocol):
    """A file of any app: its name and its content."""

    name: str
    blob: Blob


def is_picture(file: Pictured) -> bool:
    """Say whether a file is shown as a picture: its copies are made, or will be in a moment."""
    blob = file.blob
    is_fresh = (clock.now() - blob.created_at).total_seconds() < MINUTE
    return bool(blob.width) or (is_fresh and kind_of(blob.media_type, file.name) == "picture")


def clean(body: str) -> Markup:
    """Show HTML that was cleaned when it was kept."""
    return stored(body).__html__()


def clean_here(body: str) -> Markup:
    """Show the same with no picture that lies elsewhere, where nobody can ask to see it."""
    return without_remote(stored(body)).__html__()


FILTERS = {
    "ago": ago,
    "distance": distance,
    "day": day,
    "day_words": day_words,
    "clock": clock_time,
    "is_picture": is_picture,
    "nearness": nearness,
    "exact": exact,
    "lasting": lasting,
    "clock_there": clock_there,
    "initials": initials,
    "ending": ending,
    "weight": weight,
    "scan_word": scan_word,
    "withheld": is_withheld,
    "clean": clean,
    "clean_here": clean_here,
}
