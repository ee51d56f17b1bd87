from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.core.shared_forms import SharedForm
from otklik.notifications.actions.choosing import LetterChanges
from otklik.notifications.models import LetterHabits
from otklik.notifications.selectors import DepartmentLettersPage, LettersPage

HOURS: Final = [(hour, f"{hour:02}:00") for hour in range(24)]


def _hour(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", "—"), *HOURS], coerce=int, empty_value=None, required=False
    )


class HabitsForm(SharedForm):
    """Of what letters come, and when."""

    kinds = forms.MultipleChoiceField(
        label=_("Write to me of"), widget=forms.CheckboxSelectMultiple, required=False
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=LetterHabits.Rhythm.choices)
    daily_hour = forms.TypedChoiceField(label=_("If once a day, at"), choices=HOURS, coerce=int)
    quiet_from = _hour(_("No e-mail from"))
    quiet_until = _hour(_("until"))
    is_quiet_on_weekends = forms.BooleanField(
        label=_("No e-mail on Saturday and Sunday"), required=False
    )

    def changes(self) -> LetterChanges:
        return cast("LetterChanges", self.cleaned_data)


class LettersForm(HabitsForm):
    """What comes by letter to oneself. Customers choose only whether anything does."""

    is_wanted = forms.BooleanField(label=_("Send me news by e-mail"), required=False)

    def __init__(self, page: LettersPage, *args: Any, **kwargs: Any) -> None:
        initial = {name: getattr(page.choice, name) for name in HabitsForm.base_fields}
        super().__init__(*args, initial={"is_wanted": page.is_wanted, **initial}, **kwargs)
        if page.offered:
            self.offer("kinds", page.offered)
        else:
            for name in HabitsForm.base_fields:
                del self.fields[name]


class DepartmentLettersForm(HabitsForm):
    """What comes by letter to those of a department who have chosen nothing themselves."""

    def __init__(self, page: DepartmentLettersPage, *args: Any, **kwargs: Any) -> None:
        initial = {name: getattr(page.said, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["kinds"].label = _("Write to them of")
        self.offer("kinds", page.offered)
