"""The form of a ticket's own fields, and how both forms become changes."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.core.errors import DomainError, Invalid
from otklik.core.fields import let_choose
from otklik.core.offered import known_choices
from otklik.core.spoken import language_name
from otklik.tickets.actions import Changes
from otklik.tickets.forms.asked import staff_form
from otklik.tickets.forms.composing import whole
from otklik.tickets.models import Ticket
from otklik.tickets.models.ticket import LONGEST_SUBJECT, SUBJECT_LIMIT
from otklik.tickets.selectors.ticket_page import Options

NUMBERS = ("priority", "category", "type", "owner")


class OwnFieldsForm(forms.Form):
    """What every ticket has. Each field comes with what the person saw, as `seen-…`."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=2 * LONGEST_SUBJECT,  # as browsers count: UTF-16
        widget=forms.TextInput(attrs={"data-count-max": SUBJECT_LIMIT}),
    )
    type = forms.ChoiceField(label=_("Type"))
    category = forms.ChoiceField(label=_("Category"), required=False)
    priority = forms.ChoiceField(label=_("Priority"))
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=1000)
    expected_at = forms.DateTimeField(
        label=_("Expected solution"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, ticket: Ticket, options: Options, data: QueryDict | None = None) -> None:
        super().__init__(data, initial=first_values(ticket))
        self.ticket = ticket
        nothing = ("", "—")
        offered: dict[str, list[tuple[Any, str]]] = {
            "type": [(one.pk, one.label) for one in options.types],
            "category": [nothing, *options.categories],
            "priority": [(one.level, f"{one.level} · {one.label}") for one in options.priorities],
            "owner": [nothing, *((one.pk, one.name) for one in options.colleagues)],
            "language": known_choices(),
        }
        for name, choices in offered.items():
            let_choose(self, name, self._with_present(name, choices))

    def _with_present(self, name: str, choices: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
        """Offer what the ticket holds, also when it is not offered any more."""
        present = getattr(self.ticket, name)
        pk = getattr(self.ticket, f"{name}_id", present)
        if present is None or any(str(value) == str(pk) for value, _label in choices):
            return choices
        return [*choices, (pk, language_name(pk) if name == "language" else str(present))]

    def seen(self) -> dict[str, Any]:
        """Return what the person saw of each field, as the page carried it."""
        return {
            name: _plain(name, self.data[f"seen-{name}"])
            for name in self.fields
            if f"seen-{name}" in self.data
        }

    def carried(self, name: str) -> str:
        """Return what the page carries as seen: what it carried before, or the present value."""
        return str(self.data.get(f"seen-{name}", _hidden(self.initial[name])))

    def changed_fields(self) -> dict[str, Any]:
        """Return the fields that now differ from what the person saw, not from what is kept."""
        given = {name: self._given(name) for name in self.fields}
        return {
            name: value
            for name, value in given.items()
            if _comparable(value) != _comparable(_plain(name, self.carried(name)))
        }

    def show(self, error: DomainError, place: str = "") -> None:
        """Put the complaints of the action beside the fields."""
        wrong = error.fields if isinstance(error, Invalid) else {place: error.message}
        for name, why in wrong.items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, why)

    def _given(self, name: str) -> Any:
        value = self.cleaned_data[name]
        return _plain(name, value) if isinstance(value, str) else value


def first_values(ticket: Ticket) -> dict[str, Any]:
    """Return the present values as the form shows them."""
    return {
        "subject": ticket.subject,
        "type": ticket.type_id,
        "category": ticket.category_id or "",
        "priority": ticket.priority_id,
        "owner": ticket.owner_id or "",
        "tags": ", ".join(ticket.tags),
        "expected_at": ticket.expected_at,
        "language": ticket.language,
    }


def _comparable(value: Any) -> Any:
    """Make what came from a page, a form and the database one: the page knows whole minutes."""
    if isinstance(value, str) and (moment := _moment(value)):
        value = moment
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    return None if value == "" else value


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _plain(name: str, text: str) -> Any:
    if name in NUMBERS:
        return whole(text)
    if name == "tags":
        return _tags(text)
    if name == "expected_at":
        return text or None
    return text


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",") if tag.strip()]


@dataclass
class FieldForms:
    """Both forms of a ticket's fields: its own, and the questions of its type."""

    ticket: Ticket
    options: Options
    post: QueryDict | None = None
    error: DomainError | None = None

    def __post_init__(self) -> None:
        self.own = OwnFieldsForm(self.ticket, self.options, self.post)
        self.asked = staff_form(self.ticket, self.post)

    def changes(self) -> Changes:
        """Return what was changed in the two forms. Raises Invalid naming each wrong field."""
        if not self.own.is_valid():
            errors = self.own.errors.items()
            raise Invalid(fields={name: " ".join(map(str, why)) for name, why in errors})
        return Changes(
            fields=self.own.changed_fields(),
            values=self.asked.posted_values(),
            seen=self.own.seen() | self.asked.seen_values(),
        )

    def after(self, error: DomainError, ticket: Ticket) -> "FieldForms":
        """Return the forms again with what was typed, and what stands in the ticket now.

        Whoever was told of a conflict has seen the present value, and may write over it.
        """
        post = (self.post or QueryDict()).copy()
        name = str(error.extra.get("field", ""))
        if name in self.own.fields:
            post[f"seen-{name}"] = _hidden(first_values(ticket)[name])
        elif name.startswith("values."):
            post[f"seen-{name}"] = json.dumps(ticket.values.get(name.removeprefix("values.")))
        again = FieldForms(ticket, self.options, post, error)
        again.own.show(error, name)
        again.asked.show(error)
        return again


def _hidden(value: Any) -> str:
    """Say a value as the page carries it, to come back as what was seen."""
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
