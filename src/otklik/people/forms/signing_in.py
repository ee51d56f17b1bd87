"""Coming in, and passwords."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.people.forms.base import Form


def password_field(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class SignInForm(Form):
    name = forms.CharField(
        label=_("E-mail or login"),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = password_field(_("Password"), "current-password")


class LinkRequestForm(Form):
    name = forms.CharField(
        label=_("E-mail or login"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class NewPasswordForm(Form):
    password = password_field(_("New password"), "new-password")
    again = password_field(_("The same once more"), "new-password")

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise forms.ValidationError(_("The two are not the same."))
        return again


class ChangePasswordForm(NewPasswordForm):
    present = password_field(_("Present password"), "current-password")
    ends_tokens = forms.BooleanField(
        label=_("Revoke my API tokens as well"),
        required=False,
        help_text=_("Do so if someone else may know your password. Programs then need new ones."),
    )
    field_order = ["present", "password", "again", "ends_tokens"]


class ProofForm(Form):
    proof = password_field(_("Password"), "current-password")
