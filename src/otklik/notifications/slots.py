from typing import Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from otklik.core import slots
from otklik.core.carried import Carried
from otklik.notifications import selectors
from otklik.notifications.actions import look
from otklik.notifications.forms import LettersForm
from otklik.notifications.models import Notification
from otklik.notifications.policies import kinds_for
from otklik.people.models import Actor
from otklik.people.policies import asker_of

Kind = Notification.Kind
LARGEST_KEY: Final = 2**63 - 1
PAGES_OF_TICKETS = ("ticket", "request")  # by the names of their addresses
PAGES_OF_MAIL: Final[dict[str | None, Kind]] = {
    "mail_quarantine": Kind.QUARANTINED,
    "mail_outbox": Kind.UNSENT,
    "setup_mailboxes": Kind.SILENT,
    "setup_mailbox": Kind.SILENT,
}
_NOW: Final = Carried[selectors.Standing]("told_now")


@slots.fill("rail_foot", order=10)
def bell(request: HttpRequest) -> Markup:
    """Show the bell in the rail."""
    return _bell(request)


@slots.fill("portal_person", order=10)
def portal_bell(request: HttpRequest) -> Markup:
    """Show the bell to a customer."""
    return _bell(request)


@slots.fill("live")
def pop_ups(request: HttpRequest) -> Markup:
    """Tell the page where its pop-ups come from, and what it need not tell any more."""
    actor = asker_of(request)
    if actor is None:
        return Markup("")
    return _rendered("notifications/_live.html", {"now": _now(request, actor)}, request)


@slots.fill("notification_kinds")
def kinds(request: HttpRequest) -> Markup:
    """Let a person say of what they do not want to hear, among what they may hear of."""
    actor = asker_of(request)
    if actor is None:
        return Markup("")
    words: dict[str, object] = {"kinds": kinds_for(actor), "muted": selectors.muted_kinds(actor)}
    return _rendered("notifications/_kinds.html", words, request)


@slots.fill("own_page")
def letters(request: HttpRequest) -> Markup:
    """Let a person say of what they want letters."""
    actor = asker_of(request)
    if actor is None:
        return Markup("")
    page = selectors.letters_page(actor)
    words: dict[str, object] = {"page": page, "form": LettersForm(page)}
    return _rendered("notifications/_letters.html", words, request)


@slots.fill("department_page")
def department_letters(request: HttpRequest) -> Markup:
    """Lead to what a department says of letters."""
    match = request.resolver_match
    actor = asker_of(request)
    if actor is None or match is None or not actor.is_administrator:
        return Markup("")
    page = selectors.department_letters_page(actor, int(match.kwargs["department_id"]))
    return _rendered("notifications/_department_letters.html", {"page": page}, request)


def _bell(request: HttpRequest) -> Markup:
    actor = asker_of(request)
    if actor is None:
        return Markup("")
    words = {"unread": _now(request, actor).unread, "number": _number_shown(request)}
    return _rendered("notifications/_bell.html", words, request)


def _now(request: HttpRequest, actor: Actor) -> selectors.Standing:
    """Look once a page, after what this very page shows has been taken for read."""
    now = _NOW.found(request)
    if now is not None:
        return now
    seen = look(actor=actor, shown=_number_shown(request), place=_place_shown(request))
    return _NOW.leave(request, seen)


def _number_shown(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None or match.url_name not in PAGES_OF_TICKETS:
        return ""
    number = str(match.kwargs["number"])
    return number if number.isprintable() else ""  # also the page of a refusal asks this


def _place_shown(request: HttpRequest) -> selectors.Place:
    match = request.resolver_match
    if match is None or match.url_name not in PAGES_OF_MAIL:
        return selectors.NOWHERE
    mailbox: int | None = match.kwargs.get("mailbox_id")
    if mailbox is not None and mailbox > LARGEST_KEY:  # also the page of a refusal asks this
        return selectors.NOWHERE
    return selectors.Place(PAGES_OF_MAIL[match.url_name], mailbox)


def _rendered(template: str, words: dict[str, object], request: HttpRequest) -> Markup:
    return Markup(render_to_string(template, words, request))  # noqa: S704  # our own template
