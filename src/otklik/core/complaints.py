"""What is wrong with a member of an API's request, in the words of who asks.

The library that reads bodies speaks English alone; here each kind of its complaints is said anew.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NUMBER: Final = _("This should be a whole number.")
YES_OR_NO: Final = _("This should be true or false.")
TEXT: Final = _("This should be a text.")
LIST: Final = _("This should be a list.")
OBJECT: Final = _("This should be an object.")
MOMENT: Final = _("This should be a date and time as RFC 3339 writes it.")
DAY: Final = _("This should be a date, as in 2026-11-22.")
TOO_LONG: Final = _("The most characters that this may have: {max_length}.")
TOO_MANY: Final = _("The most items that this may have: {max_length}.")
AT_LEAST: Final = _("This should be {ge} or more.")
AT_MOST: Final = _("This should be {le} or less.")
ONE_OF: Final = _("This should be one of these: {expected}.")
WRITTEN_WRONG: Final = _("This is not written as it should be.")

SAID: Final[Mapping[str, Promise]] = {
    "missing": _("This is needed."),
    "extra_forbidden": _("There is no member of this name here."),
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_parsing_size": NUMBER,
    "int_from_float": NUMBER,
    "finite_number": NUMBER,
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "string_type": TEXT,
    "string_sub_type": TEXT,
    "string_unicode": _("The text has characters that cannot be kept."),
    "list_type": LIST,
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "written": MOMENT,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": _("This moment needs a time zone."),
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "string_too_long": TOO_LONG,
    "string_too_short": _("The fewest characters that this may have: {min_length}."),
    "too_long": TOO_MANY,
    "too_short": _("The fewest items that this may have: {min_length}."),
    "greater_than_equal": AT_LEAST,
    "less_than_equal": AT_MOST,
    "literal_error": ONE_OF,
    "enum": ONE_OF,
    "string_pattern_mismatch": WRITTEN_WRONG,
    "language": _("This should be a language that this desk knows: {known}."),
}


def complaint(error: Mapping[str, Any]) -> str:
    """Say one of pydantic's errors: its `type`, with what `ctx` holds. Unknown ones as they are."""
    said = SAID.get(error["type"])
    if not said:
        return str(error["msg"])
    values = dict(error.get("ctx", {}))
    if "expected" in values:
        values["expected"] = _without_or(str(values["expected"]))
    return str(said).format(**values)


def _without_or(values: str) -> str:
    """Say values, which the library lists as `'a', 'b' or 'c'`, with nothing but commas."""
    first, _or, last = values.rpartition(" or ")
    return f"{first}, {last}" if first else last
