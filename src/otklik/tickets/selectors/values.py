"""The answers to an administrator's questions, readable."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from otklik.core.wording import word
from otklik.people.models import Organization, Person
from otklik.tickets.models import Attachment, Choice, Field, FormField, Ticket

Kind = Field.Kind


@dataclass(frozen=True, kw_only=True)
class ValueRow:
    """One question with its answer in words."""

    key: str
    label: str
    kind: str
    text: str
    is_internal: bool
    files: tuple[Attachment, ...] = ()


def value_rows(ticket: Ticket, *, for_customer: bool = False) -> list[ValueRow]:
    """Return the answered questions of a ticket, in the order of its form.

    One query for the form; one more for each kind of thing that answers point at.
    """
    if not ticket.values:
        return []
    offered = Choice.objects.filter(field=OuterRef("field")).values(
        json=JSONObject(key="key", names="names")
    )
    places = FormField.objects.filter(type=ticket.type_id).select_related("field")
    places = places.annotate(offered=ArraySubquery(offered))
    if for_customer:
        places = places.exclude(customer=FormField.Access.STAFF)
    given = [place for place in places if place.field.key in ticket.values]
    words = _Words(ticket, [place.field for place in given])
    words.choices = {
        (place.field_id, one["key"]): word(one["names"]) for place in given for one in place.offered
    }
    return [
        ValueRow(
            key=place.field.key,
            label=place.field.label,
            kind=place.field.kind,
            text=words.of(place.field),
            is_internal=place.customer == FormField.Access.STAFF,
            files=words.files(place.field),
        )
        for place in given
    ]


class _Words:
    """Looks up what the answers of one ticket point at, once for each kind."""

    def __init__(self, ticket: Ticket, fields: list[Field]) -> None:
        self.ticket = ticket
        self.choices: dict[tuple[int, str], str] = {}
        self.people = self._named(Person, fields, Kind.PERSON)
        self.organizations = self._named(Organization, fields, Kind.ORGANIZATION)
        wanted = [field for field in fields if field.kind == Kind.FILE]
        found: Iterable[Attachment] = (
            Attachment.objects.filter(ticket=ticket.pk).exclude(field="") if wanted else ()
        )
        self.attachments = list(found)

    def _named(
        self, model: type[Person | Organization], fields: list[Field], kind: Field.Kind
    ) -> dict[Any, str]:
        keys = [self.ticket.values[field.key] for field in fields if field.kind == kind]
        if not keys:
            return {}
        return {row.pk: str(row) for row in model.objects.filter(pk__in=keys)}

    def of(self, field: Field) -> str:
        value = self.ticket.values[field.key]
        match Kind(field.kind):
            case Kind.CHOICE | Kind.TREE:
                return self.choices.get((field.pk, value), str(value))
            case Kind.CHOICES:
                return ", ".join(self.choices.get((field.pk, one), str(one)) for one in value)
            case Kind.CHECKBOX:
                return _("yes") if value else _("no")
            case Kind.PERSON:
                return self.people.get(value, "")
            case Kind.ORGANIZATION:
                return self.organizations.get(value, "")
            case Kind.FILE:
                return ", ".join(file.name for file in self.files(field))
            case _:
                return str(value)

    def files(self, field: Field) -> tuple[Attachment, ...]:
        return tuple(file for file in self.attachments if file.field == field.key)


def customer_keys(type_id: int) -> set[str]:
    """Return the keys of the questions that customers may see on a type."""
    rows = FormField.objects.filter(type=type_id).exclude(customer=FormField.Access.STAFF)
    return set(rows.values_list("field__key", flat=True))
