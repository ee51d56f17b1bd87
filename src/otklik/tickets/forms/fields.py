"""The form of a ticket's own fields, and how both forms become changes."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.core.errors import Invalid
from otklik.tickets.actions import Changes
from otklik.tickets.forms.asked import AskedForm
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.ticket_page import Options

LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("bg", _("Bulgarian"))]
NUMBERS = ("priority", "category", "type", "owner")


class OwnFieldsForm(forms.Form):
    """What every ticket has. Each field comes with what the person saw, as `seen-…`."""

    subject = forms.CharField(label=_("Subject"), max_length=1000)
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
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def __init__(self, ticket: Ticket, options: Options, data: QueryDict | None = None) -> None:
        super().__init__(data, initial=first_values(ticket))
        self.ticket = ticket
        nothing = ("", "—")
        offered: dict[str, list[tuple[Any, str]]] = {
            "type": [(one.pk, one.label) for one in options.types],
            "category": [nothing, *options.categories],
            "priority": [(one.level, f"{one.level} · {one.label}") for one in options.priorities],
            "owner": [nothing, *((one.pk, one.name) for one in options.colleagues)],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # tells the type checker
            field.choices = self._with_present(name, choices)

    def _with_present(self, name: str, choices: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
        """Offer what the ticket holds, also when it is not offered any more."""
        present = getattr(self.ticket, name)
        pk = getattr(self.ticket, f"{name}_id")
        if present is None or any(str(value) == str(pk) for value, _label in choices):
            return choices
        return [*choices, (pk, str(present))]

    def seen(self) -> dict[str, Any]:
        """Return what the person saw of each field, as the page carried it."""
        return {
            name: _plain(name, self.data[f"seen-{name}"])
            for name in self.fields
            if f"seen-{name}" in self.data
        }


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


def _plain(name: str, text: str) -> Any:
    if name in NUMBERS:
        return int(text) if text.isdigit() else None
    if name == "tags":
        return _tags(text)
    if name == "expected_at":
        return text or None
    return text


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def changes_from(own: OwnFieldsForm, asked: AskedForm) -> Changes:
    """Return what a person changed in the two forms. Raises Invalid naming each wrong field."""
    if not own.is_valid():
        raise Invalid(fields={name: " ".join(errors) for name, errors in own.errors.items()})
    clean: dict[str, Any] = own.cleaned_data
    fields: dict[str, Any] = {
        name: _plain(name, clean[name]) if name in NUMBERS else clean[name]
        for name in clean
        if name in own.changed_data
    }
    if "tags" in fields:
        fields["tags"] = _tags(clean["tags"])
    if isinstance(fields.get("expected_at"), datetime):
        fields["expected_at"] = clean["expected_at"]
    seen = own.seen() | asked.seen_values()
    return Changes(fields=fields, values=asked.posted_values(), seen=seen)
