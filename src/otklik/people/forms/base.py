"""What all forms about people share."""

from collections.abc import Callable
from functools import cache
from typing import Any

from babel.core import get_global
from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.errors import Conflict, DomainError, Invalid, NotAllowed, TooMany
from otklik.core.offered import place_of_words
from otklik.people.actions.checks import known_zones


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
            place = place_of_words(self, name)
            self.add_error(place if place in self.fields else None, why)


@cache
def zone_choices() -> tuple[tuple[str, str], ...]:
    """Return the zones where people live, by name; finding them walks through a folder of files."""
    lived_in = get_global("zone_territories")
    names = sorted(zone for zone in known_zones() if zone in lived_in and "/" in zone)
    return (("UTC", "UTC"), *((zone, _zone_words(zone)) for zone in names))


def _zone_words(zone: str) -> str:
    return zone.replace("_", " ")


class ZoneSelect(forms.Select):
    """Offers the present value too: one that programs may write, such as the older name of one."""

    @override
    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        groups = super().optgroups(name, value, attrs)
        offered = {zone for zone, _words in zone_choices()}
        present = [zone for zone in value if zone in known_zones() and zone not in offered]
        options = [
            self.create_option(
                name, zone, _zone_words(zone), selected=True, index=len(groups) + place
            )
            for place, zone in enumerate(present)
        ]
        return [*groups, *((None, [option], option["index"]) for option in options)]


class ZoneField(forms.ChoiceField):
    """A choice of time zones, `guessed` from the browser; the present one is always among them."""

    widget = ZoneSelect

    def __init__(self, *, guessed: bool = False) -> None:
        super().__init__(label=_("Time zone"), choices=zone_choices, initial="UTC")
        if guessed:
            self.widget.attrs["data-own-zone"] = ""

    @override
    def valid_value(self, value: str) -> bool:
        return value in known_zones()
