"""Values on their way in: each is taken, or named with its reason."""

from collections.abc import Callable, Container
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.core.text import clean_line, clean_text
from otklik.people.models.contact import (
    LONGEST_PHONE,
    Phone,
    PhoneTooLong,
    canonical_email,
    read_phone,
)

LONGEST_TEXT = 5000


class Checks:
    """Collects what is wrong with several values, to be said at once."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}

    def line(self, field: str, value: object, *, limit: int, required: bool = False) -> str:
        """Take one line of at most `limit` characters."""
        text = self._clean(field, value, clean_line)
        if required and not text and field not in self.wrong:
            self.wrong[field] = _("Please fill this in.")
        if len(text) > limit:
            self.wrong[field] = _("At most %(limit)d characters fit here.") % {"limit": limit}
        return text

    def text(self, field: str, value: object, *, limit: int = LONGEST_TEXT) -> str:
        """Take several lines."""
        text = self._clean(field, value, clean_text).strip()
        if len(text) > limit:
            self.wrong[field] = _("At most %(limit)d characters fit here.") % {"limit": limit}
        return text

    def choice(self, field: str, value: object, known: Container[str]) -> str:
        if isinstance(value, str) and value in known:
            return value
        self.wrong[field] = _("Choose one of the offered values.")
        return ""

    def number(self, field: str, value: object, known: Container[int]) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value in known:
            return value
        self.wrong[field] = _("Choose one of the offered values.")
        return 0

    def zone(self, field: str, value: object) -> str:
        return self.choice(field, value, known_zones())

    def flag(self, field: str, value: object) -> bool:
        if not isinstance(value, bool):
            self.wrong[field] = _("Say yes or no.")
        return value is True

    def email(self, field: str, value: object) -> str:
        """Take an address in its canonical form."""
        try:
            return canonical_email(value if isinstance(value, str) else "")
        except ValueError:
            self.wrong[field] = _("This is not an e-mail address like name@company.com.")
            return ""

    def phone(self, field: str, value: object, region: str | None) -> Phone:
        """Take a telephone in any notation."""
        try:
            return read_phone(self.line(field, value, limit=LONGEST_PHONE), region)
        except PhoneTooLong:
            self.wrong[field] = _("With its country and extension this telephone is too long.")
            return Phone("", "", ())
        except ValueError:
            self.wrong.setdefault(field, _("This is not a telephone number."))
            return Phone("", "", ())

    def finish(self) -> None:
        """Raise Invalid if anything was wrong."""
        if self.wrong:
            raise Invalid(fields=self.wrong)

    def _clean(self, field: str, value: object, clean: Callable[[str], str]) -> str:
        if not isinstance(value, str):
            self.wrong[field] = _("This must be a text.")
            return ""
        try:
            return clean(value)
        except Invalid as refusal:
            self.wrong[field] = refusal.message
            return ""


@cache
def known_zones() -> frozenset[str]:
    """Return the names of all time zones; reading them walks through a folder of files."""
    return frozenset(available_timezones())
