"""What all forms about people share."""

from functools import cache
from typing import Any

from babel.core import get_global
from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from otklik.core.shared_forms import SharedForm
from otklik.people.actions.checks import known_zones


class Form(SharedForm):
    """A form whose refusals come from the action that it feeds."""

    required_css_class = "must"


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
