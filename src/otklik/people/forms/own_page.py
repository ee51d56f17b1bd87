"""One's own page."""

from datetime import datetime, timedelta
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.core import clock
from otklik.core.offered import offered_choices, spoken_to
from otklik.core.richtext import from_text
from otklik.core.shared_forms import SHOWN, shown_field
from otklik.people.actions import PersonFields, PreferenceFields
from otklik.people.forms.base import Form, ZoneField
from otklik.people.models import Account, Person, Scope

LIFETIMES = [
    ("30", _("a month")),
    ("90", _("three months")),
    ("365", _("a year")),
    ("", _("until I revoke it")),
]


class ProfileForm(Form):
    shown = shown_field()
    given_name = forms.CharField(label=_("Given name"), required=False)
    surname = forms.CharField(label=_("Surname"), required=False)
    patronymic = forms.CharField(label=_("Patronymic"), required=False)
    position = forms.CharField(label=_("Position"), required=False)
    office = forms.CharField(
        label=_("Office"), required=False, help_text=_("Building and room, so that you are found.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=offered_choices)
    time_zone = ZoneField()
    channel = forms.ChoiceField(
        label=_("How to reach you"),
        choices=Person.Channel.choices,
    )

    def changes(self) -> PersonFields:
        """Return what is to be written: all but what stands so already."""
        kept = (SHOWN, *self.unchanged)
        values = {name: one for name, one in self.cleaned_data.items() if name not in kept}
        return cast("PersonFields", values)


def own_profile(person: Person) -> dict[str, str]:
    """Return what the form shows of a person as they are."""
    values = {name: getattr(person, name) for name in ProfileForm.base_fields if name != SHOWN}
    return values | {"language": spoken_to(person.language)}


class LookForm(Form):
    theme = forms.ChoiceField(label=_("Colours"), choices=Account.Theme.choices, required=False)
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        help_text=_("Stands under your answers to customers."),
    )
    undo_seconds = forms.TypedChoiceField(
        label=_("Undo sending"),
        choices=Account.UndoTime.choices,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("How long a reply waits on the page after Send, so that you can take it back."),
    )

    def changes(self) -> PreferenceFields:
        """Return the choices that the page offered; the signature as HTML."""
        changes: PreferenceFields = {"theme": self.cleaned_data["theme"]}
        if "undo_seconds" in self.data:
            changes["undo_seconds"] = self.cleaned_data["undo_seconds"]
        if "signature" in self.data:
            words = self.cleaned_data["signature"]
            is_html = self.data.get("signature_format") == "html"
            changes["signature"] = words if is_html or not words else str(from_text(words))
        return changes


class NotificationsForm(Form):
    plays_sound = forms.BooleanField(label=_("Play a sound"), required=False)
    shows_pop_ups = forms.BooleanField(label=_("Show pop-ups"), required=False)

    def changes(self) -> PreferenceFields:
        assert isinstance(self.data, QueryDict)  # noqa: S101 - forms here are always posted
        told = self.data.getlist("told_kinds")
        return PreferenceFields(
            plays_sound=self.cleaned_data["plays_sound"],
            shows_pop_ups=self.cleaned_data["shows_pop_ups"],
            muted_kinds=[kind for kind in self.data.getlist("known_kinds") if kind not in told],
        )


class TokenForm(Form):
    name = forms.CharField(label=_("What is it for?"))
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    lifetime = forms.ChoiceField(label=_("How long is it good?"), choices=LIFETIMES, required=False)

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["lifetime"]
        return clock.now() + timedelta(days=int(days)) if days else None
