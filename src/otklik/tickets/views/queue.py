"""The queue: lists of tickets, their counts, and what a row became meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from otklik.core import clock
from otklik.core.carried import Carried
from otklik.core.configuration import stamp_as_asked
from otklik.core.errors import NotFound
from otklik.people.actions import change_preferences
from otklik.people.models import Actor
from otklik.people.policies import staff_of
from otklik.tickets.errors import QueryRefused
from otklik.tickets.forms.listing import Listing, edited_query, listing_from
from otklik.tickets.models import Ticket
from otklik.tickets.selectors.columns import COLUMNS, Column, columns_of
from otklik.tickets.selectors.listed import ListedTicket, listed, row_words
from otklik.tickets.selectors.query import parse
from otklik.tickets.selectors.query.editing import mended
from otklik.tickets.selectors.queue import (
    Asked,
    QueuePage,
    asking_of,
    count_asked,
    is_before_all,
    queue_page,
    tickets_asked,
)
from otklik.tickets.selectors.rows import QueueRow, read_rows
from otklik.tickets.selectors.shown import shown_query
from otklik.tickets.selectors.sorting import steps_of
from otklik.tickets.selectors.views import DEFAULT_VIEW, Rail, ViewLink, rail, topics_of
from otklik.tickets.selectors.wordbook import Wordbook, wordbook
from otklik.tickets.views.drawing import draw_columns, draw_filters, draw_heads, draw_row

MOST_KNOWN: Final = 60  # tickets that a page may say it shows
_RAIL: Final = Carried[Rail]("queue_rail")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Everything that the queue's templates place."""

    q: str  # the query as the person would type it
    view: ViewLink | None
    page: QueuePage | None  # None: the query was refused
    fault: QueryRefused | None
    tickets: list[ListedTicket]
    columns: tuple[Column, ...]
    words: Wordbook
    total: int
    sees_none: bool  # of open tickets
    topics: str
    here: Listing
    read_at: datetime

    @property
    def mends(self) -> list[tuple[str, str]]:
        """Words that may be meant, each with the query in which it stands."""
        return mended(self.q, self.fault) if self.fault else []

    @cached_property
    def is_before_all(self) -> bool:
        """Nobody has asked this desk anything yet."""
        return self.view is not None and self.sees_none and is_before_all()

    @property
    def portal(self) -> str:
        """The address where customers ask."""
        return f"{settings.OTKLIK_BASE_URL.rstrip('/')}{reverse('home')}"

    @property
    def address(self) -> str:
        return self.here.address()

    @property
    def known(self) -> str:
        return ".".join(str(one.row.pk) for one in self.tickets)

    @property
    def older(self) -> str:
        cursor = self.page.next_cursor if self.page else ""
        return Listing(q=self.q, cursor=cursor).address() if cursor else ""


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show a list of tickets: the page, or its list alone as a live hint asks for it."""
    actor = staff_of(request)
    edited = edited_query(request.GET)
    if edited is not None:
        return redirect(Listing(q=edited).address())
    shown = shown_list(request, actor, listing_from(request.GET))
    status = shown.fault.status if shown.fault else 200
    words: dict[str, Any] = {
        "shown": shown,
        "topics": shown.topics,
        "say": row_words(),
        "draw_row": draw_row,
        "draw_heads": draw_heads,
    }
    if request.headers.get("HX-Request"):
        return render(request, "tickets/_queue.html", words, status=status)
    words |= {"draw_filters": draw_filters, "draw_columns": draw_columns}
    words |= {"total": shown.total, "is_exact": bool(shown.view), "q": shown.q}
    return render(request, "tickets/queue.html", words, status=status)


def shown_list(request: HttpRequest, actor: Actor, listing: Listing) -> Shown:
    """Read what a list shows. A query that is refused shows its fault instead."""
    views = rail_of(request, actor)
    view, q = _view_and_query(views, listing)
    shown_query.leave(request, q)  # the rail marks its view by it
    words, columns = wordbook(stamp_as_asked()), columns_of(_chosen_columns(request))
    page = fault = None
    try:
        page = queue_page(actor, Asked(q=q, cursor=listing.cursor, words=words))
    except QueryRefused as error:
        fault = error
    return Shown(
        q=q,
        view=view,
        page=page,
        fault=fault,
        tickets=_listed(page.rows, words, columns) if page else [],
        columns=columns,
        words=words,
        total=_total(actor, q, view, words) if page else 0,
        sees_none=not any(one.count for one in views.built_in),
        topics=views.topics,
        here=Listing(q=q, cursor=listing.cursor),
        read_at=clock.now(),
    )


def _listed(
    rows: list[QueueRow], words: Wordbook, columns: tuple[Column, ...]
) -> list[ListedTicket]:
    return listed(rows, words, shows_created=any(one.key == "created" for one in columns))


def _view_and_query(views: Rail, listing: Listing) -> tuple[ViewLink | None, str]:
    """Return the view that is asked for, and the query. Raises NotFound for a foreign view."""
    if listing.q is not None:
        return views.current(listing.q), listing.q
    view = views.named(listing.view or DEFAULT_VIEW)
    if view is None:
        raise NotFound
    return view, view.query


def _total(actor: Actor, q: str, view: ViewLink | None, words: Wordbook) -> int:
    return view.count if view else count_asked(actor, q, words)


def _chosen_columns(request: HttpRequest) -> list[object]:
    """Return the columns that the person chose; the session came with their account."""
    row = getattr(request.session, "row", None)
    return list(row.account.columns) if row and row.account else []


def rail_of(request: HttpRequest, actor: Actor, *, beside: bool = False) -> Rail:
    """Return the person's views, counted once in a request; `beside` another page by the tally."""
    kept = _RAIL.found(request)
    return kept or _RAIL.leave(request, rail(asking_of(actor), beside=beside))


@require_GET
def rail_fragment(request: HttpRequest) -> HttpResponse:
    """Show the views with their counts again."""
    actor = staff_of(request)
    q = request.GET.get("q")
    return render(request, "tickets/_rail_views.html", rail_words(request, actor, q))


def rail_words(
    request: HttpRequest, actor: Actor, q: str | None, *, beside: bool = False
) -> dict[str, Any]:
    """Return what the rail's template needs; `q` is the query of the page around it."""
    views = rail_of(request, actor, beside=beside)
    current = views.current(q) if q is not None else None
    return {"rail": views, "current": current, "rail_query": q}


@require_GET
def total(request: HttpRequest) -> HttpResponse:
    """Say again how many tickets a list has."""
    actor = staff_of(request)
    q = listing_from(request.GET).q or ""
    view = rail_of(request, actor).current(q)
    try:
        count = view.count if view else count_asked(actor, q)
    except QueryRefused:
        count = 0
    words = {"total": count, "is_exact": bool(view), "q": q, "topics": " ".join(topics_of(actor))}
    return render(request, "tickets/_queue_total.html", words)


@require_GET
def row(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Show one row again. Raises NotFound when it is out of sight now."""
    actor = staff_of(request)
    found = Ticket.objects.worked_by(actor).filter(pk=ticket_id)
    rows = read_rows(found, steps_of("number"), limit=1)
    if not rows:
        raise NotFound
    columns = columns_of(_chosen_columns(request))
    (one,) = _listed(rows, wordbook(), columns)
    topics = " ".join(topics_of(actor))
    return HttpResponse(draw_row(one, columns, topics, row_words()))


@require_GET
def waiter(request: HttpRequest) -> HttpResponse:
    """Say how many tickets came into a list since it was read."""
    actor = staff_of(request)
    q = listing_from(request.GET).q or ""
    since = _moment(request.GET.get("since", ""))
    known = [int(pk) for pk in request.GET.get("known", "")[:2000].split(".") if pk.isdecimal()]
    fresh = 0
    if since is not None:
        try:
            found = tickets_asked(parse(q), asking_of(actor), open_by_default=True)
        except QueryRefused:
            found = Ticket.objects.none()
        fresh = found.filter(updated_at__gt=since).exclude(pk__in=known[:MOST_KNOWN]).count()
    words = {"fresh": fresh, "waiter_address": request.get_full_path()}
    return render(
        request, "tickets/_queue_waiter.html", words | {"topics": " ".join(topics_of(actor))}
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Keep which columns the person wants to see."""
    actor = staff_of(request)
    known = {column.key for column in COLUMNS}
    chosen = [key for key in request.POST.getlist("column") if key in known]
    change_preferences(actor=actor, changes={"columns": list(dict.fromkeys(chosen))})
    return redirect(Listing(q=request.POST.get("q", "")).address())
