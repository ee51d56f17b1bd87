"""Pictures that texts of a timeline name elsewhere: which are kept here, and which are not."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from django.db.models import Q
from django.urls import reverse

from otklik.core.prepared import Given, Prepared, among
from otklik.core.richtext import remote_pictures
from otklik.tickets.models import RemotePicture
from otklik.tickets.selectors.story import MESSAGE, NOTE, StoryRow


class Elsewhere(NamedTuple):
    """How many pictures of one text are not shown: not asked for, on their way, not to be had."""

    unasked: int
    coming: int
    failed: int


Kept = Mapping[str, RemotePicture]
"""What was asked for of one text, by address."""

_ASKED: Final = Prepared(
    lambda: RemotePicture.objects.filter(
        Q(among("message", Given("messages"))) | Q(among("note", Given("notes")))
    ).select_related("copy")
)


def asked_pictures(rows: Sequence[StoryRow]) -> dict[tuple[int, int], Kept]:
    """Return what was asked for, by the rows that name it; a query only where one names any."""
    named = [row for row in rows if remote_pictures(row.body) or remote_pictures(row.quoted)]
    if not named:
        return {}
    found: dict[tuple[int, int], dict[str, RemotePicture]] = {
        (row.rank, row.pk): {} for row in named
    }
    for one in _ASKED.rows(
        messages=[row.pk for row in named if row.rank == MESSAGE],
        notes=[row.pk for row in named if row.rank == NOTE],
    ):
        place = (MESSAGE, one.message_id) if one.message_id else (NOTE, one.note_id or 0)
        found[place][one.address] = one
    return dict(found)


def copies_in(asked: Kept) -> dict[str, str]:
    """Return where copies are shown, by the address that they were fetched from."""
    return {
        address: reverse("file_look", args=[one.copy.token])
        for address, one in asked.items()
        if one.copy is not None
    }


def elsewhere_in(row: StoryRow, asked: Kept) -> Elsewhere | None:
    """Return what is not shown of a text's pictures; None where all is."""
    named = {*remote_pictures(row.body), *remote_pictures(row.quoted)}
    known = [asked[one] for one in named if one in asked]
    coming = sum(one.is_coming for one in known)
    failed = sum(one.state == RemotePicture.State.FAILED for one in known)
    kept = sum(one.state == RemotePicture.State.KEPT for one in known)
    found = Elsewhere(len(named) - coming - failed - kept, coming, failed)
    return found if any(found) else None
