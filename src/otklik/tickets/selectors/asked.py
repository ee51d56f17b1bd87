"""What a type asks, as rows for pages, forms and the API."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet

from otklik.people.models import Actor, Organization, Person
from otklik.tickets.models import Choice, Field, FormField, TicketType

Kind = Field.Kind
Access = FormField.Access

LISTS = (Kind.CHOICE, Kind.CHOICES, Kind.TREE)
YES, NO = "yes", "no"  # what a condition says of a checkbox


@dataclass(frozen=True, kw_only=True)
class Option:
    """An answer that a list or tree offers; `depth` and order are those of the tree."""

    key: str
    label: str
    parent: str | None
    depth: int
    is_leaf: bool
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class AskedField:
    """One question as it stands on the form of a type."""

    key: str
    label: str
    hint: str
    kind: Kind
    is_required: bool
    is_active: bool
    customer: Access
    shown_when: str | None  # the key of another field of the form …
    shown_value: str  # … that must hold this
    is_on_form: bool = True  # else a step of the flow alone asks it, of staff
    options: tuple[Option, ...] = ()

    def option(self, key: object) -> Option | None:
        return next((one for one in self.options if one.key == key), None)


def is_empty(answer: object) -> bool:
    """Say whether this is no answer; a zero is one."""
    return answer is None or answer is False or answer in ("", [])


def hidden_keys(questions: Iterable[AskedField]) -> set[str]:
    """Return the keys of the questions that customers never see."""
    return {one.key for one in questions if one.customer == Access.STAFF}


def asked_fields(ticket_type: TicketType) -> list[AskedField]:
    """Return the questions of a type in order, hidden ones too: two queries at most."""
    rows = list(ticket_type.form.select_related("field", "shown_when"))
    lists = [row.field_id for row in rows if row.field.kind in LISTS]
    choices: defaultdict[int, list[Choice]] = defaultdict(list)
    if lists:
        for choice in Choice.objects.filter(field__in=lists):
            choices[choice.field_id].append(choice)
    return as_asked(rows, choices)


def as_asked(
    rows: Iterable[FormField], choices: Mapping[int, Iterable[Choice]]
) -> list[AskedField]:
    """Return the questions of a form with what each may be answered; choices by field."""
    return [
        AskedField(
            key=row.field.key,
            label=row.field.label,
            hint=row.field.hint,
            kind=Kind(row.field.kind),
            is_required=row.is_required,
            is_active=row.field.is_active,
            customer=Access(row.customer),
            shown_when=row.shown_when.key if row.shown_when else None,
            shown_value=row.shown_value,
            is_on_form=row.pk is not None,
            options=_options(row.field_id, choices.get(row.field_id, ())),
        )
        for row in rows
    ]


def _options(field: int, choices: Iterable[Choice]) -> tuple[Option, ...]:
    children: defaultdict[tuple[int, int | None], list[Choice]] = defaultdict(list)
    for choice in choices:
        children[field, choice.parent_id].append(choice)
    return tuple(_walk(children, field, None, 0))


def _walk(
    children: Mapping[tuple[int, int | None], list[Choice]],
    field: int,
    parent: Choice | None,
    depth: int,
) -> Iterable[Option]:
    for choice in children.get((field, parent.pk if parent else None), []):
        below = children.get((field, choice.pk), [])
        yield Option(
            key=choice.key,
            label=choice.label,
            parent=parent.key if parent else None,
            depth=depth,
            is_leaf=not below,
            is_active=choice.is_active,
        )
        yield from _walk(children, field, choice, depth + 1)


def is_shown(field: AskedField, form: Mapping[str, AskedField], values: Mapping[str, Any]) -> bool:
    """Say whether the answers so far call for a question; what waits for a hidden one is hidden."""
    return _followed(field, form, set(), values) is not None


def askable(
    form: Iterable[AskedField],
    answered_here: Iterable[str],
    values: Mapping[str, Any] = MappingProxyType({}),
) -> list[AskedField]:
    """Return the questions to put on a page, of those answered there.

    A condition on one of these is the page's to follow, also when it is a condition of what a
    question waits for. One on a question that is answered elsewhere, or that is asked no more,
    is judged now, by `values`: those of a new ticket are none.
    """
    whole = {one.key: one for one in form}
    return _on_page(whole, _active(answered_here, whole), values)


def asked_to_enter(
    required: Iterable[str], form: Iterable[AskedField], values: Mapping[str, Any]
) -> list[AskedField]:
    """Return the questions to put on the page of a step that demands these, by what a ticket holds.

    Of them, none that answers given elsewhere hide. With them what the form requires and an
    answer given there may call for, since nobody could answer it otherwise.
    """
    whole = {one.key: one for one in form}
    demanded = _active(required, whole)
    lacking = {
        key
        for key, one in whole.items()
        if one.is_required and one.is_active and is_empty(values.get(key))
        if key not in demanded and not is_shown(one, whole, values)
    }
    here = called = demanded
    while called:
        called = {key for key in lacking - here if _followed(whole[key], whole, here, values)}
        here = here | called
    return [
        replace(one, is_required=one.is_required or one.key in demanded)
        for one in _on_page(whole, here, values)
    ]


def _active(keys: Iterable[str], form: Mapping[str, AskedField]) -> set[str]:
    return {key for key in keys if key in form and form[key].is_active}


def _on_page(
    form: Mapping[str, AskedField], here: set[str], values: Mapping[str, Any]
) -> list[AskedField]:
    return [
        _as_on_page(one, followed)
        for key, one in form.items()
        if key in here and (followed := _followed(one, form, here, values)) is not None
    ]


def _as_on_page(field: AskedField, followed: Sequence[AskedField]) -> AskedField:
    """Return a question with the condition that its page follows: the nearest that stands there."""
    if not followed:
        return replace(field, shown_when=None, shown_value="")
    nearest = followed[0]
    return replace(field, shown_when=nearest.shown_when, shown_value=nearest.shown_value)


def _followed(
    field: AskedField, form: Mapping[str, AskedField], here: set[str], values: Mapping[str, Any]
) -> list[AskedField] | None:
    """Return from a question upwards those that wait for one answered here.

    None when the answers given elsewhere hide it.
    """
    seen, followed = {field.key}, list[AskedField]()
    while field.shown_when is not None:
        other = form.get(field.shown_when)
        if other is None or other.key in seen or not other.is_active:
            return None
        if other.key in here:
            followed.append(field)
        elif not _holds(other, values.get(other.key), field.shown_value):
            return None
        seen.add(other.key)
        field = other
    return followed


def _holds(field: AskedField, value: Any, wanted: str) -> bool:
    match field.kind:
        case Kind.CHECKBOX:
            return (YES if value is True else NO) == wanted
        case Kind.CHOICES:
            return isinstance(value, list) and wanted in value
        case Kind.TREE:
            return wanted in _branch(field, value)
        case _:
            return value is not None and str(value) == wanted


def _branch(field: AskedField, key: object) -> set[str]:
    """Return the keys from a chosen leaf up to its root."""
    found: set[str] = set()
    option = field.option(key)
    while option is not None and option.key not in found:
        found.add(option.key)
        option = field.option(option.parent)
    return found


def missing_to_enter(
    required: Iterable[str], form: Iterable[AskedField], values: Mapping[str, Any]
) -> list[AskedField]:
    """Return the shown questions of a form, among the required keys, that have no answer."""
    wanted = set(required)
    by_key = {field.key: field for field in form}
    return [
        field
        for field in by_key.values()
        if field.key in wanted
        and field.is_active
        and is_empty(values.get(field.key))
        and is_shown(field, by_key, values)
    ]


def people_to_name(actor: Actor) -> QuerySet[Person]:
    """Return the people that the actor may name in an answer: customers know their own company."""
    if actor.is_staff:
        return Person.objects.all()
    company = Q(organization=actor.organization_id) if actor.organization_id else Q()
    own = Q(pk=actor.person_id)
    return Person.objects.filter(own | company) if company else Person.objects.filter(own)


def organizations_to_name(actor: Actor) -> QuerySet[Organization]:
    """Return the organizations that the actor may name in an answer."""
    if actor.is_staff:
        return Organization.objects.all()
    return Organization.objects.filter(pk__in=[actor.organization_id or 0])
