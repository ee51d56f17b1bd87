"""How tickets work here, kept in each process while its stamp says that nothing has changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Final
from uuid import UUID

from django.db.models import F
from django.utils.translation import get_language

from otklik.core.configuration import configuration_stamp
from otklik.core.kept import KeptUnder
from otklik.core.models import Desk
from otklik.people.models import Department
from otklik.tickets.models import Category, Choice, Field, FormField, Priority, Status, TicketType
from otklik.tickets.selectors.asked import LISTS, AskedField, as_asked


@dataclass(frozen=True, kw_only=True)
class Known:
    """The configuration as one transaction saw it. Its rows are shared: nobody changes them."""

    message_limit: int | None
    departments: tuple[Department, ...]
    types: tuple[TicketType, ...]
    categories: dict[int, Category]
    priorities: dict[int, Priority]
    first_statuses: dict[int, Status]  # by flow
    questions: dict[int, list[FormField]]  # by type; then what only steps of its flow ask
    choices: dict[int, list[Choice]]  # by field
    _asked: dict[tuple[int, str | None], list[AskedField]] = dataclass_field(default_factory=dict)

    def asked_by(self, type_id: int) -> list[AskedField]:
        """Return the questions of a type in the reader's language.

        Those of `asked_fields`, and those that a status demands although the form does not ask.
        """
        key = type_id, get_language()
        if key not in self._asked:
            self._asked[key] = as_asked(self.questions.get(type_id, []), self.choices)
        return self._asked[key]


def known_configuration(read: UUID | None = None) -> Known:
    """Return the configuration as it is now: one small query unless it has changed.

    `read`: its stamp, where the caller has just read it with something else.
    """
    return _KEPT.at(read or configuration_stamp())


def _read() -> Known:
    departments = {one.pk: one for one in Department.objects.all()}
    questions: defaultdict[int, list[FormField]] = defaultdict(list)
    for one in FormField.objects.select_related("field", "shown_when"):
        questions[one.type_id].append(one)
    types = tuple(TicketType.objects.select_related("department"))
    for of_step in _asked_by_steps(types, questions):
        questions[of_step.type_id].append(of_step)
    choices: defaultdict[int, list[Choice]] = defaultdict(list)
    for choice in Choice.objects.filter(field__kind__in=LISTS):
        choices[choice.field_id].append(choice)
    return Known(
        message_limit=Desk.objects.values_list("message_limit", flat=True).first(),
        departments=tuple(departments.values()),
        types=types,
        categories={one.pk: one for one in Category.objects.all()},
        priorities={one.level: one for one in Priority.objects.all()},
        first_statuses={one.flow_id: one for one in Status.objects.filter(is_first=True)},
        questions=dict(questions),
        choices=dict(choices),
    )


_KEPT: Final = KeptUnder(configuration_stamp, _read)


def _asked_by_steps(
    types: Iterable[TicketType], questions: Mapping[int, Iterable[FormField]]
) -> list[FormField]:
    """Return what statuses demand and forms do not ask: colleagues answer it on the step's page."""
    demanded: defaultdict[int, list[Field]] = defaultdict(list)
    fields = Field.objects.filter(required_in__isnull=False).annotate(flow=F("required_in__flow"))
    for field in fields.distinct():
        demanded[vars(field)["flow"]].append(field)
    return [
        FormField(type=kind, field=field, customer=FormField.Access.STAFF)
        for kind in types
        for field in demanded.get(kind.flow_id, ())
        if field.pk not in {row.field_id for row in questions.get(kind.pk, ())}
    ]
