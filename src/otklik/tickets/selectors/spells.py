"""A time in a query as a control shows it: by a name, or between two days."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from otklik.tickets.selectors.facets import Choice
from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.terms import Op, Value

DAYS: Final = "days"
NAMED: Final = {
    "today": Value("today"),
    "yesterday": Value("yesterday"),
    "7d": Value("7d", Op.LESS),
    "30d": Value("30d", Op.LESS),
}
_AMOUNT: Final = re.compile(r"(\d{1,4})([^\W\d_]{1,5}\.?)")


@dataclass(frozen=True)
class Spell:
    """What is chosen: "" for any time, a name, `DAYS`, or what only the query can say."""

    name: str = ""
    first: str = ""  # days in ISO
    last: str = ""


ANY_TIME: Final = Spell()


def spell_of(values: Sequence[Value]) -> Spell:
    """Return what the values of a condition are as a choice."""
    if not values:
        return ANY_TIME
    said = ", ".join(f"{value.op}{value.text}" for value in values)
    if len(values) > 1:
        return Spell(said)
    plain = Value(_plain(values[0].text), values[0].op)
    named = next((name for name, value in NAMED.items() if value == plain), "")
    return Spell(named) if named else _between(plain) or Spell(said)


def _plain(text: str) -> str:
    """Say a moment or an age by its inner words, whatever the language."""
    if found := _AMOUNT.fullmatch(text):
        return f"{int(found[1])}{vocabulary.unit_of(found[2]) or found[2]}"
    return vocabulary.moment_of(text) or text


def _between(value: Value) -> Spell | None:
    first, dots, last = value.text.partition("..")
    if not (_is_day(first) and _is_day(last or first)) or (dots and (value.op or not last)):
        return None
    match value.op:
        case Op.EQUAL:
            return Spell(DAYS, first, last or first)
        case Op.AT_LEAST:
            return Spell(DAYS, first)
        case Op.AT_MOST:
            return Spell(DAYS, "", first)
        case _:
            return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def spell_choices(spell: Spell) -> list[Choice]:
    """Return the choices of a time, with what is asked among them."""
    offers = {
        "": _("any time"),
        "today": _("today"),
        "yesterday": _("yesterday"),
        "7d": _("the last seven days"),
        "30d": _("the last thirty days"),
        DAYS: _("between two days"),
    }
    if spell.name not in offers:
        offers[spell.name] = spell.name
    return [Choice(name, label, spell.name == name) for name, label in offers.items()]


def spell_values(before: Spell, after: Spell) -> list[Value] | None:
    """Return the values for a changed choice; None when nothing changed.

    A chosen name goes before days that were there already; new days go before a name.
    """
    if after == before:
        return None
    if after.name not in (before.name, DAYS):
        return [NAMED[after.name]] if after.name in NAMED else []
    first, last = after.first, after.last
    if first and last:
        return [Value(first) if first == last else Value(f"{first}..{last}")]
    if first:
        return [Value(first, Op.AT_LEAST)]
    return [Value(last, Op.AT_MOST)] if last else []
