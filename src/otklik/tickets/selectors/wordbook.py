"""The desk's configured words, all at once: lists, menus and queries name things by them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from otklik.core.configuration import configuration_stamp
from otklik.core.kept import KeptUnder
from otklik.core.wording import Names, word

_SQL: Final = """
SELECT 'department', id, prefix, names, position, '', parent_id, is_active, NULL::interval
FROM people_department
UNION ALL
SELECT 'status', id, key, names, position, phase, flow_id, true, time_limit FROM tickets_status
UNION ALL
SELECT 'type', id, key, names, position, '', flow_id, is_active, NULL FROM tickets_tickettype
UNION ALL
SELECT 'priority', level, level::text, names, -level, '', NULL, true, NULL FROM tickets_priority
UNION ALL
SELECT 'category', id, key, names, position, '', parent_id, is_active, NULL FROM tickets_category
ORDER BY 1, 5, 2
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One configured thing: a department by its prefix, the rest by their keys."""

    pk: int
    key: str
    names: Names
    phase: str  # of a status
    parent_id: int | None  # of a department or category; the flow of a status or type
    is_active: bool
    limit: timedelta | None = None  # of a status: how long an open ticket may stay

    @property
    def label(self) -> str:
        return word(self.names)

    @property
    def all_words(self) -> list[str]:
        return [self.key, *self.names.values()]


@dataclass(frozen=True, eq=False)  # kept whole, and a key of what is drawn of it
class Wordbook:
    """Everything that tickets point at, by id, in the order of the set-up pages."""

    departments: dict[int, Entry]
    statuses: dict[int, Entry]
    types: dict[int, Entry]
    priorities: dict[int, Entry]
    categories: dict[int, Entry]

    def branch(self, category: Entry) -> str:
        """Say a category with the places above it."""
        path, above = [category.label], self.categories.get(category.parent_id or 0)
        while above is not None and len(path) <= len(self.categories):
            path.insert(0, above.label)
            above = self.categories.get(above.parent_id or 0)
        return " › ".join(path)

    def under_category(self, pk: int) -> Iterator[int]:
        """Yield a category and all that stand below it, each once."""
        seen, waiting = {pk}, [pk]
        while waiting:
            above = waiting.pop()
            yield above
            below = [
                one.pk
                for one in self.categories.values()
                if one.parent_id == above and one.pk not in seen
            ]
            seen.update(below)
            waiting.extend(below)


class Said(NamedTuple):
    """The labels of everything in one language, by id."""

    departments: dict[int, str]
    statuses: dict[int, str]
    types: dict[int, str]
    priorities: dict[int, str]
    categories: dict[int, str]


@lru_cache(maxsize=8)
def said_by(words: Wordbook, language: str | None) -> Said:
    """Return the desk's words in the present language, which is given as a key."""

    def labels(kind: dict[int, Entry]) -> dict[int, str]:
        return {pk: word(one.names, language) for pk, one in kind.items()}

    return Said(
        departments=labels(words.departments),
        statuses=labels(words.statuses),
        types=labels(words.types),
        priorities=labels(words.priorities),
        categories={pk: words.branch(one) for pk, one in words.categories.items()},
    )


def wordbook(read: UUID | None = None) -> Wordbook:
    """Return the desk's words as they are now: one small query unless they have changed.

    `read`: their stamp, where the caller has just read it with something else.
    """
    return _KEPT.at(read or configuration_stamp())


def _read() -> Wordbook:
    kinds: dict[str, dict[int, Entry]] = {
        kind: {} for kind in ("department", "status", "type", "priority", "category")
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL)
        for kind, pk, key, names, _position, *rest in cursor.fetchall():
            kinds[kind][pk] = Entry(pk, key, json.loads(names), *rest)
    return Wordbook(
        departments=kinds["department"],
        statuses=kinds["status"],
        types=kinds["type"],
        priorities=kinds["priority"],
        categories=kinds["category"],
    )


_KEPT: Final = KeptUnder(configuration_stamp, _read)
