"""What open pages hear of tickets: hints for those who may look again, never what happened."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.http import HttpRequest

from otklik.core import live
from otklik.core.events import on
from otklik.core.files.scan import FileScanned
from otklik.people.events import DeskSetUp
from otklik.people.policies import actor_of, staff_of
from otklik.tickets import events
from otklik.tickets.actions.defaults import load_defaults
from otklik.tickets.policies import find_request, find_ticket_numbered
from otklik.tickets.selectors.attached import tickets_with
from otklik.tickets.selectors.counting import drop_tally
from otklik.tickets.selectors.shown import shown_ticket
from otklik.tickets.selectors.views import topics_of

# What a list may want to know of the kind of news; the rest is only "changed".
KINDS: Final[dict[type[events.TicketEvent], str]] = {
    events.TicketOpened: "opened",
    events.MessageAdded: "message",
    events.NoteAdded: "note",
    events.NoteEdited: "note",
    events.StatusChanged: "status",
    events.TicketAssigned: "assigned",
    events.TicketTransferred: "transferred",
    events.TicketEscalated: "escalated",
    events.EscalationEnded: "changed",
    events.TicketChanged: "changed",
    events.TicketRated: "rated",
}


def tell_open_pages(event: events.TicketEvent) -> None:
    """Hint to the ticket's page, to the lists it was or is in, and to the customer's."""
    transaction.on_commit(drop_tally)
    live.hint(f"ticket:{event.ticket_id}", version=event.version)
    news: dict[str, int | str] = {
        "ticket": event.ticket_id,
        "version": event.version,
        "kind": KINDS[type(event)],
    }
    places = [f"department:{pk}" for pk in event.departments]
    people = [f"person:{pk}" for pk in event.assignees]
    for topic in ("tickets", *places, *people):
        live.hint(topic, **news)
    if not event.is_internal or _changes_copies(event):
        live.hint(f"request:{event.ticket_id}", version=event.public_version)
    if not event.is_internal:
        live.hint(f"person:{event.requester_id}", **news | {"version": event.public_version})


def _changes_copies(event: events.TicketEvent) -> bool:
    """Tell what who asked is shown of copies, though it is no news to them."""
    return isinstance(event, events.TicketChanged) and "copied" in event.fields


@on(DeskSetUp)
def begin_with_defaults(_event: DeskSetUp) -> None:
    """Let a new desk begin with statuses, types and categories, in the same transaction."""
    load_defaults()


def recheck_pages(event: events.TicketAssigned | events.TicketTransferred) -> None:
    """Who may see the ticket has changed: its open pages prove themselves again."""
    live.recheck(f"ticket:{event.ticket_id}")


@on(FileScanned)
def tell_of_file(event: FileScanned) -> None:
    """The scanner has spoken: pages that show the file look again."""
    for ticket_id, is_internal in tickets_with(event.blob_id):
        live.hint(f"ticket:{ticket_id}")
        if not is_internal:
            live.hint(f"request:{ticket_id}")


for kind in KINDS:
    on(kind)(tell_open_pages)
on(events.TicketAssigned)(recheck_pages)
on(events.TicketTransferred)(recheck_pages)


def queue_topics(request: HttpRequest, _name: str) -> Sequence[str]:
    """Let colleagues' lists hear of the tickets they may work on."""
    return topics_of(staff_of(request))


def ticket_topics(request: HttpRequest, number: str) -> Sequence[str]:
    """Let the page of a ticket hear of it, and its rail of the rest. Raises NotFound."""
    actor = staff_of(request)
    ticket = shown_ticket.found(request)
    if ticket is None or ticket.number != number:
        ticket = find_ticket_numbered(actor, number)
    return [f"ticket:{ticket.pk}", *topics_of(actor)]


def request_topics(request: HttpRequest, number: str) -> Sequence[str]:
    """Let a customer's page hear of what they may see of their request. Raises NotFound."""
    ticket = find_request(actor_of(request), number)
    return [f"request:{ticket.pk}"]


def portal_topics(request: HttpRequest, _name: str) -> Sequence[str]:
    """Let a customer's list hear of their own requests."""
    return [f"person:{actor_of(request).person_id}"]


live.register_topics("queue", queue_topics)
live.register_topics("ticket", ticket_topics, meet=True)
live.register_topics("request", request_topics)
live.register_topics("portal", portal_topics)
