"""The whole desk, as the administrator keeps it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.models import Desk
from otklik.people.actions.desk import MEGABYTE, DeskFields
from otklik.people.forms.base import LANGUAGES, Form, ZoneField


class DeskForm(Form):
    company = forms.CharField(label=_("Company"))
    language = forms.ChoiceField(
        label=_("Main language"),
        choices=LANGUAGES,
        help_text=_("What new people are taken to speak."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages offered"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    time_zone = ZoneField()
    message_limit = forms.IntegerField(
        label=_("Longest message"), help_text=_("Characters that one may type at once.")
    )
    file_limit = forms.IntegerField(
        label=_("Largest file"), help_text=_("Megabytes that one file may have.")
    )

    customer_file_limit = forms.IntegerField(
        label=_("Largest file of a customer"),
        required=False,
        min_value=1,
        help_text=_("Megabytes. Empty: the same as for colleagues."),
    )

    def changes(self) -> DeskFields:
        values = self.cleaned_data
        return {
            "company": values["company"],
            "languages": [values["language"], *values["languages"]],
            "time_zone": values["time_zone"],
            "message_limit": values["message_limit"],
            "file_limit": values["file_limit"] * MEGABYTE,
            "customer_file_limit": (values["customer_file_limit"] or 0) * MEGABYTE or None,
        }


def desk_values(desk: Desk) -> dict[str, object]:
    """Return what the form shows of the desk as it is."""
    return {
        "company": desk.company,
        "language": desk.languages[0],
        "languages": desk.languages,
        "time_zone": desk.time_zone,
        "message_limit": desk.message_limit,
        "file_limit": desk.file_limit // MEGABYTE,
        "customer_file_limit": desk.customer_file_limit and desk.customer_file_limit // MEGABYTE,
    }
