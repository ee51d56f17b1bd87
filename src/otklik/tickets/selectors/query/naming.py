"""From the names in a query to the rows that they mean."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _

from otklik.people.models import Actor, Organization, Person
from otklik.people.selectors.look_up import needles, people_like
from otklik.tickets.errors import QueryRefused
from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.moments import Here
from otklik.tickets.selectors.query.parser import nearest
from otklik.tickets.selectors.query.terms import Key, Value
from otklik.tickets.selectors.wordbook import Entry, Wordbook, wordbook

_MOST_NAMED: Final = 200


@dataclass(frozen=True)
class Asking:
    """Who asks a query, when and where; reads the desk's words only if a name needs them."""

    actor: Actor
    here: Here
    find_words: Callable[[], Wordbook] = wordbook

    @cached_property
    def words(self) -> Wordbook:
        return self.find_words()


def refused(value: Value, message: str, nearest_words: tuple[str, ...] = ()) -> QueryRefused:
    """Point at a value that means nothing here."""
    return QueryRefused(
        message,
        position=value.span.start,
        length=max(value.span.length, 1),
        nearest=nearest_words,
    )


def entries_named(key: Key, values: Iterable[Value], entries: Mapping[int, Entry]) -> list[int]:
    """Return the ids of configured things by key, by name in any language, or by phase."""
    return [pk for value in values for pk in _entries_named(key, value, entries)]


def _entries_named(key: Key, value: Value, entries: Mapping[int, Entry]) -> list[int]:
    asked = vocabulary.fold(value.text)
    found = [
        one.pk
        for one in entries.values()
        if one.phase == asked or asked in map(vocabulary.fold, one.all_words)
    ]
    if found:
        return found
    shown = list(dict.fromkeys(word for one in entries.values() for word in (one.label, one.key)))
    raise refused(
        value,
        _("There is no %(key)s “%(word)s”.")
        % {"key": vocabulary.key_word(key), "word": value.text},
        nearest(value.text, shown),
    )


def people_named(value: Value, actor: Actor, *, staff_only: bool) -> list[int]:
    """Return the people meant: me, a login, an address, or any part of a name."""
    if vocabulary.is_me(value.text):
        return [actor.person_id]
    parts = needles(value.text)
    rows = people_like(parts, inside=True) if parts else Person.objects.none()
    if staff_only:
        rows = rows.filter(account__isnull=False)
    found = list(rows.order_by().values_list("pk", flat=True)[: _MOST_NAMED + 1])
    if not found:
        raise refused(value, _("Nobody here is called “%(word)s”.") % {"word": value.text})
    return _few(found, value)


def organizations_named(value: Value) -> list[int]:
    rows = Organization.objects.filter(name__icontains=value.text).order_by()
    found = list(rows.values_list("pk", flat=True)[: _MOST_NAMED + 1])
    if not found:
        raise refused(value, _("There is no company called “%(word)s”.") % {"word": value.text})
    return _few(found, value)


def _few(found: list[int], value: Value) -> list[int]:
    """Refuse a name that so many bear that a list of some of them would mislead."""
    if len(found) > _MOST_NAMED:
        raise refused(
            value,
            _("More than %(most)d are called “%(word)s”. Write more of the name.")
            % {"most": _MOST_NAMED, "word": value.text},
        )
    return found
