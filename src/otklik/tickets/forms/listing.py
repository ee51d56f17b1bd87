"""What the address of a list says."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from otklik.tickets.selectors.query import Key, with_term

LONGEST = 2000  # beyond what any query may be, so that the refusal can say so
FACETS = (Key.STATUS, Key.ASSIGNEE, Key.PRIORITY, Key.DEPARTMENT, Key.TYPE, Key.TAG)


@dataclass(frozen=True)
class Listing:
    """A list as asked for: a query, or a view by its key; and from where on."""

    q: str | None = None
    view: str = ""
    cursor: str = ""

    def address(self, name: str = "queue") -> str:
        given = {"q": self.q, "view": self.view or None, "after": self.cursor or None}
        said = urlencode({key: value for key, value in given.items() if value is not None})
        return f"{reverse(name)}?{said}" if said else reverse(name)


def listing_from(data: QueryDict) -> Listing:
    """Read an address. A text that no database could hold is cut short, never refused here."""
    q = data.get("q")
    return Listing(
        q=None if q is None else q[:LONGEST],
        view=data.get("view", "")[:20],
        cursor=data.get("after", "")[:400],
    )


def edited_query(data: QueryDict) -> str | None:
    """Return the query after a menu was used on it; None when none was."""
    key = next((key for key in FACETS if key == data.get("facet")), None)
    if key is None:
        return None
    values = [one.strip() for one in data.getlist("value")]
    return with_term(data.get("q", "")[:LONGEST], key, *(one for one in values if one))
