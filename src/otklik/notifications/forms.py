from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.shared_forms import SharedForm
from otklik.notifications.actions.choosing import LetterChanges
from otklik.notifications.models import LetterChoice
from otklik.notifications.selectors import LettersPage

HOURS: Final = [(hour, f"{hour:02}:00") for hour in range(24)]


def _hour(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", "—"), *HOURS], coerce=int, empty_value=None, required=False
    )


class LettersForm(SharedForm):
    """What comes by letter, and when. Customers choose only whether anything does."""

    is_wanted = forms.BooleanField(label=_("Send me news by e-mail"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Write to me of"), widget=forms.CheckboxSelectMultiple, required=False
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=LetterChoice.Rhythm.choices)
    daily_hour = forms.TypedChoiceField(label=_("If once a day, at"), choices=HOURS, coerce=int)
    quiet_from = _hour(_("No e-mail from"))
    quiet_until = _hour(_("until"))
    is_quiet_on_weekends = forms.BooleanField(
        label=_("No e-mail on Saturday and Sunday"), required=False
    )

    def __init__(self, page: LettersPage, *args: Any, **kwargs: Any) -> None:
        choice = page.choice
        names = [one for one in self.base_fields if one != "is_wanted"]
        initial = {name: getattr(choice, name) for name in names}
        super().__init__(*args, initial={"is_wanted": page.is_wanted, **initial}, **kwargs)
        if page.offered:
            self.offer("kinds", page.offered)
        else:
            for name in names:
                del self.fields[name]

    def changes(self) -> LetterChanges:
        return cast("LetterChanges", self.cleaned_data)
