"""Conditions on the questions that an administrator added: `field.place:"floor 2"`."""

from datetime import date
from typing import Any

from django.db.models import JSONField, Q
from django.db.models import Value as Literal
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.lookups import (
    GreaterThan,
    GreaterThanOrEqual,
    IContains,
    LessThan,
    LessThanOrEqual,
    Lookup,
)
from django.utils.translation import gettext as _

from otklik.tickets.errors import QueryRefused
from otklik.tickets.models import Choice, Field
from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.naming import Asking, organizations_named, people_named, refused
from otklik.tickets.selectors.query.parser import nearest
from otklik.tickets.selectors.query.terms import Filter, Op, Value

Kind = Field.Kind
COMPARISONS: "dict[Op, type[Lookup[Any]]]" = {
    Op.LESS: LessThan,
    Op.AT_MOST: LessThanOrEqual,
    Op.MORE: GreaterThan,
    Op.AT_LEAST: GreaterThanOrEqual,
}


def field_condition(term: Filter, asking: Asking) -> Q:
    """Return what a condition on a custom field asks. Raises QueryRefused."""
    field = Field.objects.filter(key=term.name, is_active=True).first()
    if field is None:
        keys = list(Field.objects.filter(is_active=True).values_list("key", flat=True))
        raise QueryRefused(
            _("There is no field “%(word)s”.") % {"word": term.name},
            position=term.span.start,
            length=term.span.length,
            nearest=nearest(term.name, keys),
        )
    wanted = Q()
    for value in term.values:
        wanted |= _holds(field, value, asking)
    return wanted


def _holds(  # one for each kind
    field: Field, value: Value, asking: Asking
) -> Q:
    if vocabulary.is_nobody(value.text) and not value.op:
        return ~Q(values__has_key=field.key)
    match Kind(field.kind):
        case Kind.NUMBER:
            return _compared(field, value, _number(value))
        case Kind.DATE:
            return _compared(field, value, _date(value))
        case Kind.CHECKBOX:
            return _ticked(field, value)
        case Kind.CHOICE | Kind.TREE:
            return _any_of(field, _choices(field, value))
        case Kind.CHOICES:
            return _any_of(field, [[key] for key in _choices(field, value)])
        case Kind.PERSON:
            return _any_of(field, people_named(value, asking.actor, staff_only=False))
        case Kind.ORGANIZATION:
            return _any_of(field, organizations_named(value))
        case _:
            return Q(IContains(KeyTextTransform(field.key, "values"), value.text))


def _any_of(field: Field, answers: list[Any]) -> Q:
    wanted = Q()
    for answer in answers:
        wanted |= Q(values__contains={field.key: answer})
    return wanted


def _compared(field: Field, value: Value, answer: Any) -> Q:
    if not value.op:
        return _any_of(field, [answer])
    held = KeyTransform(field.key, "values")
    return Q(COMPARISONS[value.op](held, Literal(answer, JSONField()))) & Q(
        values__has_key=field.key
    )


def _number(value: Value) -> float | int:
    try:
        number = float(value.text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not -1e15 < number < 1e15:  # noqa: PLR2004  # beyond it, and not a number at all
        raise refused(value, _("“%(word)s” is no number.") % {"word": value.text})
    return int(number) if number.is_integer() else number


def _date(value: Value) -> str:
    try:
        return date.fromisoformat(value.text).isoformat()
    except ValueError:
        raise refused(
            value, _("Write a date like this: %(example)s.") % {"example": "2026-11-22"}
        ) from None


def _ticked(field: Field, value: Value) -> Q:
    word = vocabulary.fold(value.text)
    if word in vocabulary.YES:
        return Q(values__contains={field.key: True})
    if word in vocabulary.NO:
        return ~Q(values__contains={field.key: True})
    raise refused(value, _("Say yes or no."))


def _choices(field: Field, value: Value) -> list[str]:
    asked = vocabulary.fold(value.text)
    rows = list(Choice.objects.filter(field=field))
    found = [
        row.key for row in rows if asked in map(vocabulary.fold, [row.key, *row.names.values()])
    ]
    if not found:
        raise refused(
            value,
            _("“%(field)s” has no answer “%(word)s”.") % {"field": field.label, "word": value.text},
            nearest(value.text, [row.label for row in rows]),
        )
    return found
