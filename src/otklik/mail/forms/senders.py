"""By which server a department writes, as the administrator says it."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.fields import let_choose
from otklik.mail.actions.setting_up.senders import SenderFields
from otklik.mail.models import Sender
from otklik.people.forms.base import Form
from otklik.people.models import Department

NEW_PASSWORD = forms.PasswordInput({"autocomplete": "new-password"})


class SenderForm(Form):
    department_id = forms.TypedChoiceField(
        label=_("Who writes by it"), required=False, coerce=int, empty_value=None
    )
    name = forms.CharField(label=_("Name that people read"), max_length=100)
    address = forms.CharField(label=_("Address that letters come from"), max_length=254)
    has_plus = forms.BooleanField(
        label=_("Letters to this address with a + and more before the @ arrive too"),
        help_text=_("Then answers find their ticket by the address they go to. Most servers can."),
        required=False,
        initial=True,
    )
    host = forms.CharField(label=_("Server"), max_length=253, help_text=_("smtp.example.org"))
    port = forms.IntegerField(label=_("Port"), initial=465, min_value=1, max_value=65535)
    security = forms.ChoiceField(label=_("Secured by"), choices=Sender.Security.choices)
    login = forms.CharField(label=_("Login"), required=False, max_length=254)
    way = forms.ChoiceField(label=_("Way of signing in"), choices=Sender.Way.choices)
    password = forms.CharField(
        label=_("Password, or refresh token"),
        required=False,
        strip=False,
        widget=NEW_PASSWORD,
        help_text=_("Kept hidden, and never shown again. Empty leaves it as it is."),
    )
    token_url = forms.CharField(
        label=_("Address for tokens"),
        required=False,
        max_length=500,
        help_text=_("For OAuth2 only, as its provider names it."),
    )
    client_id = forms.CharField(label=_("Client id"), required=False, max_length=255)
    client_secret = forms.CharField(
        label=_("Client secret"), required=False, strip=False, widget=NEW_PASSWORD
    )
    scope = forms.CharField(label=_("Scope"), required=False, max_length=500)
    authority = forms.CharField(
        label=_("Certificate of who signed the server's"),
        required=False,
        widget=forms.Textarea({"rows": 3, "class": "mono"}),
        help_text=_("Only where a company signs its own: PEM."),
    )
    dkim_selector = forms.CharField(
        label=_("DKIM selector"),
        required=False,
        max_length=63,
        help_text=_("With one, the desk signs its letters, and shows what to publish. Empty: no."),
    )
    dkim_key = forms.CharField(
        label=_("DKIM key"),
        required=False,
        widget=forms.Textarea({"rows": 3, "class": "mono"}),
        help_text=_("An RSA key in PEM, if you have one. Else the desk makes one."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, departments: list[Department], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.pk, one.label) for one in departments]
        all_others = ("", _("all departments that have none of their own"))
        let_choose(self, "department_id", [all_others, *named])

    def changes(self) -> SenderFields:
        return cast("SenderFields", {name: self.cleaned_data[name] for name in self.fields})
