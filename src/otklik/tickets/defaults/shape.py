"""The shape of the defaults, so that a slip in them is found before they are loaded."""

from dataclasses import dataclass
from datetime import timedelta

from otklik.core.wording import Names


def said(en: str, ru: str, bg: str) -> Names:
    """Say one thing in the three languages of the product."""
    return {"en": en, "ru": ru, "bg": bg}


@dataclass(frozen=True, kw_only=True)
class StatusOf:
    """A stage: its key is its phase unless another is given."""

    key: str
    names: Names


@dataclass(frozen=True, kw_only=True)
class Way:
    """A transition; `who` is the lowest role of staff that may go it."""

    source: str
    target: str
    who: str = "agent"
    customer: bool = False
    message: bool = False
    assignee: bool = False
    names: Names | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceOf:
    """An answer of a list, or a branch of a tree with its own answers."""

    key: str
    names: Names
    children: tuple["ChoiceOf", ...] = ()


@dataclass(frozen=True, kw_only=True)
class FieldOf:
    """A question; the same one may stand on several forms."""

    key: str
    kind: str
    names: Names
    hints: Names | None = None
    choices: tuple[ChoiceOf, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question on a form; `when` is (other field, its value)."""

    field: FieldOf
    required: bool = False
    customer: str = "edits"
    when: tuple[FieldOf, str] | None = None


@dataclass(frozen=True, kw_only=True)
class TypeOf:
    """A kind of request with its form."""

    key: str
    names: Names
    hints: Names
    form: tuple[Asked, ...]


@dataclass(frozen=True, kw_only=True)
class PriorityOf:
    """A level with its promises."""

    level: int
    names: Names
    reply_within: timedelta
    solve_within: timedelta


@dataclass(frozen=True, kw_only=True)
class ProblemOf:
    """A request that many make; type and category by their keys."""

    key: str
    type: str
    names: Names
    texts: Names
    category: str | None = None
