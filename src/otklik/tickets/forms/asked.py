"""The form that a type's questions make, for customers and for staff."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from typing_extensions import override

from otklik.core.errors import DomainError, Invalid
from otklik.people.models import Actor
from otklik.tickets.actions.answer_kinds import LONGEST, parse_answer
from otklik.tickets.forms.asked_widgets import FilesInput, OptionsSelect, shown_value
from otklik.tickets.forms.naming import KnownNames
from otklik.tickets.models import Field, FormField, Status, Ticket, TicketType
from otklik.tickets.selectors.asked import (
    AskedField,
    askable,
    asked_fields,
    asked_to_enter,
    is_empty,
)
from otklik.tickets.selectors.known import known_configuration

Kind = Field.Kind
SEEN = "seen-"


class AskedForm(forms.Form):
    """The questions of a type, named `values.<key>`. It takes what was typed and decides nothing.

    With `kept`, what a ticket holds, each question comes with what the person saw.
    """

    for_customer = False  # a customer answers, or somebody in their place
    use_required_attribute = False  # a question that is hidden would block the browser

    def __init__(
        self,
        asked: Iterable[AskedField],
        names: KnownNames,
        data: QueryDict | Mapping[str, Any] | None = None,
        *,
        kept: Mapping[str, Any] | None = None,
        whole: Sequence[AskedField] = (),
    ) -> None:
        self.asked = {field.key: field for field in asked if field.is_active}
        self.whole = whole  # the form of the type, with what is not asked here
        self.names = names
        self.is_change = kept is not None
        kept = kept or {}
        first = {f"values.{key}": kept[key] for key in self.asked if key in kept}
        super().__init__(data, initial=first | _seen(self.asked, kept))
        names.read(self.asked.values(), kept, self._sent())
        for key, field in self.asked.items():
            self.fields[f"values.{key}"] = self._question(field)
            if self.is_change:
                name = f"{SEEN}values.{key}"
                self.fields[name] = forms.CharField(widget=forms.HiddenInput, required=False)

    @override
    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def posted_values(self) -> dict[str, Any]:
        """Return what was answered, raw but for names; of a change, only what was changed."""
        values: dict[str, Any] = {}
        for key, field in self.asked.items():
            bound = self.fields[f"values.{key}"]
            raw = bound.widget.value_from_datadict(self.data, self.files, f"values.{key}")
            raw = self.names.resolve(field, raw)
            if self.is_change:
                if _normal(field, raw) != self._seen_of(key):
                    values[key] = raw
            elif not is_empty(raw):
                values[key] = raw
        return values

    def seen_values(self) -> dict[str, Any]:
        """Return what the person saw of each question, as the page carried it."""
        return {
            f"values.{key}": self._seen_of(key)
            for key in self.asked
            if f"{SEEN}values.{key}" in self.data
        }

    def show(self, error: DomainError) -> None:
        """Put the complaints of an action beside the questions."""
        if isinstance(error, Invalid):
            for name, why in error.fields.items():
                place = name if name.startswith("values.") else f"values.{name}"
                if place in self.fields and place not in self.errors:
                    self.add_error(place, why)

    def _sent(self) -> list[str]:
        """Return the tokens of files that come with this very post."""
        return [
            token
            for key, field in self.asked.items()
            if field.kind == Kind.FILE
            for token in FilesInput({}).value_from_datadict(self.data, {}, f"values.{key}")
            if token.isalnum()
        ]

    def _seen_of(self, key: str) -> Any:
        try:
            return json.loads(self.data.get(f"{SEEN}values.{key}") or "null")
        except (ValueError, RecursionError):
            return None

    def _question(self, field: AskedField) -> forms.Field:
        made = forms.Field(
            label=field.label,
            help_text=field.hint,
            required=field.is_required,
            widget=self._widget(field),
        )
        if field.shown_when in self.asked:
            other = self.asked[field.shown_when]
            made.widget.attrs |= {
                "data-shown-when": f"values.{other.key}",
                "data-shown-value": field.shown_value,
            }
            only = _("Only if “%(question)s” is “%(answer)s”.") % {
                "question": other.label,
                "answer": shown_value(other, field.shown_value),
            }
            stop = "." if field.hint[-1:].isalnum() else ""
            made.help_text = f"{field.hint}{stop} {only}".strip()
        return made

    def _widget(self, field: AskedField) -> forms.Widget:  # one line a kind
        match field.kind:
            case Kind.LONG_TEXT:
                return forms.Textarea({"rows": 4, "data-count-max": LONGEST[Kind.LONG_TEXT]})
            case Kind.DATE:
                return forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            case Kind.CHECKBOX:
                return forms.CheckboxInput()
            case Kind.CHOICES:
                offered = [(one.key, one.label) for one in field.options if one.is_active]
                return forms.CheckboxSelectMultiple(choices=offered)
            case Kind.CHOICE | Kind.TREE:
                return OptionsSelect(field)
            case Kind.FILE:
                return FilesInput(self.names.files)
            case Kind.PERSON | Kind.ORGANIZATION:
                return self.names.widget(field)
            case _:
                return forms.TextInput(TYPED.get(field.kind, {}))


TYPED: dict[Kind, dict[str, str | bool]] = {
    Kind.NUMBER: {"inputmode": "decimal"},
    Kind.URL: {"inputmode": "url"},
    Kind.EMAIL: {"inputmode": "email"},
    Kind.PHONE: {"inputmode": "tel"},
}


def customer_form(
    actor: Actor, kind: TicketType, data: QueryDict | Mapping[str, Any] | None = None
) -> AskedForm:
    """Return the questions that a customer answers on asking."""
    whole = asked_fields(kind)
    theirs = [one.key for one in whole if one.customer == FormField.Access.EDITS]
    form = AskedForm(askable(whole, theirs), KnownNames(actor), data, whole=whole)
    form.for_customer = True
    return form


def opening_form(
    actor: Actor, kind: TicketType, data: QueryDict | Mapping[str, Any] | None = None
) -> AskedForm:
    """Return the questions that staff answer for a customer, such as during a call."""
    whole = asked_fields(kind)
    asked = askable(whole, [one.key for one in whole])
    return AskedForm(asked, KnownNames(actor), data, whole=whole)


def staff_form(
    ticket: Ticket, data: QueryDict | None = None, *, only_for: Status | None = None
) -> AskedForm:
    """Return the questions of a ticket with its answers; `only_for`: those a step to it asks.

    What no form asks is asked where it is needed, and can be changed once it is answered.
    """
    asked = known_configuration().asked_by(ticket.type_id)
    if only_for is not None:
        needed = only_for.required_fields.values_list("key", flat=True)
        asked = asked_to_enter(needed, asked, ticket.values)
    else:
        asked = [one for one in asked if one.is_on_form or one.key in ticket.values]
    return AskedForm(asked, KnownNames(None), data, kept=ticket.values)


def _seen(asked: Iterable[str], kept: Mapping[str, Any]) -> dict[str, str]:
    return {f"{SEEN}values.{key}": json.dumps(kept.get(key)) for key in asked}


def _normal(field: AskedField, raw: Any) -> Any:
    try:
        value = parse_answer(field, raw)
    except Invalid:
        return raw
    return None if value is False else value
