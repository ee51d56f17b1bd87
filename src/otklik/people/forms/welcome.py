"""The first page of an empty desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.offered import known_choices
from otklik.core.spoken import known_languages
from otklik.people.actions import DepartmentFields, FirstAdministrator, FirstDesk
from otklik.people.forms.base import Form, ZoneField
from otklik.people.forms.signing_in import password_field

DEPARTMENT_ROWS = 5


def _name(row: int) -> str:
    return f"department-{row}"


def _prefix(row: int) -> str:
    return f"prefix-{row}"


class CodeForm(Form):
    code = forms.CharField(
        label=_("Set-up code"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("It stands on the console of the desk; “otklik set-up” prints it again."),
    )


class WelcomeForm(Form):
    code = forms.CharField(widget=forms.HiddenInput)
    company = forms.CharField(
        label=_("Company"), widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    language = forms.ChoiceField(label=_("Main language"), choices=known_choices)
    languages = forms.MultipleChoiceField(
        label=_("Languages offered"),
        choices=known_choices,
        widget=forms.CheckboxSelectMultiple,
        initial=known_languages,
    )
    time_zone = ZoneField(guessed=True)
    given_name = forms.CharField(
        label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    surname = forms.CharField(
        label=_("Surname"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.CharField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    login = forms.CharField(
        label=_("Login"),
        help_text=_("What you sign in by; the e-mail does as well."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = password_field(
        _("Password"),
        "new-password",
        _("Eight characters at least; a few words in a row are easy to keep in mind."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(DEPARTMENT_ROWS):
            number = {"number": row + 1}
            self.fields[_name(row)] = forms.CharField(
                label=_("Name of department %(number)s") % number, required=False
            )
            self.fields[_prefix(row)] = forms.CharField(
                label=_("Prefix of department %(number)s") % number, required=False
            )

    @override
    def place_of(self, name: str) -> str:
        """Return the field to complain at: of a department, its row on the page."""
        noun, _dot, rest = name.partition(".")
        if noun != "departments":
            return super().place_of(name)
        place, _dot, member = rest.partition(".")
        row = self._filled()[int(place)] if place else 0
        return _prefix(row) if member == "prefix" else _name(row)

    def department_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the boxes for a name and a prefix, row by row."""
        return [(self[_name(row)], self[_prefix(row)]) for row in range(DEPARTMENT_ROWS)]

    def departments(self) -> list[DepartmentFields]:
        """Read the rows that were filled in: a name and a prefix each."""
        values, main = self.cleaned_data, self.cleaned_data["language"]
        return [
            {"names": {main: values[_name(row)]}, "prefix": values[_prefix(row)]}
            for row in self._filled()
        ]

    def _filled(self) -> list[int]:
        values = self.cleaned_data
        return [row for row in range(DEPARTMENT_ROWS) if values[_name(row)] or values[_prefix(row)]]

    def first_desk(self) -> FirstDesk:
        values = self.cleaned_data
        return FirstDesk(
            company=values["company"],
            languages=list(dict.fromkeys([values["language"], *values["languages"]])),
            time_zone=values["time_zone"],
            departments=self.departments(),
            administrator=FirstAdministrator(
                given_name=values["given_name"],
                surname=values["surname"],
                email=values["email"],
                login=values["login"],
                password=values["password"],
            ),
        )
