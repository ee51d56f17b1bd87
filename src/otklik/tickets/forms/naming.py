"""People, companies and files on a form: shown by name, given by name, kept by key."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from typing_extensions import override

from otklik.people.models import Actor, EmailAddress, Organization, Person
from otklik.tickets.models import Attachment, Field
from otklik.tickets.selectors.asked import (
    AskedField,
    organizations_to_name,
    people_to_name,
)

Kind = Field.Kind
MOST_OFFERED = 200
ADDRESS = re.compile(r"<?([^<>\s]{1,200}@[^<>\s]{1,200})>?\s*$")


class NameInput(forms.TextInput):
    """A text by which something is found; what is kept already is shown by its name."""

    def __init__(self, known: Mapping[int, str], attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
        self.known = known

    @override
    def format_value(self, value: Any) -> str | None:
        if isinstance(value, int):
            return self.known.get(value, "")
        return None if value in (None, "") else str(value)


class KnownNames:
    """What the people, companies and files of one form are called: one query for each kind.

    Staff (actor None, or with a role) type an e-mail address or a company's name; a customer
    chooses among those they know.
    """

    def __init__(self, actor: Actor | None) -> None:
        self.customer = None if actor is None or actor.is_staff else actor
        self.people: dict[int, str] = {}
        self.companies: dict[int, str] = {}
        self.files: dict[str, Attachment] = {}

    def read(
        self, asked: Iterable[AskedField], kept: Mapping[str, Any], sent: Iterable[str] = ()
    ) -> None:
        """Read the names of what is kept or just sent, and for a customer what they may choose."""
        kinds: dict[Kind, list[Any]] = {}
        for field in asked:
            kinds.setdefault(field.kind, []).append(kept.get(field.key))
        if Kind.PERSON in kinds:
            self._read_people(kinds[Kind.PERSON])
        if Kind.ORGANIZATION in kinds:
            rows = (
                organizations_to_name(self.customer)
                if self.customer
                else Organization.objects.filter(pk__in=_given(kinds[Kind.ORGANIZATION]))
            )
            self.companies = {row.pk: row.name for row in rows[:MOST_OFFERED]}
        tokens = [token for value in _given(kinds.get(Kind.FILE, [])) for token in value]
        if sent := [*sent]:
            fresh = Attachment.objects.filter(token__in=sent, ticket__isnull=True)
            self.files |= {file.token: file for file in fresh}
        if tokens:
            files = Attachment.objects.filter(token__in=tokens)
            self.files |= {file.token: file for file in files}

    def _read_people(self, keys: list[Any]) -> None:
        if self.customer:
            people = people_to_name(self.customer)[:MOST_OFFERED]
            self.people = {person.pk: person.name for person in people}
        elif wanted := _given(keys):
            found = Person.objects.filter(pk__in=wanted).prefetch_related("emails")
            self.people = {person.pk: _with_address(person) for person in found}

    def widget(self, field: AskedField) -> forms.Widget:
        """Return the control by which a person or company is named."""
        known = self.people if field.kind == Kind.PERSON else self.companies
        if self.customer:
            return forms.Select(choices=[("", "—"), *known.items()])
        hint = _("E-mail address") if field.kind == Kind.PERSON else _("Name of the company")
        return NameInput(known, {"placeholder": hint, "autocomplete": "off"})

    def resolve(self, field: AskedField, raw: Any) -> Any:
        """Return the key of what staff named; what is not found stays as it was typed."""
        if not isinstance(raw, str) or raw.isdigit() or "\0" in raw or len(raw) > 500:  # noqa: PLR2004  # no name is so long
            return raw
        if field.kind == Kind.PERSON and (address := ADDRESS.search(raw)):
            rows = EmailAddress.objects.filter(address=address[1].lower())
            return rows.values_list("person", flat=True).first() or raw
        if field.kind == Kind.ORGANIZATION and raw.strip():
            found = Organization.objects.filter(name__iexact=raw.strip())
            return found.values_list("pk", flat=True).first() or raw
        return raw


def _given(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value]


def _with_address(person: Person) -> str:
    address = next((email.address for email in person.emails.all()), "")
    return f"{person.name} <{address}>" if address else person.name
