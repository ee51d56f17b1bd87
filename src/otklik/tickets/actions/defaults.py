"""Fill a new desk with the configuration that it begins with."""

from collections.abc import Iterable

from django.db import connection, transaction

from otklik.tickets.defaults import flow as default_flow
from otklik.tickets.defaults.categories import CATEGORIES
from otklik.tickets.defaults.priorities import PRIORITIES
from otklik.tickets.defaults.problems import PROBLEMS
from otklik.tickets.defaults.shape import Asked, ChoiceOf, FieldOf, TypeOf, Way
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

    Safe to repeat and to run twice at once: the second waits and finds everything there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tickets.load_defaults'))")
    _load_priorities()
    _load_categories(CATEGORIES, None)
    flow = Flow.objects.filter(is_default=True).first() or _load_flow()
    for position, kind in enumerate(TYPES):
        _load_type(kind, position, flow)
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


def _load_categories(branches: Iterable[ChoiceOf], parent: Category | None) -> None:
    for position, branch in enumerate(branches):
        category, _created = Category.objects.get_or_create(
            key=branch.key,
            defaults={"names": branch.names, "parent": parent, "position": position},
        )
        _load_categories(branch.children, category)


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


def _load_type(kind: TypeOf, position: int, flow: Flow) -> None:
    row, created = TicketType.objects.get_or_create(
        key=kind.key,
        defaults={"names": kind.names, "hints": kind.hints, "flow": flow, "position": position},
    )
    if not created:
        return
    fields = {asked.field.key: _load_field(asked.field) for asked in kind.form}
    FormField.objects.bulk_create(
        _form_field(asked, row, fields, place) for place, asked in enumerate(kind.form)
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


def _load_field(field: FieldOf) -> Field:
    row, created = Field.objects.get_or_create(
        key=field.key,
        defaults={
            "names": field.names,
            "hints": field.hints or {},
            "kind": Field.Kind(field.kind),
        },
    )
    if created:
        _load_choices(field.choices, row, None)
    return row


def _load_choices(choices: Iterable[ChoiceOf], field: Field, parent: Choice | None) -> None:
    for position, one in enumerate(choices):
        row = Choice.objects.create(
            field=field, parent=parent, key=one.key, names=one.names, position=position
        )
        _load_choices(one.children, field, row)
