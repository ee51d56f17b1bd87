"""A desk at work: the cast, the configuration, and tickets that came in by the front door."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, make_cast
from otklik.tickets.actions import Move, NewTicket, Words, move_ticket, open_ticket, take_ticket
from otklik.tickets.forms.asked import customer_form
from otklik.tickets.models import HistoryEntry, Ticket, TicketType
from otklik.tickets.tests.factories import Configuration, make_configuration

WORDS = {"date": "2030-01-31", "number": "5", "email": "a@b.example", "phone": "+35921234567"}


@dataclass(frozen=True)
class DeskAtWork:
    """The cast, the default configuration, and short ways to bring tickets into a state."""

    cast: Cast
    made: Configuration

    def opened(
        self, subject: str = "Printer", body: str = "<p>It jams.</p>", **more: Any
    ) -> Ticket:
        """Open a ticket of Cy's in IT."""
        who: Actor = more.pop("actor", self.cast.cy)
        words = more.pop("words", Words(body=body))
        more = {"requester_id": who.person_id, "department_id": self.cast.it.pk} | more
        return open_ticket(actor=who, asked=NewTicket(subject=subject, words=words, **more))

    def taken(self, actor: Actor | None = None) -> Ticket:
        """Open a ticket that Ada, or another, works on."""
        ticket = self.opened()
        return take_ticket(actor=actor or self.cast.ada, ticket_id=ticket.pk)

    def moved(self, *keys: str, by: Actor | None = None) -> Ticket:
        """Open a ticket and walk it through statuses, giving each way what it asks for."""
        ticket = self.taken()
        for key in keys:
            move = Move(
                target_id=self.made.statuses[key].pk,
                reply=Words(body=f"<p>Now {key}.</p>"),
                note=Words(body="<p>Because.</p>"),
            )
            ticket = move_ticket(actor=by or self.cast.root, ticket_id=ticket.pk, move=move)
        return ticket


def make_desk_at_work() -> DeskAtWork:
    cast, made = make_cast(), make_configuration()
    TicketType.objects.update(department=cast.it)
    return DeskAtWork(cast, made)


def needed_answers(actor: Actor, kind: TicketType) -> dict[str, str]:
    """Answer what a customer must answer of a form, and what that brings up in turn."""
    given: dict[str, str] = {}
    for key, field in customer_form(actor, kind).asked.items():
        shown = not field.shown_when or given.get(f"values.{field.shown_when}") == field.shown_value
        if field.is_required and shown:
            offered = [one.key for one in field.options if one.is_active]
            leaf = offered[-1 if field.kind == "tree" else 0] if offered else ""
            given[f"values.{key}"] = leaf or WORDS.get(field.kind, "Word")
    return given


def facts_of(ticket: Ticket, kind: str) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(ticket=ticket.pk, kind=kind))


def new_of(fact: HistoryEntry) -> dict[str, Any]:
    """Return what a line of history names as new: a configured thing or a person."""
    assert isinstance(fact.new, dict)
    return fact.new


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all at the same time, each on a connection of its own; what was raised is returned."""
    results: list[object] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            results[place] = deed()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
