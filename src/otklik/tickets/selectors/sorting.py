"""Orders of a list of tickets, and the place in them where a page ends."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q
from django.db.models.expressions import OrderBy

DEFAULT_SORT: Final = "-updated"


@dataclass(frozen=True)
class Step:
    """One column of an order. Nulls come last upwards and first downwards, as in the indexes."""

    column: str
    is_down: bool
    may_be_null: bool = False

    def order(self) -> OrderBy:
        return F(self.column).desc() if self.is_down else F(self.column).asc()

    def sql(self, table: str) -> str:
        """Return the same for SQL that is written out; the columns are ours."""
        column = "priority_id" if self.column == "priority" else self.column
        return f"{table}.{column} {'DESC' if self.is_down else 'ASC'}"

    def turned(self) -> "Step":
        return Step(self.column, not self.is_down, self.may_be_null)

    def after(self, value: Any) -> Q:
        """Return what stands behind a value in this column."""
        if value is None:
            return Q((f"{self.column}__isnull", False)) if self.is_down else Q(pk__in=[])
        behind = Q((f"{self.column}__{'lt' if self.is_down else 'gt'}", value))
        if self.may_be_null and not self.is_down:
            behind |= Q((f"{self.column}__isnull", True))
        return behind

    def same(self, value: Any) -> Q:
        return Q((f"{self.column}__isnull", True)) if value is None else Q((self.column, value))


# Upwards; every order ends with the id, so that no two tickets share a place.
_UPWARDS: Final[dict[str, tuple[Step, ...]]] = {
    "updated": (Step("updated_at", is_down=False), Step("id", is_down=False)),
    "created": (Step("created_at", is_down=False), Step("id", is_down=False)),
    "due": (Step("solve_due_at", is_down=False, may_be_null=True), Step("id", is_down=False)),
    "priority": (
        Step("priority", is_down=False),
        Step("solve_due_at", is_down=True, may_be_null=True),
        Step("id", is_down=True),
    ),
    "number": (Step("id", is_down=False),),
}
_NEWS_FOR_CUSTOMERS: Final = (Step("public_at", is_down=False), Step("id", is_down=False))
SORTS: Final = tuple(sign + name for name in _UPWARDS for sign in ("", "-"))


def steps_of(sort: str, *, for_customer: bool = False) -> tuple[Step, ...]:
    """Return the columns of an order, those of the default for a word that names none.

    News in the order of a customer is what they may know of.
    """
    name = sort.removeprefix("-")
    if name not in _UPWARDS:
        return steps_of(DEFAULT_SORT, for_customer=for_customer)
    upwards = _NEWS_FOR_CUSTOMERS if for_customer and name == "updated" else _UPWARDS[name]
    return tuple(step.turned() for step in upwards) if sort.startswith("-") else upwards


def behind(steps: Sequence[Step], place: Sequence[Any]) -> Q:
    """Return what comes after a place, given by a value for each step.

    The first column is bounded on its own, so that an index is entered at the place.
    """
    wanted, same = Q(), Q()
    for step, value in zip(steps, place, strict=True):
        wanted |= same & step.after(value)
        same &= step.same(value)
    first, value = steps[0], place[0]
    if value is None or (first.may_be_null and not first.is_down):
        return wanted
    return Q((f"{first.column}__{'lte' if first.is_down else 'gte'}", value)) & wanted


def seal_place(sort: str, place: Sequence[Any]) -> str:
    """Write a place as one word for an address."""
    plain = [one.isoformat() if isinstance(one, datetime) else one for one in place]
    said = json.dumps([sort, *plain], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def open_place(sort: str, cursor: str, *, for_customer: bool = False) -> tuple[Any, ...] | None:
    """Read a place back; None when it is of another order or no place at all."""
    steps = steps_of(sort, for_customer=for_customer)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        named, *plain = json.loads(base64.b64decode(padded, b"-_", validate=True))
        if named != sort or len(plain) != len(steps):
            return None
        return tuple(_read(step, one) for step, one in zip(steps, plain, strict=True))
    except (ValueError, TypeError, RecursionError):
        return None


def _read(step: Step, plain: Any) -> Any:
    if plain is None and step.may_be_null:
        return None
    if step.column.endswith("_at"):
        moment = datetime.fromisoformat(plain)
        if moment.tzinfo is None:
            raise ValueError(plain)
        return moment
    if isinstance(plain, bool) or not isinstance(plain, int) or not 0 <= plain < 2**63:
        raise ValueError(plain)
    return plain
