"""What all forms about people share."""

from functools import cache
from typing import Any

from babel.core import get_global
from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
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
    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """Draw the list by pieces that were drawn once: the framework takes 20 ms for it."""
        context = self.get_context(name, None, attrs)["widget"]
        present = str(value or "")
        offered = _zone_options()
        options = [
            _zone_option(zone, is_present=True) if zone == present else option
            for zone, option in offered.items()
        ]
        if present in known_zones() and present not in offered:
            options.append(_zone_option(present, is_present=True))
        listed = format_html_join("\n", "{}", ((option,) for option in options))
        attributes = flatatt(context["attrs"])
        return format_html('<select name="{}"{}>{}</select>', name, attributes, listed)

    @override
    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        return []  # `render` draws them


@cache
def _zone_options() -> dict[str, SafeString]:
    return {zone: _zone_option(zone) for zone, _words in zone_choices()}


def _zone_option(zone: str, *, is_present: bool = False) -> SafeString:
    chosen = mark_safe(" selected") if is_present else ""
    words = _zone_words(zone)
    return format_html('<option value="{}"{}>{}</option>', zone, chosen, words)


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
