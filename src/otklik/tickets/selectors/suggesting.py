"""Names that may be meant while somebody types one into a filter."""

from typing import Final, NamedTuple

from otklik.people.models import Actor, Organization
from otklik.people.policies import ensure_staff
from otklik.people.selectors.look_up import SHORTEST, look_up
from otklik.tickets.selectors.colleagues import colleagues
from otklik.tickets.selectors.query import vocabulary
from otklik.tickets.selectors.query.terms import Key

MOST: Final = 8
COLLEAGUES: Final = frozenset({Key.ASSIGNEE, Key.OWNER})
NAMED: Final = vocabulary.PEOPLE | {Key.ORGANIZATION}


class Suggestion(NamedTuple):
    """A name to put into the filter, and what tells it from its namesakes."""

    name: str
    about: str = ""


def suggestions(actor: Actor, key: Key, text: str) -> list[Suggestion]:
    """Return a few names with the text: of colleagues where only they may stand.

    Raises NotAllowed for customers.
    """
    ensure_staff(actor)
    asked = text.strip()
    if len(asked) < SHORTEST:
        return []
    if key is Key.ORGANIZATION:
        named = Organization.objects.filter(name__icontains=asked).order_by("name")
        return [Suggestion(name) for name in named.values_list("name", flat=True)[:MOST]]
    if key in COLLEAGUES:
        wanted = vocabulary.fold(asked)
        near = [one.name for one in colleagues() if wanted in vocabulary.fold(one.name)]
        return [Suggestion(name) for name in near[:MOST]]
    found = look_up(actor=actor, text=asked, limit=MOST)
    return [
        Suggestion(one.name, " · ".join(filter(None, [one.organization, *one.phones, one.login])))
        for one in found
    ]
