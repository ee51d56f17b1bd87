"""Organizations, as the administrator keeps them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.shared_forms import shown_field
from otklik.people.actions import OrganizationFields
from otklik.people.forms.base import Form
from otklik.people.models import Organization


class OrganizationForm(Form):
    shown = shown_field()
    name = forms.CharField(label=_("Name"))
    standing = forms.ChoiceField(label=_("Standing"), choices=Organization.Standing.choices)
    products = forms.CharField(
        label=_("Products"), required=False, help_text=_("What they have from us.")
    )
    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("One on a line. Who writes from them belongs to this organization."),
    )
    shares_tickets = forms.BooleanField(
        label=_("Its people see each other's requests"), required=False
    )
    remarks = forms.CharField(
        label=_("Remarks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only colleagues read them."),
    )

    def domains_typed(self) -> list[str]:
        return str(self.cleaned_data["domains"]).replace(",", " ").split()

    def changes(self) -> OrganizationFields:
        values = self.cleaned_data
        return {
            "name": values["name"],
            "standing": values["standing"],
            "products": values["products"],
            "remarks": values["remarks"],
            "shares_tickets": values["shares_tickets"],
        }
