"""One readable story of a ticket: messages, notes, files and folded facts, in order of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final, Literal, NamedTuple

from django.db.models import Max, Q

from otklik.core.filters import Reading, initials, reading
from otklik.core.prepared import Given, Prepared, among
from otklik.core.richtext import with_copies
from otklik.people.models import Actor
from otklik.tickets.models import Attachment, Message, Ticket
from otklik.tickets.selectors.elsewhere import (
    Elsewhere,
    Kept,
    asked_pictures,
    copies_in,
    elsewhere_in,
)
from otklik.tickets.selectors.facts import FactLine, asked_in, fact_lines
from otklik.tickets.selectors.invited import Invited, invited
from otklik.tickets.selectors.story import (
    FACT,
    MESSAGE,
    NOTE,
    Place,
    StoryRow,
    place_of,
    read_story,
)
from otklik.tickets.selectors.values import AnswerWords

PAGE: Final = 100  # things that a page shows at first, and adds when asked for more
MOST_SHOWN: Final = 1_000  # at once; what lies further back is read by pages

Kind = Literal["message", "note", "facts"]
_KINDS: Final[dict[int, Kind]] = {FACT: "facts", MESSAGE: "message", NOTE: "note"}


class When(NamedTuple):
    """A moment in words."""

    iso: str
    exact: str
    clock: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing on the timeline."""

    kind: Kind
    at: datetime
    when: When
    day: str
    pk: int = 0
    author_id: int | None = None
    author: str = ""
    initials: str = ""
    from_customer: bool = False
    is_mine: bool = False
    body: str = ""  # clean HTML
    signature: str = ""  # clean HTML
    quoted: str = ""  # clean HTML
    voice: str = ""  # of a note, where it is not the desk's own
    edited: When | None = None
    files: tuple[Attachment, ...] = ()
    invited: tuple[Invited, ...] = ()
    elsewhere: Elsewhere | None = None
    facts: tuple[tuple[FactLine, When], ...] = ()

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.pk}"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Which part of a timeline is wanted: the latest, unless something else is said.

    `since`: everything from a place on; `beyond`: also a page of what stands before it;
    `before`: a page of what stands before a place; `at_message`: from a message on.
    """

    since: Place | None = None
    beyond: Place | None = None
    before: Place | None = None
    at_message: int | None = None


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A part of the story of a ticket."""

    entries: list[Entry]
    first: str  # the place of its first thing
    has_earlier: bool
    is_full: bool  # no more is shown at once
    before: str = ""  # the place where it was cut; "" when it reaches the present

    @property
    def window(self) -> str:
        """What an address says to show the same things again, and what came since."""
        if self.before:
            return f"?before={self.before}"
        return f"?since={self.first}" if self.has_earlier else ""

    @property
    def messages(self) -> list[int]:
        """The keys of what was said in public, beside which upper apps may show something."""
        return [one.pk for one in self.entries if one.kind == "message"]


class LastMessage(NamedTuple):
    """The latest public message, whether the shown part has it or not."""

    pk: int
    author: str
    is_mine: bool


LATEST: Final = Stretch()


def staff_timeline(actor: Actor, ticket: Ticket, stretch: Stretch = LATEST) -> Timeline:
    """Return what happened, for a colleague. Two queries, and one each for files and questions."""
    return _timeline(actor, ticket, stretch, for_customer=False)


def customer_timeline(actor: Actor, ticket: Ticket, stretch: Stretch = LATEST) -> Timeline:
    """Return what the customer may know: messages, their files, and public facts."""
    return _timeline(actor, ticket, stretch, for_customer=True)


def _timeline(actor: Actor, ticket: Ticket, stretch: Stretch, *, for_customer: bool) -> Timeline:
    rows, has_earlier = _rows(ticket.pk, stretch, for_customer=for_customer)
    return Timeline(
        entries=_entries(actor, ticket, rows),
        first=str(rows[0].place) if rows else "",
        has_earlier=has_earlier,
        is_full=len(rows) + PAGE > MOST_SHOWN,
        before=str(stretch.before) if stretch.before else "",
    )


def _rows(ticket_id: int, stretch: Stretch, *, for_customer: bool) -> tuple[list[StoryRow], bool]:
    """Return the rows of a stretch, and whether there are any before them."""

    def read(limit: int, **places: Place) -> tuple[list[StoryRow], bool]:
        found = read_story(ticket_id, for_customer=for_customer, limit=limit + 1, **places)
        return found[-limit:], len(found) > limit

    since = stretch.since
    if stretch.at_message is not None:
        since = place_of(ticket_id, message_id=stretch.at_message)
    if stretch.before is not None:
        return read(PAGE, before=stretch.before)
    if stretch.beyond is not None:
        since_then, is_cut = read(MOST_SHOWN - PAGE, since=stretch.beyond)
        earlier, has_earlier = ([], True) if is_cut else read(PAGE, before=stretch.beyond)
        return [*earlier, *since_then], has_earlier
    if since is None:
        return read(PAGE)
    rows, is_cut = read(MOST_SHOWN, since=since)
    if rows and not is_cut and len(rows) >= PAGE:
        is_cut = bool(read_story(ticket_id, for_customer=for_customer, limit=1, before=since))
    elif not is_cut:
        return read(PAGE)
    return rows, is_cut


def _entries(actor: Actor, ticket: Ticket, rows: Sequence[StoryRow]) -> list[Entry]:
    """Put rows into words and fold neighbouring facts of one person into one line."""
    files, read = _files(ticket, rows), reading()
    asked = asked_in([row for row in rows if row.rank == FACT])
    asked_for = asked_pictures(rows)
    entries: list[Entry] = []
    for (is_facts, *_who), group in groupby(rows, key=_fold):
        if is_facts:
            entries.append(_folded(list(group), asked, read))
        else:
            for row in group:
                said = _said(actor, row, files.get((row.rank, row.pk), []), read)
                entries.append(_pictured(said, row, asked_for.get((row.rank, row.pk))))
    return entries


def _fold(row: StoryRow) -> tuple[bool, int | None, str]:
    return (True, row.author_id, row.actor_name) if row.rank == FACT else (False, None, "")


def _said(actor: Actor, row: StoryRow, files: list[Attachment], read: Reading) -> Entry:
    return Entry(
        kind=_KINDS[row.rank],
        pk=row.pk,
        at=row.at,
        when=_when(row.at, read),
        day=read.day_words(row.at),
        author_id=row.author_id,
        author=row.author,
        initials=initials(row.author),
        from_customer=row.rank == MESSAGE and row.kind == Message.Side.CUSTOMER,
        is_mine=row.author_id == actor.person_id,
        body=row.body,
        signature=row.signature,
        quoted=row.quoted,
        voice=row.voice,
        edited=_when(row.edited_at, read) if row.edited_at else None,
        files=tuple(files),
        invited=invited(files, read),
    )


def _pictured(said: Entry, row: StoryRow, asked: Kept | None) -> Entry:
    """Put our copies in the places of pictures that a text names elsewhere."""
    if asked is None:
        return said
    copies = copies_in(asked)
    return replace(
        said,
        body=with_copies(row.body, copies),
        quoted=with_copies(row.quoted, copies),
        elsewhere=elsewhere_in(row, asked),
    )


def _folded(run: list[StoryRow], asked: AnswerWords, read: Reading) -> Entry:
    facts = [(line, _when(line.at, read)) for row in run for line in fact_lines(row, asked)]
    last = run[-1].at
    return Entry(
        kind="facts",
        pk=run[0].pk,
        at=last,
        when=_when(last, read),
        day=read.day_words(last),
        facts=tuple(facts),
    )


def _when(moment: datetime, read: Reading) -> When:
    return When(moment.isoformat(), read.exact(moment), read.clock_time(moment))


_FILES: Final = Prepared(
    lambda: Attachment.objects.filter(
        Q(among("message", Given("messages"))) | Q(among("note", Given("notes"))),
        ticket=Given("ticket"),
        is_inline=False,
    ).select_related("blob")
)


def _files(ticket: Ticket, rows: Sequence[StoryRow]) -> dict[tuple[int, int], list[Attachment]]:
    """Return the files of what is shown, by what carries them; a customer is shown no notes."""
    if not ticket.has_files:
        return {}
    found: dict[tuple[int, int], list[Attachment]] = {}
    for file in _FILES.rows(
        ticket=ticket.pk,
        messages=[row.pk for row in rows if row.rank == MESSAGE],
        notes=[row.pk for row in rows if row.rank == NOTE],
    ):
        place = (MESSAGE, file.message_id) if file.message_id else (NOTE, file.note_id or 0)
        found.setdefault(place, []).append(file)
    return found


def last_message(actor: Actor, ticket: Ticket, timeline: Timeline) -> LastMessage | None:
    """Return the latest message; a query only when the timeline shows none of the latest."""
    shown = () if timeline.before else reversed(timeline.entries)
    for one in shown:
        if one.kind == "message":
            return LastMessage(one.pk, one.author, one.is_mine)
    if not timeline.has_earlier and not timeline.before:
        return None
    rows = Message.objects.filter(ticket=ticket.pk).select_related("author")
    last = rows.order_by("-created_at", "-pk").first()
    if last is None:
        return None
    return LastMessage(last.pk, last.author.name, last.author_id == actor.person_id)


def last_message_key(ticket: Ticket) -> int:
    """Return the key of the last public message; 0 when there is none."""
    return Message.objects.filter(ticket=ticket.pk).aggregate(last=Max("pk"))["last"] or 0


def unsent_files(actor: Actor, tokens: Iterable[str]) -> list[Attachment]:
    """Return the actor's files that wait to be sent, of those named."""
    mine = Attachment.objects.filter(uploader=actor.person_id, ticket__isnull=True)
    return list(mine.filter(token__in=[one for one in tokens if "\0" not in one]))
