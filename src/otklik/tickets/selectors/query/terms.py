"""What a query says, once it is understood."""

from dataclasses import dataclass, field
from enum import StrEnum


class Key(StrEnum):
    """Everything that a query can ask about; nothing else reaches the database."""

    STATUS = "status"
    PRIORITY = "priority"
    ASSIGNEE = "assignee"
    OWNER = "owner"
    CREATOR = "creator"
    REQUESTER = "requester"
    ORGANIZATION = "organization"
    DEPARTMENT = "department"
    TYPE = "type"
    CATEGORY = "category"
    TAG = "tag"
    SOURCE = "source"
    LANGUAGE = "language"
    IS = "is"
    HAS = "has"
    TURN = "turn"
    CREATED = "created"
    UPDATED = "updated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DUE = "due"
    NUMBER = "number"
    FIELD = "field"
    SORT = "sort"


class Op(StrEnum):
    """How a value is compared."""

    EQUAL = ""
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


MOMENTS = frozenset({Key.CREATED, Key.UPDATED, Key.RESOLVED, Key.CLOSED, Key.DUE})
COMPARED = MOMENTS | {Key.PRIORITY, Key.FIELD}


@dataclass(frozen=True)
class Span:
    """Where something stands in the text of a query, in code points."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True)
class Value:
    """One of the values after a key."""

    text: str
    op: Op = Op.EQUAL
    span: Span = field(default=Span(0, 0), compare=False)


@dataclass(frozen=True)
class Filter:
    """`key:value,value`: any of the values; none of them when negated."""

    key: Key
    values: tuple[Value, ...]
    is_negated: bool = False
    name: str = ""  # of the custom field
    span: Span = field(default=Span(0, 0), compare=False)


@dataclass(frozen=True)
class Words:
    """Words to be found in any form, or exactly as they stand in quotes."""

    text: str
    is_exact: bool = False
    is_negated: bool = False
    span: Span = field(default=Span(0, 0), compare=False)


Term = Filter | Words


@dataclass(frozen=True)
class Query:
    """A whole query: every term must hold."""

    terms: tuple[Term, ...] = ()
    text: str = field(default="", compare=False)

    @property
    def filters(self) -> list[Filter]:
        return [term for term in self.terms if isinstance(term, Filter)]

    @property
    def words(self) -> list[Words]:
        return [term for term in self.terms if isinstance(term, Words)]

    def of(self, *keys: Key) -> list[Filter]:
        return [term for term in self.filters if term.key in keys]

    @property
    def sort(self) -> str:
        """The order asked for, such as `-updated`; "" when the query does not say."""
        asked = self.of(Key.SORT)
        return asked[-1].values[0].text if asked else ""
