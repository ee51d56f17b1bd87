"""From terms to SQL: every key has its own function, every value travels as a parameter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import Phase, Ticket
from otklik.tickets.models.ticket import OPEN
from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.fields import field_condition
from otklik.tickets.selectors.query.moments import stretch_of
from otklik.tickets.selectors.query.naming import (
    Asking,
    entries_named,
    organizations_named,
    people_named,
    refused,
)
from otklik.tickets.selectors.query.parser import nearest
from otklik.tickets.selectors.query.terms import Filter, Key, Op, Query, Value, Words

Condition = Callable[[Filter, Asking], Q]

SOON: Final = timedelta(hours=4)
RUNNING: Final = ["new", "assigned", "progress", "reopened"]  # phases in which clocks run
FOR_CUSTOMERS: Final = frozenset(
    {
        *(Key.STATUS, Key.TYPE, Key.CATEGORY, Key.IS, Key.CREATED, Key.UPDATED, Key.CLOSED),
        *(Key.RESOLVED, Key.NUMBER, Key.SORT, Key.LANGUAGE, Key.TURN),
    }
)

IS_FOR_CUSTOMERS: Final = frozenset({"open", "closed", "any"})


@dataclass(frozen=True)
class Criteria:
    """A query made ready for the database."""

    where: Q
    words: tuple[Words, ...]
    sort: str


def criteria(query: Query, asking: Asking, *, open_by_default: bool) -> Criteria:
    """Return what a query asks of tickets. Raises QueryRefused for names that mean nothing.

    `open_by_default`: without a word about it, closed tickets are left out.
    """
    where = Q()
    for term in query.filters:
        if not asking.actor.is_staff and hides(term):
            raise _not_for_customers(term)
        if term.key is not Key.SORT:
            where &= ~_condition(term, asking) if term.is_negated else _condition(term, asking)
    is_open_only = _leaves_out_closed(query, asking, open_by_default=open_by_default)
    return Criteria(
        where=OPEN & where if is_open_only else where,
        words=tuple(query.words),
        sort=query.sort,
    )


def hides(term: Filter) -> bool:
    """Say whether a condition tells what customers may not know."""
    if term.key is Key.IS:
        return any(value.text not in IS_FOR_CUSTOMERS for value in term.values)
    return term.key not in FOR_CUSTOMERS


def _condition(term: Filter, asking: Asking) -> Q:
    return CONDITIONS[term.key](term, asking)


def _not_for_customers(term: Filter) -> QueryRefused:
    shown = [vocabulary.key_word(key) for key in FOR_CUSTOMERS]
    word = vocabulary.key_word(term.key)
    return QueryRefused(
        _("There is no condition “%(word)s”. Put words with a colon into quotes.") % {"word": word},
        position=term.span.start,
        length=term.span.length,
        nearest=nearest(word, shown),
    )


def _leaves_out_closed(query: Query, asking: Asking, *, open_by_default: bool) -> bool:
    """Say whether no closed ticket can be found, so that the database may know it as well."""
    if query.of(Key.CLOSED):
        return False
    told = [term for term in query.of(Key.IS, Key.STATUS) if not term.is_negated]
    known = [[_lets_closed(term, value, asking) for value in term.values] for term in told]
    if any(True in lets for lets in known):
        return False
    return open_by_default or any(None not in lets for lets in known)


def _lets_closed(term: Filter, value: Value, asking: Asking) -> bool | None:
    """Say whether a value asks for closed tickets; None when it says nothing about it."""
    if term.key is Key.STATUS:
        statuses = asking.words.statuses
        found = entries_named(Key.STATUS, [value], statuses)
        return any(statuses[pk].phase == Phase.CLOSED for pk in found)
    return _LETS_CLOSED.get(value.text)


_LETS_CLOSED: Final = {
    **dict.fromkeys(("open", "overdue", "soon", "stuck"), False),
    **dict.fromkeys(("closed", "any"), True),
}


def _any(term: Filter, one: Callable[[Value], Q]) -> Q:
    wanted = one(term.values[0])
    for value in term.values[1:]:
        wanted |= one(value)
    return wanted


def _status(term: Filter, asking: Asking) -> Q:
    return Q(status__in=entries_named(term.key, term.values, asking.words.statuses))


def _type(term: Filter, asking: Asking) -> Q:
    return Q(type__in=entries_named(term.key, term.values, asking.words.types))


def _department(term: Filter, asking: Asking) -> Q:
    return Q(department__in=entries_named(term.key, term.values, asking.words.departments))


def _category(term: Filter, asking: Asking) -> Q:
    return _any(term, lambda value: _category_under(value, asking))


def _category_under(value: Value, asking: Asking) -> Q:
    if vocabulary.is_nobody(value.text):
        return Q(category__isnull=True)
    words = asking.words
    named = entries_named(Key.CATEGORY, [value], words.categories)
    return Q(category__in=[pk for top in named for pk in words.under_category(top)])


def _priority(term: Filter, asking: Asking) -> Q:
    return _any(term, lambda value: _priority_compared(value, asking))


def _priority_compared(value: Value, asking: Asking) -> Q:
    (level, *__) = entries_named(Key.PRIORITY, [value], asking.words.priorities)
    match value.op:
        case Op.EQUAL:
            return Q(priority=level)
        case Op.LESS:
            return Q(priority__lt=level)
        case Op.AT_MOST:
            return Q(priority__lte=level)
        case Op.MORE:
            return Q(priority__gt=level)
        case Op.AT_LEAST:
            return Q(priority__gte=level)


def _assignee(term: Filter, asking: Asking) -> Q:
    return _any(term, lambda value: _assigned_to(value, asking))


def _assigned_to(value: Value, asking: Asking) -> Q:
    if vocabulary.is_nobody(value.text):
        return Q(assignee__isnull=True)
    return Q(assignee__in=people_named(value, asking.actor, staff_only=True))


def _owner(term: Filter, asking: Asking) -> Q:
    return _any(term, lambda value: _owned_by(value, asking))


def _owned_by(value: Value, asking: Asking) -> Q:
    if vocabulary.is_nobody(value.text):
        return Q(owner__isnull=True)
    return Q(owner__in=people_named(value, asking.actor, staff_only=True))


def _creator(term: Filter, asking: Asking) -> Q:
    return _any(
        term, lambda value: Q(creator__in=people_named(value, asking.actor, staff_only=False))
    )


def _requester(term: Filter, asking: Asking) -> Q:
    return _any(
        term, lambda value: Q(requester__in=people_named(value, asking.actor, staff_only=False))
    )


def _organization(term: Filter, _asking: Asking) -> Q:
    return _any(term, lambda value: Q(requester__organization__in=organizations_named(value)))


def _tag(term: Filter, _asking: Asking) -> Q:
    if any(vocabulary.is_nobody(value.text) for value in term.values):
        return Q(tags=[])
    return Q(tags__overlap=[value.text.lower() for value in term.values])


def _source(term: Filter, _asking: Asking) -> Q:
    return Q(source__in=[value.text for value in term.values])


def _language(term: Filter, _asking: Asking) -> Q:
    return Q(language__in=[value.text for value in term.values])


def _turn(term: Filter, _asking: Asking) -> Q:
    turns = {"ours": Ticket.Turn.OURS, "theirs": Ticket.Turn.THEIRS, "nobody": Ticket.Turn.NOBODY}
    return Q(turn__in=[turns[value.text] for value in term.values])


def _is(term: Filter, asking: Asking) -> Q:
    return _any(term, lambda value: _stands(value.text, asking))


def _stands(name: str, asking: Asking) -> Q:  # one for each word
    match name:
        case "open":
            return OPEN
        case "closed":
            return Q(phase=Phase.CLOSED)
        case "escalated":
            return Q(escalated_at__isnull=False)
        case "overdue":
            return Q(solve_due_at__lt=asking.here.now, phase__in=RUNNING)
        case "soon":
            end = asking.here.now + SOON
            return Q(solve_due_at__gte=asking.here.now, solve_due_at__lt=end, phase__in=RUNNING)
        case "stuck":
            return _stuck(asking)
        case "unassigned":
            return Q(assignee__isnull=True)
        case _:
            return Q(pk__isnull=False)


def _stuck(asking: Asking) -> Q:
    """Open tickets that stand longer in their status than it allows."""
    stuck = Q(pk__in=[])
    for status in asking.words.statuses.values():
        if status.limit and status.phase != Phase.CLOSED:
            stuck |= Q(status=status.pk, entered_at__lt=asking.here.now - status.limit)
    return stuck


def _has(term: Filter, _asking: Asking) -> Q:
    return _any(term, lambda value: _HAS[value.text])


_HAS: Final = {
    "files": Q(has_files=True),
    "deadline": Q(solve_due_at__isnull=False),
    "assignee": Q(assignee__isnull=False),
    "owner": Q(owner__isnull=False),
    "category": Q(category__isnull=False),
    "tags": ~Q(tags=[]),
    "rating": Q(rating__isnull=False),
}


def _number(term: Filter, _asking: Asking) -> Q:
    return _any(term, lambda value: Q(number__startswith=value.text.upper()))


def _moment(term: Filter, asking: Asking) -> Q:
    return _any(term, lambda value: _within(term.key, value, asking))


def _within(key: Key, value: Value, asking: Asking) -> Q:
    stretch = stretch_of(value.text, value.op, asking.here, is_ahead=key is Key.DUE)
    if stretch is None:
        raise refused(
            value,
            _("Write a time like this: %(examples)s.")
            % {"examples": "<7d, >2h, 2026-11-22, 2026-11-01..2026-11-22, today"},
        )
    match key:
        case Key.CREATED:
            early, late = Q(created_at__gte=stretch.start), Q(created_at__lt=stretch.end)
        case Key.UPDATED:
            news = "updated_at" if asking.actor.is_staff else "public_at"
            early, late = Q((f"{news}__gte", stretch.start)), Q((f"{news}__lt", stretch.end))
        case Key.RESOLVED:
            early, late = Q(resolved_at__gte=stretch.start), Q(resolved_at__lt=stretch.end)
        case Key.CLOSED:
            early, late = Q(closed_at__gte=stretch.start), Q(closed_at__lt=stretch.end)
        case _:
            early, late = Q(solve_due_at__gte=stretch.start), Q(solve_due_at__lt=stretch.end)
    return (early if stretch.start else Q()) & (late if stretch.end else Q())


CONDITIONS: Final[Mapping[Key, Condition]] = {
    Key.STATUS: _status,
    Key.PRIORITY: _priority,
    Key.ASSIGNEE: _assignee,
    Key.OWNER: _owner,
    Key.CREATOR: _creator,
    Key.REQUESTER: _requester,
    Key.ORGANIZATION: _organization,
    Key.DEPARTMENT: _department,
    Key.TYPE: _type,
    Key.CATEGORY: _category,
    Key.TAG: _tag,
    Key.SOURCE: _source,
    Key.LANGUAGE: _language,
    Key.IS: _is,
    Key.HAS: _has,
    Key.TURN: _turn,
    Key.CREATED: _moment,
    Key.UPDATED: _moment,
    Key.RESOLVED: _moment,
    Key.CLOSED: _moment,
    Key.DUE: _moment,
    Key.NUMBER: _number,
    Key.FIELD: field_condition,
}
