"""Every change of configuration: one at a time, on record, with what it takes to undo it."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core import serializers
from django.db import connection, models

from otklik.core import clock
from otklik.core.events import publish
from otklik.core.spoken import known_languages
from otklik.core.wording import Names, with_unspoken, word
from otklik.people.models import Actor
from otklik.tickets.events import ConfigurationChanged
from otklik.tickets.models import (
    Category,
    Choice,
    ConfigurationChange,
    Field,
    Flow,
    FormField,
    Priority,
    Status,
    TicketType,
    Transition,
    TypicalProblem,
)
from otklik.tickets.policies import ensure_may_configure

Noun = ConfigurationChange.Noun
Verb = ConfigurationChange.Verb

Row = (
    Flow
    | Status
    | Transition
    | TicketType
    | Field
    | Choice
    | FormField
    | Category
    | Priority
    | TypicalProblem
)

MODELS: dict[Noun, type[Row]] = {
    Noun.FLOW: Flow,
    Noun.STATUS: Status,
    Noun.TRANSITION: Transition,
    Noun.TYPE: TicketType,
    Noun.FIELD: Field,
    Noun.CHOICE: Choice,
    Noun.QUESTION: FormField,
    Noun.CATEGORY: Category,
    Noun.PRIORITY: Priority,
    Noun.PROBLEM: TypicalProblem,
}
NOUNS: dict[type[Row], Noun] = {model: noun for noun, model in MODELS.items()}
ORDER = "order"  # in a change: the keys of the siblings in order
REQUIRED = "required_fields"  # in a change of a status: the keys of its fields
FIRST = "first"  # in a change of a status: the key of the one where its flow begins
DEFAULT = "default"  # in a change of a flow: the key of the one that new types get
WORDS = ("names", "hints", "texts")  # columns with something said in each language
ELSEWHERE = (ORDER, REQUIRED, FIRST, DEFAULT)  # what stands in other rows than the thing's own


def begin(actor: Actor) -> None:
    """Let one administrator change the configuration at a time. Raises NotAllowed."""
    ensure_may_configure(actor)
    hold_configuration()


def hold_configuration() -> None:
    """Let nobody else change the configuration until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tickets.configuration'))")


def add_row(actor: Actor, row: Row, *more: models.Model) -> None:
    """Save a new thing, with the rows that belong to it, and put it on record."""
    row.save(force_insert=True)
    for one in more:
        one.save(force_insert=True)
    keep(actor, row, Verb.ADDED, new=_packed([row, *more]))


def change_row(
    actor: Actor, row: Row, columns: Mapping[str, Any], *, undoes: ConfigurationChange | None = None
) -> bool:
    """Set some columns and put what differs on record. Nothing differing, nothing happens."""
    old = {name: plain(row, name) for name in columns}
    if undoes is None:
        columns = {name: _whole(name, new, old[name]) for name, new in columns.items()}
    for name in sorted(columns, key=ELSEWHERE.__contains__):  # a place in order needs its parent
        _put(row, name, columns[name])
    new = {name: plain(row, name) for name in columns}
    changed = [name for name in columns if old[name] != new[name]]
    if not changed:
        return False
    if own := [name for name in changed if name not in ELSEWHERE]:
        row.save(update_fields=own)
    keep(
        actor,
        row,
        Verb.CHANGED,
        old={name: old[name] for name in changed},
        new={name: new[name] for name in changed},
        undoes=undoes,
    )
    return True


def _whole(name: str, new: Any, old: Any) -> Any:
    return with_unspoken(new, old) if name in WORDS else new


def delete_row(
    actor: Actor,
    row: Row,
    more: Iterable[models.Model] = (),
    *,
    undoes: ConfigurationChange | None = None,
) -> None:
    """Delete a thing and the rows that belong to it; the record can bring them back."""
    rows = [row, *more]
    keep(actor, row, Verb.DELETED, old=_packed(rows), undoes=undoes)
    for one in reversed(rows):
        type(one)._base_manager.filter(pk=one.pk).delete()  # noqa: SLF001  # Django's own door


def keep(
    actor: Actor,
    row: Row,
    verb: Verb,
    *,
    undoes: ConfigurationChange | None = None,
    **values: Any,
) -> ConfigurationChange:
    """Put one change on record and tell it."""
    noun = NOUNS[type(row)]
    change = ConfigurationChange.objects.create(
        at=clock.now(),
        actor_id=actor.person_id,
        actor_name=actor.name,
        noun=noun,
        row=row.pk,
        names=names_of(row),
        verb=verb,
        undoes=undoes,
        **values,
    )
    publish(ConfigurationChanged(noun=noun, row=row.pk))
    return change


def names_of(row: Row) -> Names:
    """Return what a thing is called, also when it has no name of its own."""
    match row:
        case Transition():
            ends = row.source.names, row.target.names
            return {
                code: f"{word(ends[0], code)} → {word(ends[1], code)}" for code in known_languages()
            }
        case FormField():
            return {
                code: f"{word(row.type.names, code)}: {word(row.field.names, code)}"
                for code in known_languages()
            }
        case _:
            return dict(row.names)


def plain(row: Row, name: str) -> Any:
    """Return a column as JSON holds it."""
    match name, row:
        case "order", _any:
            return list(siblings(row).values_list("pk", flat=True))
        case "required_fields", Status():
            return sorted(row.required_fields.values_list("pk", flat=True))
        case "first", Status():
            return Status.objects.filter(flow=row.flow_id, is_first=True).values_list("pk").get()[0]
        case "default", Flow():
            return Flow.objects.filter(is_default=True).values_list("pk", flat=True).first()
        case _:
            pass
    value = getattr(row, name)
    return value.total_seconds() if isinstance(value, timedelta) else value


def _put(row: Row, name: str, value: Any) -> None:
    match name, row:
        case "order", _any:
            arrange(row, value)
        case "required_fields", Status():
            row.required_fields.set(Field.objects.filter(pk__in=value))
        case "first", Status():
            _hand_over(Status.objects.filter(flow=row.flow_id), "is_first", value)
        case "default", Flow():
            _hand_over(Flow.objects.all(), "is_default", value)
        case _:
            setattr(row, name, _value(row, name, value))


def _value(row: Row, name: str, value: Any) -> Any:
    field = type(row)._meta.get_field(name)  # noqa: SLF001  # Django's own door
    if isinstance(field, models.DurationField) and isinstance(value, int | float):
        return timedelta(seconds=value)
    return value


def _hand_over(rows: "models.QuerySet[Any]", flag: str, key: int | None) -> None:
    """Take a flag from the one row that has it and give it to another."""
    rows.filter(**{flag: True}).exclude(pk=key).update(**{flag: False})
    rows.filter(pk=key).update(**{flag: True})


def siblings(row: Row) -> "models.QuerySet[Any]":
    """Return the things that stand in one order with this one, itself too."""
    beside: dict[str, int | None]
    match row:
        case Category():
            beside = {"parent": row.parent_id}
        case Choice():
            beside = {"field": row.field_id, "parent": row.parent_id}
        case Status():
            beside = {"flow": row.flow_id}
        case FormField():
            beside = {"type": row.type_id}
        case Transition():
            beside = {"source": row.source_id}
        case TicketType() | TypicalProblem():
            beside = {}
        case Flow() | Field() | Priority():
            beside = {"pk": row.pk}  # they have no order
    return type(row)._base_manager.filter(**beside)  # noqa: SLF001  # Django's own door


def arrange(row: Row, keys: Iterable[int]) -> None:
    """Write an order of siblings; those not named come last. Saves the row's parent as well."""
    if isinstance(row, Category | Choice):
        row.save(update_fields=["parent"])
    wanted = {key: place for place, key in enumerate(keys)}
    rows = sorted(siblings(row), key=lambda one: wanted.get(one.pk, len(wanted)))
    for position, one in enumerate(rows):
        if one.position != position and not isinstance(row, Flow | Field | Priority):
            siblings(row).filter(pk=one.pk).update(position=position)
    row.refresh_from_db(fields=["position"])


def _packed(rows: Iterable[models.Model]) -> Any:
    return json.loads(serializers.serialize("json", rows))
