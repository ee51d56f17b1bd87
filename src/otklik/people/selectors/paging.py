"""Lists read by key, not by number of rows skipped: as quick on the last page as on the first."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.core.text import refuse_unkeepable

T = TypeVar("T")
Key = list[str | int]


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and where the next ones begin ("" after the last)."""

    rows: Sequence[T]
    next: str


def write_cursor(key: Key) -> str:
    """Return the place after a row as a word for an address."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read_cursor(cursor: str, kinds: tuple[type, ...]) -> Key | None:
    """Return the place that a cursor names, None at the start. Raises Invalid for a foreign one."""
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        key = None
    sound = isinstance(key, list) and [type(part) for part in key] == list(kinds)
    if not sound or any(_unsound(part) for part in key):
        raise Invalid(fields={"cursor": _("This list has no such place. Begin again.")})
    return list(key)


def _unsound(part: str | int) -> bool:
    if isinstance(part, int):
        return abs(part) >= 2**63
    try:
        refuse_unkeepable(part)
    except Invalid:
        return True
    return False
