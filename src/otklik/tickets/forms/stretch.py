"""Which part of a long conversation an address asks for."""

import re
from typing import Final

from django.http import QueryDict

from otklik.tickets.selectors.story import place_from
from otklik.tickets.selectors.timeline import Stretch

_MESSAGE: Final = re.compile(r"message-(\d{1,18})")


def stretch_from(asked: QueryDict) -> Stretch:
    """Read the part that is asked for; what is not understood asks for the latest."""
    at = _MESSAGE.fullmatch(asked.get("at", ""))
    return Stretch(
        since=place_from(asked.get("since", "")),
        beyond=place_from(asked.get("beyond", "")),
        before=place_from(asked.get("before", "")),
        at_message=int(at[1]) if at else None,
    )
