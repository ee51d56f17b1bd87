"""The first page of an empty desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.offered import known_choices
from otklik.core.spoken import known_languages
from otklik.people.actions import DepartmentFields, FirstAdministrator, FirstDesk
from otklik.people.forms.base import Form, ZoneField
from otklik.people.forms.signing_in import password_field

DEPARTMENT_ROWS = 5


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

    def departments(self) -> list[DepartmentFields]:
        """Read the rows that were filled in: a name and a prefix each."""
        names = [self.data.get(f"department-{row}", "") for row in range(DEPARTMENT_ROWS)]
        prefixes = [self.data.get(f"prefix-{row}", "") for row in range(DEPARTMENT_ROWS)]
        main = self.cleaned_data["language"]
        return [
            {"names": {main: name}, "prefix": prefix}
            for name, prefix in zip(names, prefixes, strict=True)
            if name.strip() or prefix.strip()
        ]

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
