"""The one search: numbers first, then the best of the latest that have the words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, FloatField, Func
from markupsafe import Markup

from otklik.core import clock
from otklik.core.language import highlight, snippet
from otklik.people.models import Actor
from otklik.tickets.models import Ticket, TicketText
from otklik.tickets.models.ticket import TicketQuerySet
from otklik.tickets.selectors.finding import asked_text, is_common, searched, tsquery
from otklik.tickets.selectors.listed import ListedTicket, listed
from otklik.tickets.selectors.passages import Passage, passages
from otklik.tickets.selectors.query.conditions import criteria
from otklik.tickets.selectors.query.naming import Asking
from otklik.tickets.selectors.query.numbers import numbers_named
from otklik.tickets.selectors.query.parser import parse
from otklik.tickets.selectors.query.terms import Query
from otklik.tickets.selectors.queue import asking_of, sort_of, tickets_asked
from otklik.tickets.selectors.rows import read_rows
from otklik.tickets.selectors.sorting import Step, steps_of

MOST_RANKED: Final = 400
MOST_SHOWN: Final = 30
MOST_COMPARED: Final = 3_000  # subjects, with a word that may be misspelt
ALIKE: Final = 0.5  # as pg_trgm's word similarity goes
SHORTEST_GUESS: Final = 4  # letters of a word that may be misspelt
_YEAR: Final = 365 * 86400.0
_AS_FOUND: Final = (Step("id", is_down=True),)


@dataclass(frozen=True)
class Hit:
    """A ticket that was found, with what speaks for it marked."""

    ticket: ListedTicket
    subject: Markup
    snippet: Markup
    is_internal: bool = False  # the snippet is of a note


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found, best first."""

    hits: list[Hit]
    query: Query
    is_guess: bool = False  # nothing has these words; these look alike
    is_cut: bool = False  # there is more than is shown


def search_tickets(actor: Actor, text: str, *, as_customer: bool = False, start: int = 0) -> Found:
    """Find tickets that the actor may see, thirty from `start` on.

    Staff search all they work on, notes included; a customer their own requests and public
    words only. At most six statements and one for each kind of name in the query.
    Raises QueryRefused.
    """
    query = parse(text)
    asking = asking_of(actor)
    objects = Ticket.objects
    mine = [objects.requested_by(actor)] if as_customer else objects.worked_by_ground(actor)
    search = _Search(asking, query, mine, is_staff=not as_customer)
    found = search.numbered()
    found += [pk for pk in search.worded(start + MOST_SHOWN + 1) if pk not in found]
    is_guess = not found and bool(guess := search.alike())
    return search.shown(guess if is_guess else found, start, is_guess=is_guess)


class _Search:
    """One search as it goes on from step to step."""

    def __init__(
        self, asking: Asking, query: Query, grounds: list[TicketQuerySet], *, is_staff: bool
    ) -> None:
        self.asking, self.query, self.grounds = asking, query, grounds
        self.tickets = reduce(or_, grounds)
        self.column = searched(is_staff=is_staff)
        self.is_staff = is_staff
        self.asked = asked_text(query.words).strip()

    def numbered(self) -> list[int]:
        """Find tickets whose number is one of the words."""
        numbers = [
            number
            for word in self.query.words
            if not word.is_negated
            for number in numbers_named(word.text, self.asking.words)
        ]
        if not numbers:
            return []
        return list(self.tickets.filter(number__in=numbers).values_list("pk", flat=True))

    def worded(self, most: int) -> list[int]:
        """Find tickets with all the words, the best of the latest first."""
        found = self._asked(self.tickets)
        if not self.asked or self.query.sort not in ("", "relevance"):
            steps = steps_of(sort_of(self.query), for_customer=not self.is_staff)
            ordered = found.order_by(*(step.order() for step in steps))
            return list(ordered.values_list("pk", flat=True)[:most])
        latest = self._latest(self._asked(ground) for ground in self.grounds)
        rank = Func(
            F(self.column), tsquery(self.asked), function="ts_rank", output_field=FloatField()
        )
        news = "ticket__updated_at" if self.is_staff else "ticket__public_at"
        rows = TicketText.objects.filter(ticket__in=latest).values_list(
            "ticket", rank, news, "ticket__phase"
        )
        now = clock.now()
        scored = [(_score(rank, at, phase, now), pk) for pk, rank, at, phase in rows]
        return [pk for _score, pk in sorted(scored, reverse=True)[:most]]

    def _asked(self, tickets: TicketQuerySet) -> TicketQuerySet:
        return tickets_asked(
            self.query, self.asking, open_by_default=False, tickets=tickets, by_number=False
        )

    def _latest(self, found: Iterable[TicketQuerySet]) -> list[int]:
        """Return the latest of what was found on all grounds.

        One order for all grounds together, which no index has, would read the whole archive. On
        each next ground nothing is looked for that is older than the latest found so far: of a
        word that is common at the desk and rare in a person's own tickets they would all be read.
        The tickets of a rare word are sorted instead: the planner knows no word's share, and
        would look for the last of a few through all there are.
        """
        latest: list[int] = []
        order = "-pk" if is_common(self.asked, self.column) else "-place"
        for ground in found:
            ground = ground.annotate(place=F("pk") + 0)  # noqa: PLW2901  # no index has this
            if len(latest) == MOST_RANKED:
                ground = ground.filter(pk__gt=latest[-1])  # noqa: PLW2901  # the rest of it
            keys = ground.order_by(order).values_list("pk", flat=True)[:MOST_RANKED]
            latest = sorted({*latest, *keys}, reverse=True)[:MOST_RANKED]
        return latest

    def alike(self) -> list[int]:
        """Find tickets whose subject has a word that looks like what was typed.

        Only the latest are looked at: the trigrams of a common word lead to most of an archive.
        """
        words = [one for one in self.query.words if not one.is_negated and not one.is_exact]
        text = max((one.text for one in words), key=len, default="")
        if len(text) < SHORTEST_GUESS:
            return []
        made = criteria(self.query, self.asking, open_by_default=False)
        found: dict[int, float] = {}
        for ground in self.grounds:
            latest = ground.filter(made.where).order_by("-pk").values("pk")[:MOST_COMPARED]
            near = TrigramWordSimilarity(text, "subject")
            like = Ticket.objects.filter(pk__in=latest).annotate(near=near).filter(near__gte=ALIKE)
            found |= dict(like.order_by("-near", "-pk").values_list("pk", "near")[:MOST_SHOWN])
        return sorted(found, key=lambda pk: (-found[pk], -pk))[:MOST_SHOWN]

    def shown(self, found: Sequence[int], start: int, *, is_guess: bool) -> Found:
        """Read the found tickets as rows, marked, in their order."""
        keys = list(found[start : start + MOST_SHOWN])
        rows = read_rows(Ticket.objects.filter(pk__in=keys), _AS_FOUND, limit=MOST_SHOWN)
        rows.sort(key=lambda row: keys.index(row.pk))
        last_words = {row.pk: row.last_words for row in rows}
        said = passages(last_words, self.asked, is_staff=self.is_staff)
        return Found(
            hits=[self._hit(one, said[one.row.pk]) for one in listed(rows, self.asking.words)],
            query=self.query,
            is_guess=is_guess,
            is_cut=len(found) > start + MOST_SHOWN,
        )

    def _hit(self, ticket: ListedTicket, said: Passage) -> Hit:
        return Hit(
            ticket=ticket,
            subject=highlight(ticket.row.subject, self.asked),
            snippet=snippet(said.text, self.asked, 160),
            is_internal=said.is_internal,
        )


def _score(rank: float, updated_at: datetime, phase: str, now: datetime) -> float:
    """Weigh words first, then news and open work."""
    age = max(0.0, (now - updated_at).total_seconds())
    return rank / (1 + age / _YEAR) * (1.0 if phase == "closed" else 1.3)
