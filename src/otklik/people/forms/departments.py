"""Departments, as the administrator keeps them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.fields import let_choose
from otklik.core.offered import fit_words, offered_choices, word_fields
from otklik.core.shared_forms import shown_field
from otklik.core.spoken import known_languages, language_name
from otklik.people.actions import DepartmentFields
from otklik.people.forms.base import Form
from otklik.people.selectors import DepartmentRow

NAMES = {
    "en": _("Name in English"),
    "ru": _("Name in Russian"),
    "bg": _("Name in Bulgarian"),
}


def _name(code: str) -> forms.CharField:
    other = _("Name (%(language)s)") % {"language": language_name(code)}
    return forms.CharField(label=NAMES.get(code, other), required=False)


class DepartmentForm(Form):
    shown = shown_field()
    prefix = forms.CharField(  # type: ignore[assignment]  # the class keeps fields apart
        label=_("Prefix"),
        help_text=_("Begins the numbers of its tickets: IT makes IT-1042. Old numbers stay."),
    )
    parent_id = forms.TypedChoiceField(
        label=_("Part of"), required=False, coerce=int, empty_value=None
    )
    language = forms.ChoiceField(label=_("Language"))
    is_public = forms.BooleanField(label=_("Customers may choose it"), required=False, initial=True)

    def __init__(self, tree: Sequence[DepartmentRow], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_fields(self, "names", _name)
        fit_words(self)
        self.offer("language", offered_choices(), language_name)
        rows = [(row.department.pk, "— " * row.depth + row.department.label) for row in tree]
        let_choose(self, "parent_id", [("", _("none, it stands on top")), *rows])

    def changes(self) -> DepartmentFields:
        values = self.cleaned_data
        changes: DepartmentFields = {
            "names": {code: values[f"names_{code}"] for code in known_languages()},
            "prefix": values["prefix"],
            "parent_id": values["parent_id"],
            "is_public": values["is_public"],
        }
        if "language" not in self.unchanged:
            changes["language"] = values["language"]
        return changes
