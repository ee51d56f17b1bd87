"""What an action needs to know of the desk."""

from collections.abc import Sequence

from otklik.core.models import Desk
from otklik.core.spoken import known_languages, speakable
from otklik.people.models.contact import region_of


def home_region() -> str | None:
    """Return the country that telephones without "+" are dialled from: where the clocks say."""
    zone = Desk.objects.values_list("time_zone", flat=True).first()
    return region_of(zone or "UTC")


def home_language() -> str:
    """Return the language of people of whom nothing else is known."""
    return home_languages()[0]


def home_languages() -> Sequence[str]:
    """Return what the desk speaks, the first where nothing else is known."""
    return speakable(Desk.objects.values_list("languages", flat=True).first() or known_languages())


def home_zone() -> str:
    return Desk.objects.values_list("time_zone", flat=True).first() or "UTC"
