"""What an action needs to know of the desk."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from otklik.core.models import Desk
from otklik.core.prepared import Prepared
from otklik.core.spoken import known_languages, speakable
from otklik.people.models.contact import region_of


class Home(NamedTuple):
    """What is taken for granted of people of whom nothing else is known."""

    languages: Sequence[str]  # all that the desk speaks, the first first
    time_zone: str

    @property
    def profile(self) -> dict[str, object]:
        """What a new person's profile begins with."""
        return {"language": self.languages[0], "time_zone": self.time_zone}

    @property
    def region(self) -> str | None:
        """The country that telephones without "+" are dialled from: where the clocks say."""
        return region_of(self.time_zone)


def home() -> Home:
    """Return it as the desk has it now: one query."""
    row = _DESK.first()
    languages, zone = (row.languages, row.time_zone) if row else (known_languages(), "UTC")
    return Home(speakable(languages), zone)


_DESK: Final = Prepared(lambda: Desk.objects.all()[:1])
