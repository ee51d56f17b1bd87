"""From what came, typed or as JSON, to the value that a ticket keeps, for each kind of question."""

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.core.text import clean_line, clean_text, count_graphemes
from otklik.tickets.models import Field
from otklik.tickets.selectors.asked import AskedField

Kind = Field.Kind

LONGEST = {Kind.TEXT: 300, Kind.LONG_TEXT: 5000, Kind.URL: 2000, Kind.EMAIL: 254, Kind.PHONE: 40}
DATES = (r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)", r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})")
MOST_DIGITS = 15
TWO_READINGS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")  # a thousand, or one and no thousandths
MOST_FILES = 20
MOST_ID = 2**63 - 1
FEWEST_PHONE_DIGITS, MOST_PHONE_DIGITS = 3, 15

_is_web = URLValidator(schemes=["http", "https"])


def parse_answer(field: AskedField, raw: Any) -> Any:
    """Return a value fit to keep, or None when nothing was answered. Raises Invalid."""
    if raw is None or raw in ("", []):
        return None
    return PARSERS[field.kind](field, raw)


def _words(field: AskedField, raw: Any) -> str | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Invalid(_("This is not a text."))
    many = field.kind == Kind.LONG_TEXT
    most = LONGEST[field.kind]
    text = str(raw)
    if len(text) > 20 * most:
        raise Invalid(_too_long(len(text), most))
    text = clean_text(text).strip() if many else clean_line(text)
    if (count := count_graphemes(text)) > most:
        raise Invalid(_too_long(count, most))
    return text or None


def _too_long(count: int, most: int) -> str:
    return _("This is %(count)d characters long; at most %(most)d fit.") % {
        "count": count,
        "most": most,
    }


def _number(_field: AskedField, raw: Any) -> int | float | None:
    text = clean_line(str(raw)).replace(" ", "").replace("−", "-")
    if TWO_READINGS.fullmatch(text):
        raise Invalid(
            _("“%(typed)s” can be read in two ways. Write %(whole)s, or %(part)s with a point.")
            % {"typed": text, "whole": text.replace(",", ""), "part": text.replace(",", ".")}
        )
    try:
        text = text.replace(",", ".")
        number = Decimal(text[:60])
    except InvalidOperation:
        raise Invalid(_("Give a number.")) from None
    if isinstance(raw, bool) or not number.is_finite() or len(text) > 60:  # noqa: PLR2004  # far over any number kept
        raise Invalid(_("Give a number."))
    sign_digits = number.normalize().as_tuple()
    exponent = sign_digits.exponent
    if not isinstance(exponent, int) or max(len(sign_digits.digits), abs(exponent)) > MOST_DIGITS:
        raise Invalid(_("At most %(most)d digits fit.") % {"most": MOST_DIGITS})
    if number == number.to_integral_value():
        return int(number)
    kept = float(number)
    return kept if math.isfinite(kept) else None


def _date(_field: AskedField, raw: Any) -> str:
    text = raw.strip() if isinstance(raw, str) else ""
    for pattern in DATES:
        if found := re.fullmatch(pattern, text, re.ASCII):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                break
            return day.isoformat()
    raise Invalid(_("Give a date, as 2026-12-31."))


def _choice(field: AskedField, raw: Any) -> str:
    option = field.option(raw) if isinstance(raw, str) else None
    if option is None or not option.is_active:
        raise Invalid(_("Choose one of the list."))
    if field.kind == Kind.TREE and not _is_pickable(field, option.key):
        raise Invalid(_("Choose more exactly."))
    return option.key


def _is_pickable(field: AskedField, key: str) -> bool:
    """Say whether a place in a tree has nothing more exact under it that could be chosen."""
    return not any(one.parent == key and one.is_active for one in field.options)


def _choices(field: AskedField, raw: Any) -> list[str]:
    keys = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(key, str) for key in keys):
        raise Invalid(_("Choose from the list."))
    chosen = set(keys)
    known = [option.key for option in field.options if option.is_active and option.key in chosen]
    if len(known) != len(chosen):
        raise Invalid(_("Choose from the list."))
    return known


def _checkbox(_field: AskedField, raw: Any) -> bool | None:
    said = raw.strip().lower() if isinstance(raw, str) else raw
    if said in (True, "true", "on", "yes", "1"):
        return True
    if said in (False, "false", "off", "no", "0"):
        return False
    raise Invalid(_("Say yes or no."))


def _identity(field: AskedField, raw: Any) -> int:
    text = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    if not re.fullmatch(r"[0-9]{1,19}", text) or not 0 < int(text) <= MOST_ID:
        raise Invalid(
            _("There is no such person.")
            if field.kind == Kind.PERSON
            else _("There is no such organization.")
        )
    return int(text)


def _files(_field: AskedField, raw: Any) -> list[str]:
    tokens = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(one, str) and re.fullmatch(r"[0-9a-f]{32}", one) for one in tokens):
        raise Invalid(_("A file is gone. Attach it again, please."))
    tokens = list(dict.fromkeys(tokens))
    if len(tokens) > MOST_FILES:
        raise Invalid(_("At most %(most)d files fit here.") % {"most": MOST_FILES})
    return tokens


def _url(field: AskedField, raw: Any) -> str | None:
    text = _words(field, raw)
    if text is None:
        return None
    try:
        if "://" not in text:
            text = f"https://{text}"
        _is_web(text)
        urlsplit(text)
    except (ValidationError, ValueError):
        raise Invalid(_("Give a web address, as https://example.com.")) from None
    return text


def _email(field: AskedField, raw: Any) -> str | None:
    text = _words(field, raw)
    if text is None:
        return None
    try:
        validate_email(text)
    except ValidationError:
        raise Invalid(_("Give an e-mail address, as name@example.com.")) from None
    return text


def _phone(field: AskedField, raw: Any) -> str | None:
    text = _words(field, raw)
    if text is None:
        return None
    digits = re.sub(r"\D", "", text, flags=re.ASCII)
    odd = re.search(r"[^\d\s()+./x-]", text, re.ASCII)
    if odd or not FEWEST_PHONE_DIGITS <= len(digits) <= MOST_PHONE_DIGITS:
        raise Invalid(_("Give a telephone number, as +359 2 123 4567."))
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return text  # a local or inside number
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


PARSERS: dict[Kind, Callable[[AskedField, Any], Any]] = {
    Kind.TEXT: _words,
    Kind.LONG_TEXT: _words,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.TREE: _choice,
    Kind.CHECKBOX: _checkbox,
    Kind.PERSON: _identity,
    Kind.ORGANIZATION: _identity,
    Kind.FILE: _files,
    Kind.URL: _url,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
}
