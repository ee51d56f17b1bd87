"""The log of facts: how a change is written into a ticket's history and told to the rest."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from otklik.core import clock
from otklik.core.events import publish
from otklik.core.together import insert_together, save_prepared
from otklik.core.wording import Names
from otklik.people.models import Actor, Person
from otklik.tickets.events import TicketEvent
from otklik.tickets.models import HistoryEntry, Ticket

Kind = HistoryEntry.Kind
E = TypeVar("E", bound=TicketEvent)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of history to be: what changed, from what, to what."""

    kind: HistoryEntry.Kind
    field: str = ""
    old: Any = None
    new: Any = None
    is_internal: bool = False


@dataclass
class Sight:
    """Where a ticket stood before an action, to find everyone who must hear of it."""

    departments: set[int] = field(default_factory=set)
    assignees: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, ticket: Ticket) -> "Sight":
        return cls().plus(ticket)

    def plus(self, ticket: Ticket) -> "Sight":
        self.departments.add(ticket.department_id)
        if ticket.assignee_id:
            self.assignees.add(ticket.assignee_id)
        return self


def keep(ticket: Ticket, *fields: str, is_internal: bool = False) -> None:
    """Write the named fields, a new version and the time of this news.

    What is internal leaves the version and time that customers are shown as they are.
    """
    ticket.version += 1
    ticket.updated_at = clock.now()
    written = [*fields, "version", "updated_at"]
    if not is_internal:
        ticket.public_version += 1
        ticket.public_at = ticket.updated_at
        written += ["public_version", "public_at"]
    save_prepared(ticket, *written)


def record(actor: Actor | None, ticket: Ticket, *facts: Fact) -> None:
    """Append facts to the history of a ticket, as of its present version."""
    if facts:
        insert_together(lines(actor, ticket, *facts))


def lines(actor: Actor | None, ticket: Ticket, *facts: Fact) -> list[HistoryEntry]:
    """Make the lines of history that `record` keeps."""
    at = clock.now()
    return [
        HistoryEntry(
            ticket=ticket,
            at=at,
            actor_id=actor.person_id if actor else None,
            actor_name=actor.name if actor else "",
            kind=fact.kind,
            field=fact.field,
            old=fact.old,
            new=fact.new,
            is_internal=fact.is_internal,
            version=ticket.version,
        )
        for fact in facts
    ]


def tell(
    kind: type[E], actor: Actor | None, ticket: Ticket, before: Sight | None = None, **more: Any
) -> None:
    """Publish an event about a ticket to all who could see it before or can now."""
    sight = (before or Sight()).plus(ticket)
    publish(
        kind(
            ticket_id=ticket.pk,
            version=ticket.version,
            public_version=ticket.public_version,
            actor_id=actor.person_id if actor else None,
            requester_id=ticket.requester_id,
            departments=tuple(sorted(sight.departments)),
            assignees=tuple(sorted(sight.assignees)),
            **more,
        )
    )


def named(pk: int, names: Names) -> dict[str, object]:
    """A configured thing as history keeps it: readable in each language when it is gone."""
    return {"id": pk, "names": names}


def person(someone: Person | None) -> dict[str, object] | None:
    """A person as history keeps them."""
    return {"id": someone.pk, "name": someone.name} if someone else None
