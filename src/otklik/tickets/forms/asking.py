"""The form by which a customer asks: what every type has."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.core.errors import DomainError, Invalid
from otklik.core.fields import let_choose
from otklik.people.models import Actor
from otklik.tickets.actions import NewTicket, Words
from otklik.tickets.models import Priority, Ticket, TicketType, TypicalProblem
from otklik.tickets.models.ticket import LONGEST_SUBJECT, SUBJECT_LIMIT
from otklik.tickets.selectors.requests import offered_departments
from otklik.tickets.selectors.ticket_page import category_options

NOT_KNOWN = ("", _("I do not know"))


class AskForm(forms.Form):
    """Subject, where it belongs and how urgent it is; the words come beside it."""

    subject = forms.CharField(
        label=_("In a few words"),
        max_length=2 * LONGEST_SUBJECT,  # as browsers count: UTF-16
        widget=forms.TextInput(attrs={"data-count-max": SUBJECT_LIMIT, "autocomplete": "off"}),
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    category = forms.ChoiceField(label=_("What is it about"), required=False)
    priority = forms.ChoiceField(label=_("How urgent is it"), required=False)

    def __init__(
        self,
        kind: TicketType,
        data: QueryDict | None = None,
        *,
        problem: TypicalProblem | None = None,
    ) -> None:
        begun = {"subject": problem.label, "category": problem.category_id} if problem else None
        super().__init__(data, initial=begun)
        self.kind = kind
        self._offer("department", [(one.pk, one.label) for one in offered_departments()])
        self._offer("category", category_options())
        self._offer("priority", [(one.level, one.label) for one in Priority.objects.all()])
        if len(offered_departments()) < 2 or kind.department_id:  # noqa: PLR2004  # no choice
            del self.fields["department"]

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        let_choose(self, name, [NOT_KNOWN, *choices])

    def order(self, actor: Actor, words: Words, values: dict[str, Any]) -> NewTicket:
        """Return what is asked, for the action."""
        clean = self.cleaned_data
        return NewTicket(
            subject=clean["subject"],
            words=words,
            requester_id=actor.person_id,
            type_id=self.kind.pk,
            department_id=_number(clean.get("department")),
            category_id=_number(clean.get("category")),
            priority=_number(clean.get("priority")),
            values=values,
            source=Ticket.Source.WEB,
            as_customer=True,
        )

    def show(self, error: DomainError) -> None:
        """Put the complaints of the action beside the fields."""
        if isinstance(error, Invalid):
            for name, why in error.fields.items():
                if name in self.fields and name not in self.errors:
                    self.add_error(name, why)


def _number(text: str | None) -> int | None:
    return int(text) if text else None
