"""How many tickets each view holds for one person: counted now, or a moment ago for everybody."""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Final, NamedTuple

from django.db import connection

from otklik.core import clock
from otklik.core.kept import Kept
from otklik.core.prepared import Given, Prepared, prepared_cursor, typed
from otklik.people.models import Actor
from otklik.tickets.models import Ticket
from otklik.tickets.models.worked import Worked
from otklik.tickets.selectors.query.conditions import RUNNING, SOON
from otklik.tickets.selectors.query.naming import Asking

TALLY_SECONDS: Final = 1.0
"""How old a tally may be. The gateway repeats what was said since: `hub.BEFORE_GRANT_MS`."""
QUIET_SECONDS: Final = 10.0
"""The same while nothing was written since: for deadlines that pass."""


class Counts(NamedTuple):
    """How many tickets the desk's own views hold, by their keys."""

    mine: int = 0
    turn: int = 0
    unassigned: int = 0
    soon: int = 0
    overdue: int = 0
    waiting: int = 0
    escalated: int = 0
    resolved: int = 0
    all: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*map(int.__add__, self, other))


NONE: Final = Counts()


@dataclass(frozen=True)
class Place:
    """A department as a person's views show it."""

    prefix: str
    names: dict[str, str]
    has_saved: bool
    """The person has any views of their own."""
    counts: Counts


def count_places(asking: Asking) -> list[Place]:
    """Count by department: those where the actor works, and those with tickets in their sight."""
    now, actor = asking.here.now, asking.actor
    seen, own = _SEEN.filled(actor)
    done, own_done = _DONE.filled(actor, today=asking.here.today)
    person = typed(actor.person_id)
    with prepared_cursor() as cursor:
        cursor.execute(
            _COUNTS % {"seen": seen, "done": done},
            [
                *(person, now, now + SOON, *own, RUNNING, RUNNING, *own_done),
                *(typed(actor.account_id), actor.is_administrator, typed(list(actor.roles))),
            ],
        )
        return [
            Place(prefix, json.loads(names), has_saved, Counts(*counts))
            for prefix, names, has_saved, *counts in cursor.fetchall()
        ]


def places_of_list(asking: Asking) -> list[Place]:
    """Return what `count_places` does, for a list, which says how long it is.

    Whoever sees everything has it from the tally, if nobody has written since; a deadline that
    passed in the last second may be missing.
    """
    if asking.actor.is_administrator:
        return places_of_tally(asking, exactly=True)
    return count_places(asking)


def places_of_tally(asking: Asking, *, exactly: bool = False) -> list[Place]:
    """Return what `count_places` does, from a tally that all share for a moment.

    `exactly`: only if nobody has written since. What asks inside a transaction counts itself: what
    it sees may never come to be.
    """
    if connection.in_atomic_block:
        return count_places(asking)
    actor = asking.actor
    with prepared_cursor() as cursor:
        cursor.execute(_PLACES, [typed(actor.account_id)])
        rows = cursor.fetchall()
    tally = shared_tally(rows[0][0] if rows else "", exactly=exactly)
    counted = tally.open.counts_of(actor)
    resolved = tally.resolved_since(asking.here.today).counts_of(actor)
    places = []
    for _snapshot, pk, is_active, prefix, names, has_saved in rows:
        counts = counted.get(pk, NONE).plus(resolved.get(pk, NONE))
        if any(counts) or (is_active and (actor.is_administrator or pk in actor.roles)):
            places.append(Place(prefix, json.loads(names), has_saved, counts))
    return places


@dataclass(frozen=True)
class Groups:
    """Tickets counted at once, by who works on them; whose sight is asked of it afterwards."""

    every: dict[int, Counts]  # by department
    unassigned: dict[int, Counts]  # by department
    assigned: dict[int, dict[int, Counts]]  # by person, by department; not `mine`

    def counts_of(self, actor: Actor) -> dict[int, Counts]:
        """Count what `worked_by` lets the actor see, by department.

        Kept beside it by a test: all for an administrator, a led department whole, of the
        actor's others what nobody works on, and everywhere what was given to them.
        """
        own = self.assigned.get(actor.person_id, {})
        if actor.is_administrator:
            whole: Iterable[int] = self.every
        elif actor.roles:
            whole = actor.led_departments
        else:
            return {}
        found = {pk: self.every[pk] for pk in whole if pk in self.every}
        for pk in actor.roles if not actor.is_administrator else ():
            if pk in self.unassigned:
                found.setdefault(pk, self.unassigned[pk].plus(own.get(pk, NONE)))
        for pk, counts in own.items():
            found[pk] = found.get(pk, counts)._replace(mine=counts.all)
        return found


@dataclass(frozen=True)
class Tally:
    """All open tickets of the desk, and those that were resolved on somebody's day."""

    now: datetime
    taken: float  # by the machine's clock, which no test moves
    seen: str  # the database's snapshot just before: the same while nobody has ended a writing
    open: Groups
    resolved: dict[datetime, Groups] = field(default_factory=dict)  # since a midnight

    def resolved_since(self, midnight: datetime) -> Groups:
        """Count what was resolved since a midnight; days begin at few moments, one for a zone.

        Now, which may be a moment ahead of what is open.
        """
        if midnight not in self.resolved:
            self.resolved[midnight] = _resolved_since(midnight)
        return self.resolved[midnight]

    def is_exact(self, seen: str, asked: float) -> bool:
        """Tell whether nobody has written since, or it was taken after one had looked oneself."""
        return seen == self.seen or self.taken >= asked

    def is_fresh(self, now: datetime, seen: str, *, exactly: bool) -> bool:
        lasts = QUIET_SECONDS if seen == self.seen and not exactly else TALLY_SECONDS
        age, real = (now - self.now).total_seconds(), time.monotonic() - self.taken
        return 0 <= age < lasts and real < lasts


_KEPT: Final = Kept[Tally]()
_COUNTS_NOW: Final = Lock()
drop_tally: Final = _KEPT.drop


def shared_tally(seen: str, *, exactly: bool) -> Tally:
    """Return one that is good enough; `seen` is the database's snapshot of this moment."""
    asked = time.monotonic()

    def is_fresh(kept: Tally) -> bool:
        is_good = not exactly or kept.is_exact(seen, asked)
        return is_good and kept.is_fresh(clock.now(), seen, exactly=exactly)

    found = _KEPT.found(is_fresh)
    if found is not None:
        return found
    if not _COUNTS_NOW.acquire(timeout=TALLY_SECONDS):
        return _take(seen)
    try:  # one counts, the others wait for it
        return _KEPT.get(is_fresh, lambda: _take(seen))
    finally:
        _COUNTS_NOW.release()


def _take(snapshot: str) -> Tally:
    now, taken = clock.now(), time.monotonic()
    seen, own = _OPEN.filled()
    with prepared_cursor() as cursor:
        cursor.execute(_TALLY % {"open": seen}, [now, now + SOON, *own, RUNNING, RUNNING])
        rows = cursor.fetchall()
    return Tally(now, taken, snapshot, _grouped(map(_open_counts, rows)))


def _open_counts(row: Sequence[Any]) -> tuple[int, int | None, Counts]:
    place, assignee, turn, soon, overdue, waiting, escalated, number = row
    free = number if assignee is None else 0
    return place, assignee, Counts(0, turn, free, soon, overdue, waiting, escalated, 0, number)


def _resolved_since(midnight: datetime) -> Groups:
    sql, own = _RESOLVED.filled(today=midnight)
    with prepared_cursor() as cursor:
        cursor.execute(_BY_ASSIGNEE % {"resolved": sql}, own)
        rows = cursor.fetchall()
    return _grouped((place, assignee, Counts(resolved=number)) for place, assignee, number in rows)


def _grouped(counted: Iterable[tuple[int, int | None, Counts]]) -> Groups:
    """Put together what was counted by department and assignee."""
    every: dict[int, Counts] = defaultdict(lambda: NONE)
    unassigned: dict[int, Counts] = {}
    assigned: dict[int, dict[int, Counts]] = defaultdict(dict)
    for place, assignee, counts in counted:
        if assignee is None:
            unassigned[place] = counts
        else:
            assigned[assignee][place] = counts
        every[place] = every[place].plus(counts)
    return Groups(dict(every), unassigned, dict(assigned))


_COUNTED: Final = ("department", "assignee", "turn", "phase", "solve_due_at", "escalated_at")
_SEEN: Final[Worked[Ticket]] = Worked(lambda mine: mine.open().order_by().values(*_COUNTED))
_OPEN: Final = Prepared(lambda: Ticket.objects.open().order_by().values(*_COUNTED))
_DONE: Final[Worked[Ticket]] = Worked(
    lambda mine: mine.filter(resolved_at__gte=Given("today")).order_by().values("department")
)
_RESOLVED: Final = Prepared(
    lambda: (
        Ticket.objects.filter(resolved_at__gte=Given("today"))
        .order_by()
        .values("department", "assignee")
    )
)
# What each view's query says, here by hand because building it from the queries takes longer than
# running it; tests hold them together. Ten thousand rows are counted by few comparisons each, in
# the order of an index: the rest is asked of their groups.
_COUNTS: Final = """
WITH grouped AS (
    SELECT department_id, turn, phase,
        count(*) FILTER (WHERE assignee_id = %%s) AS mine,
        count(assignee_id) AS assigned,
        count(*) FILTER (WHERE solve_due_at < %%s) AS late,
        count(*) FILTER (WHERE solve_due_at < %%s) AS late_soon,
        count(escalated_at) AS escalated,
        count(*) AS every
    FROM (%(seen)s) AS seen (department_id, assignee_id, turn, phase, solve_due_at, escalated_at)
    GROUP BY 1, 2, 3
), counted AS (
    SELECT department_id,
        sum(mine) AS mine,
        sum(every) FILTER (WHERE turn = 'ours') AS ours,
        sum(every - assigned) AS unassigned,
        sum(late_soon - late) FILTER (WHERE phase = ANY(%%s)) AS soon,
        sum(late) FILTER (WHERE phase = ANY(%%s)) AS overdue,
        sum(every) FILTER (WHERE turn = 'theirs') AS waiting,
        sum(escalated) AS escalated,
        sum(every) AS every
    FROM grouped GROUP BY 1
), done AS (
    SELECT department_id, count(*) AS resolved
    FROM (%(done)s) AS done (department_id) GROUP BY 1
)
SELECT place.prefix, place.names,
    EXISTS (SELECT FROM tickets_savedview WHERE account_id = %%s), coalesce(mine, 0)::bigint,
    coalesce(ours, 0)::bigint, coalesce(unassigned, 0)::bigint, coalesce(soon, 0)::bigint,
    coalesce(overdue, 0)::bigint, coalesce(waiting, 0)::bigint, coalesce(escalated, 0)::bigint,
    coalesce(resolved, 0), coalesce(every, 0)::bigint
FROM people_department AS place
LEFT JOIN counted ON counted.department_id = place.id
LEFT JOIN done ON done.department_id = place.id
WHERE (place.is_active AND (%%s OR place.id = ANY(%%s))) OR every > 0 OR resolved > 0
ORDER BY place.position, place.id
"""
_PLACES: Final = """
SELECT pg_current_snapshot()::text, place.id, place.is_active, place.prefix, place.names,
    EXISTS (SELECT FROM tickets_savedview WHERE account_id = %s)
FROM people_department AS place
ORDER BY place.position, place.id
"""
_BY_ASSIGNEE: Final = """
SELECT department_id, assignee_id, count(*)
FROM (%(resolved)s) AS resolved (department_id, assignee_id) GROUP BY 1, 2
"""
_TALLY: Final = """
WITH grouped AS (
    SELECT department_id, assignee_id, turn, phase,
        count(*) FILTER (WHERE solve_due_at < %%s) AS late,
        count(*) FILTER (WHERE solve_due_at < %%s) AS late_soon,
        count(escalated_at) AS escalated,
        count(*) AS every
    FROM (%(open)s) AS seen (department_id, assignee_id, turn, phase, solve_due_at, escalated_at)
    GROUP BY 1, 2, 3, 4
)
SELECT department_id, assignee_id,
    coalesce(sum(every) FILTER (WHERE turn = 'ours'), 0)::bigint,
    coalesce(sum(late_soon - late) FILTER (WHERE phase = ANY(%%s)), 0)::bigint,
    coalesce(sum(late) FILTER (WHERE phase = ANY(%%s)), 0)::bigint,
    coalesce(sum(every) FILTER (WHERE turn = 'theirs'), 0)::bigint,
    sum(escalated)::bigint, sum(every)::bigint
FROM grouped GROUP BY 1, 2
"""
