"""The form of a typical problem. It decides nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.spoken import known_languages, language_name
from otklik.tickets.actions.configuring.problems import ProblemDraft
from otklik.tickets.forms.configuring import Data, SetupForm, label_of, names_of
from otklik.tickets.models import Category, TicketType, TypicalProblem
from otklik.tickets.selectors.ticket_page import category_options


def _area(code: str) -> forms.CharField:
    box = forms.Textarea({"lang": code, "rows": 4})
    return forms.CharField(label=language_name(code), required=False, max_length=20_000, widget=box)


class ProblemForm(SetupForm):
    """A typical problem."""

    WORDS = {**SetupForm.WORDS, "texts": _area}

    type = forms.ChoiceField(label=_("Type"))
    category = forms.ChoiceField(label=_("Category"), required=False)
    is_active = forms.BooleanField(label=_("Offered"), required=False)

    def __init__(self, data: Data = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.offer("type", [(str(one.pk), one.label) for one in TicketType.objects.all()])
        anything = ("", _("Chosen by who asks"))
        self.offer("category", [anything, *category_options()], label_of(Category))

    def draft(self) -> ProblemDraft:
        clean = self.cleaned_data
        return ProblemDraft(
            names=self.said(),
            texts=self.said("texts"),
            type_id=int(clean["type"]),
            category_id=int(clean["category"]) if clean["category"] else None,
            is_active=clean["is_active"],
        )


def problem_values(problem: TypicalProblem) -> dict[str, Any]:
    """Return a problem as its form shows it."""
    texts = {f"texts_{code}": problem.texts.get(code, "") for code in known_languages()}
    return (
        names_of(problem)
        | texts
        | {
            "type": str(problem.type_id),
            "category": str(problem.category_id or ""),
            "is_active": problem.is_active,
        }
    )
