"""How addresses, telephones and names are written so that they can be found again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import decimal

from babel.core import get_global
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    national_significant_number,
    parse,
)

LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64
LONGEST_DOMAIN = 253
FEWEST_DIGITS, MOST_DIGITS = 2, 20
FEWEST_TELLING = 5  # digits after the country that may be looked for without it
LONGEST_PHONE = 40


class PhoneTooLong(ValueError):
    """A telephone that, written with its country and extension, is longer than one is kept."""


@dataclass(frozen=True)
class Phone:
    """A telephone read: as shown, as compared, and in every notation that people type."""

    number: str
    digits: str
    forms: tuple[str, ...]


def canonical_email(text: str) -> str:
    """Return an address in its one form: a lower-case ASCII dot-atom, an IDNA domain.

    Nothing is mended, so that no two texts come to mean one mailbox by our doing.
    Raises ValueError.
    """
    local, at, domain = text.lower().rpartition("@")
    if not at or len(local) > LONGEST_LOCAL_PART or not LOCAL_PART.fullmatch(local):
        raise ValueError("not an address")
    address = f"{local}@{canonical_domain(domain)}"
    if len(address) > LONGEST_ADDRESS:
        raise ValueError("too long")
    return address


def canonical_domain(text: str) -> str:
    """Return a mail domain in lower-case IDNA. Raises ValueError (UnicodeError is one)."""
    domain = text.lower()
    encoded = domain.encode("idna").decode("ascii").lower()
    labels = encoded.split(".")
    if len(labels) < 2 or len(encoded) > LONGEST_DOMAIN:  # noqa: PLR2004 - name and zone
        raise ValueError("not a domain")
    if not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError("not a domain")
    if not domain.isascii() and encoded.encode("ascii").decode("idna") != domain:
        raise ValueError("spelt in a way that would be mended")
    return encoded


def read_phone(text: str, region: str | None = None) -> Phone:
    """Read a telephone in any notation; `region` (RU, BG …) is where it is dialled from.

    What is no number of any country, such as an inner line, is kept as typed. Raises
    ValueError, and PhoneTooLong for one that only its extension makes so.
    """
    typed = text.strip()
    digits = bare_digits(typed)
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or len(typed) > LONGEST_PHONE:
        raise ValueError("not a telephone")
    try:
        found = parse(typed, region)
    except NumberParseException:
        return Phone(typed, digits, (digits,))
    if not is_valid_number(found) and not (typed.startswith("+") and is_possible_number(found)):
        return Phone(typed, digits, (digits,))

    extension = found.extension or ""
    found.extension = None
    world = bare_digits(format_number(found, PhoneNumberFormat.E164))
    home = bare_digits(format_number(found, PhoneNumberFormat.NATIONAL))
    shown = format_number(found, PhoneNumberFormat.INTERNATIONAL)
    forms = tuple(dict.fromkeys(filter(None, [world, home, extension])))
    number = f"{shown} / {extension}" if extension else shown
    if len(world + extension) > MOST_DIGITS or len(number) > LONGEST_PHONE:
        raise PhoneTooLong
    return Phone(number, world + extension, forms)


def bare_digits(text: str) -> str:
    """Return the digits of a text, of whatever script, as ASCII."""
    found = (decimal(sign, -1) for sign in text)
    return "".join(str(digit) for digit in found if digit >= 0)


def dialled_digits(text: str) -> str:
    """Return what to look for when someone types a telephone or a part of one.

    Of a number with its country, what follows that: numbers dialled from elsewhere than the
    desk, such as 8 916 … in London, are kept without one.
    """
    typed = text.replace("(0)", "").strip()
    digits = bare_digits(typed)
    if not typed.startswith(("+", "00")):
        return digits
    world = digits if typed.startswith("+") else digits.removeprefix("00")
    try:
        within = national_significant_number(parse(f"+{world}"))
    except NumberParseException:
        return world
    return within if len(within) >= FEWEST_TELLING else world


def region_of(time_zone: str) -> str | None:
    """Return the country whose clocks go by an IANA zone."""
    region: str | None = get_global("zone_territories").get(time_zone)
    return None if region == "001" else region


def folded(text: str) -> str:
    """Return a text as names are compared: lower case, ё as е, single spaces."""
    return " ".join(text.lower().replace("ё", "е").split())


def look_up_text(words: Iterable[str], phones: Iterable[str] = ()) -> str:
    """Return what the caller look-up searches: each word after a space, telephones as digits.

    `phones` are as stored, so that those of a known country say it.
    """
    known = [folded(word) for word in words if word]
    forms = [form for phone in phones for form in stored_forms(phone)]
    return "".join(f" {word}" for word in dict.fromkeys([*known, *forms]))


def stored_forms(number: str) -> tuple[str, ...]:
    """Return the notations of a stored telephone."""
    try:
        return read_phone(number.replace(" / ", " ext. ")).forms
    except ValueError:
        return (bare_digits(number),)
