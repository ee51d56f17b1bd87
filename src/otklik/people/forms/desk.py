"""The whole desk, as the administrator keeps it."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.accent import HUES
from otklik.core.models import Desk
from otklik.core.offered import known_choices
from otklik.core.shared_forms import shown_field
from otklik.core.spoken import speakable
from otklik.people.actions.desk import MEGABYTE, DeskFields
from otklik.people.forms.base import Form, ZoneField

DeskValues = dict[str, str | int | Sequence[str] | None]


class DeskForm(Form):
    TOGETHER = (("language", "languages"),)

    shown = shown_field()
    company = forms.CharField(label=_("Company"))
    language = forms.ChoiceField(
        label=_("Main language"),
        choices=known_choices,
        help_text=_("What new people are taken to speak."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages offered"),
        choices=known_choices,
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
    hue = forms.IntegerField(
        label=_("Accent colour"),
        help_text=_("Of buttons and links. It stays readable whichever you choose."),
        widget=forms.NumberInput(
            attrs={"type": "range", "min": HUES[0], "max": HUES[-1], "data-hue": ""}
        ),
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
            "hue": values["hue"],
        }


def desk_values(desk: Desk) -> DeskValues:
    """Return what the form shows of the desk as it is."""
    languages = speakable(desk.languages)
    return {
        "company": desk.company,
        "language": languages[0],
        "languages": languages,
        "time_zone": desk.time_zone,
        "message_limit": desk.message_limit,
        "file_limit": desk.file_limit // MEGABYTE,
        "customer_file_limit": desk.customer_file_limit and desk.customer_file_limit // MEGABYTE,
        "hue": desk.hue,
    }


def as_posted(values: DeskValues) -> dict[str, str | Sequence[str]]:
    """Say the form's values as a browser would send them back."""
    said = {name: one for name, one in values.items() if one is not None}
    return {name: str(one) if isinstance(one, int) else one for name, one in said.items()}
