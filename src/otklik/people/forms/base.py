"""What all forms about people share."""

from collections.abc import Callable
from zoneinfo import available_timezones

from babel.core import get_global
from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed, TooMany

LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("bg", _("Bulgarian"))]


class Form(forms.Form):
    """A form whose refusals come from the action that it feeds."""

    required_css_class = "must"

    def does(self, act: Callable[[], object]) -> bool:
        """Call an action, and tell whether it took the values; what was refused is shown."""
        if not self.is_valid():
            return False
        try:
            act()
        except (Invalid, Conflict, NotAllowed, TooMany) as refusal:
            self.refuse(refusal)
            return False
        return True

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal at the fields that it names, or above all of them."""
        said = refusal.fields if isinstance(refusal, Invalid) else {}
        if not said:
            field = str(refusal.extra.get("field", ""))
            said = {field: refusal.message or str(_("You may not do this."))}
        for name, why in said.items():
            self.add_error(name if name in self.fields else None, why)


def zone_choices() -> list[tuple[str, str]]:
    """Return the zones where people live, by name."""
    lived_in = get_global("zone_territories")
    names = sorted(zone for zone in available_timezones() if zone in lived_in and "/" in zone)
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in names)]


class ZoneField(forms.ChoiceField):
    """A choice of time zones, `guessed` from the browser; one that is kept already is offered."""

    def __init__(self, *, guessed: bool = False) -> None:
        super().__init__(label=_("Time zone"), choices=zone_choices, initial="UTC")
        if guessed:
            self.widget.attrs["data-own-zone"] = ""

    @override
    def valid_value(self, value: str) -> bool:
        return value in available_timezones()
