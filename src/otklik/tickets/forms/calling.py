"""The forms of a call: what is asked, and who calls when they are new."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.core.errors import DomainError, Invalid
from otklik.core.fields import let_choose
from otklik.people.actions.requesters import split_name
from otklik.tickets.actions import NewTicket, Words
from otklik.tickets.models import Ticket, TicketType
from otklik.tickets.models.ticket import LONGEST_SUBJECT, SUBJECT_LIMIT
from otklik.tickets.selectors.ticket_page import NewOptions

SOURCES = [
    (Ticket.Source.PHONE.value, _("Telephone")),
    (Ticket.Source.WEB.value, _("At the desk")),
    (Ticket.Source.EMAIL.value, _("E-mail")),
    (Ticket.Source.MESSENGER.value, _("Messenger")),
]
NORMAL = 3


class CallForm(forms.Form):
    """What is asked, as a colleague takes it down."""

    subject = forms.CharField(
        label=_("In a few words"),
        max_length=2 * LONGEST_SUBJECT,  # as browsers count: UTF-16
        widget=forms.TextInput(attrs={"data-count-max": SUBJECT_LIMIT, "autocomplete": "off"}),
    )
    type = forms.ChoiceField(label=_("Type"))
    department = forms.ChoiceField(label=_("Department"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), initial=NORMAL)
    source = forms.ChoiceField(label=_("How it came"), choices=SOURCES)

    def __init__(
        self, options: NewOptions, data: QueryDict | None = None, *, is_asked: bool = True
    ) -> None:
        """Take what was typed; with `is_asked` false only to show it again, unchecked."""
        typed = data.dict() if data else {}
        super().__init__(data if is_asked else None, initial=typed)
        self.types = {str(one.pk): one for one in options.types}
        self.fields["type"].widget.attrs |= {
            "hx-post": reverse("call_questions"),
            "hx-target": "#call-questions",
            "hx-swap": "outerHTML",
            "hx-trigger": "change",
        }
        let_choose(self, "type", [(one.pk, one.label) for one in options.types])
        by_type = ("", _("As the type says"))
        let_choose(
            self, "department", [by_type, *((one.pk, one.label) for one in options.departments)]
        )
        let_choose(self, "category", [("", "—"), *options.categories])
        levels = [(one.level, f"{one.level} · {one.label}") for one in options.priorities]
        let_choose(self, "priority", levels)

    def chosen_type(self) -> TicketType:
        """Return the type that is chosen, at first the first. Raises Invalid when there is none."""
        said = str((self.data if self.is_bound else self.initial).get("type", ""))
        chosen = self.types.get(said) or next(iter(self.types.values()), None)
        if chosen is None:
            raise Invalid(fields={"type": gettext("Choose what kind of request this is.")})
        return chosen

    def order(self, person_id: int, words: Words, values: dict[str, Any]) -> NewTicket:
        """Return what is asked, for the action."""
        clean = self.cleaned_data
        return NewTicket(
            subject=clean["subject"],
            words=words,
            requester_id=person_id,
            type_id=int(clean["type"]),
            department_id=int(clean["department"]) if clean["department"] else None,
            category_id=int(clean["category"]) if clean["category"] else None,
            priority=int(clean["priority"]),
            source=Ticket.Source(clean["source"]),
            values=values,
            answers_later=bool(self.data.get("later")),
        )

    def show(self, error: DomainError) -> None:
        """Put the complaints of the action beside the fields."""
        if isinstance(error, Invalid):
            for name, why in error.fields.items():
                if name in self.fields and name not in self.errors:
                    self.add_error(name, why)


class NewCallerForm(forms.Form):
    """Somebody whom the desk does not know yet."""

    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"), max_length=400, required=False
    )
    phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=320, required=False)

    def show(self, error: DomainError) -> None:
        """Put the complaints of the action beside the fields."""
        if isinstance(error, Invalid):
            self.is_valid()
            for name, why in error.fields.items():
                place = "name" if name in ("given_name", "surname") else name
                if place in self.fields and place not in self.errors:
                    self.add_error(place, why)

    def order(self) -> dict[str, Any]:
        """Return the person to register. Raises Invalid without a name."""
        if not self.is_valid() or not self.cleaned_data["name"].strip():
            raise Invalid(fields={"person": gettext("Find who calls, or write their name.")})
        clean = self.cleaned_data
        return {
            "fields": split_name(clean["name"]),
            "emails": [clean["email"]] if clean["email"] else [],
            "phones": [clean["phone"]] if clean["phone"] else [],
        }
