"""Fill a new desk with the configuration that it begins with."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from otklik.tickets.actions.configuring.recording import hold_configuration
from otklik.tickets.defaults import flow as default_flow
from otklik.tickets.defaults.categories import CATEGORIES
from otklik.tickets.defaults.priorities import PRIORITIES
from otklik.tickets.defaults.problems import PROBLEMS
from otklik.tickets.defaults.shape import Asked, ChoiceOf, FieldOf, Way
from otklik.tickets.defaults.types import TYPES
from otklik.tickets.models import (
    Category,
    Choice,
    Field,
    Flow,
    FormField,
    Phase,
    Priority,
    Status,
    TicketType,
    Transition,
    TypicalProblem,
)

LADDER = (Transition.Who.AGENT, Transition.Who.COORDINATOR, Transition.Who.SUPERVISOR)


@transaction.atomic
def load_defaults() -> None:
    """Add what is missing of the default configuration; what stands is left as it is.

    Safe to repeat, to run twice at once, and while somebody changes the configuration: the second
    waits and finds what is there.
    """
    hold_configuration()
    _load_priorities()
    _load_categories()
    _load_types(Flow.objects.filter(is_default=True).first() or _load_flow())
    _load_problems()


def _load_problems() -> None:
    types = dict(TicketType.objects.values_list("key", "pk"))
    categories = dict(Category.objects.values_list("key", "pk"))
    rows = [
        TypicalProblem(
            key=one.key,
            names=one.names,
            texts=one.texts,
            type_id=types[one.type],
            category_id=categories[one.category] if one.category else None,
            position=position,
        )
        for position, one in enumerate(PROBLEMS)
    ]
    TypicalProblem.objects.bulk_create(rows, ignore_conflicts=True)


def _load_priorities() -> None:
    rows = [
        Priority(
            level=one.level,
            names=one.names,
            reply_within=one.reply_within,
            solve_within=one.solve_within,
        )
        for one in PRIORITIES
    ]
    Priority.objects.bulk_create(rows, ignore_conflicts=True)


def _load_categories() -> None:
    rows = {row.key: row for row in Category.objects.all()}
    missing = [place for place in _branches(CATEGORIES) if place[0].key not in rows]
    made = Category.objects.bulk_create(
        Category(key=one.key, names=one.names, position=position)
        for one, position, _parent in missing
    )
    rows |= {row.key: row for row in made}
    for row, (_one, _position, parent) in zip(made, missing, strict=True):
        row.parent = rows.get(parent)
    Category.objects.bulk_update([row for row in made if row.parent], ["parent"])


def _branches(
    branches: Iterable[ChoiceOf], parent: str = ""
) -> Iterator[tuple[ChoiceOf, int, str]]:
    """Walk a tree, each with its position and the key of what it hangs on."""
    for position, one in enumerate(branches):
        yield one, position, parent
        yield from _branches(one.children, one.key)


def _load_flow() -> Flow:
    flow = Flow.objects.create(names=default_flow.NAMES, is_default=True)
    statuses = [
        Status(
            flow=flow,
            key=one.key,
            names=one.names,
            phase=Phase(one.key),
            position=position,
            is_first=position == 0,
        )
        for position, one in enumerate(default_flow.STATUSES)
    ]
    by_key = {status.key: status for status in Status.objects.bulk_create(statuses)}
    Transition.objects.bulk_create(
        _transition(way, by_key, position) for position, way in enumerate(default_flow.TRANSITIONS)
    )
    return flow


def _transition(way: Way, statuses: dict[str, Status], position: int) -> Transition:
    staff = LADDER[LADDER.index(Transition.Who(way.who)) :]
    customer = (Transition.Who.CUSTOMER,) if way.customer else ()
    return Transition(
        source=statuses[way.source],
        target=statuses[way.target],
        names=way.names or {},
        allowed=[*customer, *staff],
        demands_message=way.message,
        demands_assignee=way.assignee,
        position=position,
    )


def _load_types(flow: Flow) -> None:
    kept = set(TicketType.objects.values_list("key", flat=True))
    forms = {one.key: one.form for one in TYPES}
    made = TicketType.objects.bulk_create(
        TicketType(key=one.key, names=one.names, hints=one.hints, flow=flow, position=position)
        for position, one in enumerate(TYPES)
        if one.key not in kept
    )
    fields = _load_fields(asked.field for row in made for asked in forms[row.key])
    FormField.objects.bulk_create(
        _form_field(asked, row, fields, place)
        for row in made
        for place, asked in enumerate(forms[row.key])
    )


def _form_field(
    asked: Asked, kind: TicketType, fields: dict[str, Field], position: int
) -> FormField:
    return FormField(
        type=kind,
        field=fields[asked.field.key],
        position=position,
        is_required=asked.required,
        customer=FormField.Access(asked.customer),
        shown_when=fields[asked.when[0].key] if asked.when else None,
        shown_value=asked.when[1] if asked.when else "",
    )


def _load_fields(asked: Iterable[FieldOf]) -> dict[str, Field]:
    """Find or make the fields; return every field there is, by its key."""
    kept = {row.key: row for row in Field.objects.all()}
    fresh = {one.key: one for one in asked if one.key not in kept}
    made = Field.objects.bulk_create(
        Field(key=one.key, names=one.names, hints=one.hints or {}, kind=Field.Kind(one.kind))
        for one in fresh.values()
    )
    _load_choices({row: fresh[row.key].choices for row in made})
    return kept | {row.key: row for row in made}


def _load_choices(offered: dict[Field, Iterable[ChoiceOf]]) -> None:
    places = [(field, *place) for field, tree in offered.items() for place in _branches(tree)]
    made = Choice.objects.bulk_create(
        Choice(field=field, key=one.key, names=one.names, position=position)
        for field, one, position, _parent in places
    )
    rows = {(row.field_id, row.key): row for row in made}
    for row, (field, _one, _position, parent) in zip(made, places, strict=True):
        row.parent = rows.get((field.pk, parent))
    Choice.objects.bulk_update([row for row in made if row.parent], ["parent"])
